"""Guardianship is written down, kept up and enforced (LHK-6, P8-2, P8-8, YN-9), through the pages."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from tongxing.accounts.models import Post
from tongxing.children.models import Child, Circumstance, Guardianship, Relative
from tongxing.children.new import NewRelative
from tongxing.children.tests.make import both_away, make_child, seen_by, years_ago
from tongxing.ground.today import now, today
from tongxing.guardianship import actions, gathered, unattended
from tongxing.guardianship.actions import NewAgreement
from tongxing.guardianship.models import Agreement, Intervention, Party, Petition
from tongxing.guardianship.tests.make import answered, drafted, family, picture, signed
from tongxing.guardianship.weighing import Verdict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def browser(director: Post, browser_of: Callable[[Post], Client]) -> Client:
    return browser_of(director)


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def pdf(content: bytes) -> str:
    return "".join("".join(each.extract_text() for each in PdfReader(BytesIO(content)).pages).split())


@pytest.mark.req("LHK-6a", "P8-2a")
def test_the_confirmation_is_made_from_the_file(browser: Client):
    """The director finds the children who have none, ticks a family, prints: nothing is typed."""
    first, second = family(2)
    assert "张大" in page(browser, "/guardianship/without/")
    browser.post("/guardianship/without/draft/", {"pick": [str(first.id), str(second.id)]})
    with seen_by(None):
        row = Agreement.objects.get()
    said = pdf(browser.post(f"/guardianship/agreements/{row.id}/paper/", {"final": "1"}, follow=True).content)
    for word in ("张大", "张二", "张强", "李梅", "王秀英", "13812345678", "李大妹", "第二十二条"):
        assert word in said, word


@pytest.mark.req("LHK-6b", "P8-2a")
@pytest.mark.parametrize("way", ["paper", "screen"])
def test_the_confirmation_is_signed_on_paper_or_on_the_screen(browser: Client, director: Post, way: str):
    both = family(2)
    row = drafted(both, by=director)
    answered(row, both, by=director)
    with seen_by(None):
        signers = [str(each) for each in Party.objects.filter(agreement=row).values_list("pk", flat=True)]
    sent = {"guardianship": "good", "on": today().isoformat()}
    if way == "paper":
        browser.post(f"/guardianship/agreements/{row.id}/scan/", sent | {"signed": signers, "file": SimpleUploadedFile("签字.png", picture())})
    else:
        for each in signers:
            browser.post(f"/guardianship/agreements/{row.id}/sign/{each}/", {"picture": "data:image/png;base64," + base64.b64encode(picture()).decode()})
        browser.post(f"/guardianship/agreements/{row.id}/sign/", sent)
    shown = page(browser, f"/guardianship/agreements/{row.id}/")
    assert ("纸质签字" if way == "paper" else "屏幕签字") in shown
    for child in both:
        file = page(browser, f"/children/{child.id}/")
        assert "被委托人" in file
        assert "监护确认书" in file
    with seen_by(None):
        assert {(row.kind, row.entrusted.name) for row in Guardianship.objects.filter(until=None) if row.entrusted} == {("good", "王秀英")}


@pytest.mark.req("LHK-6c")
def test_what_runs_out_is_alerted_and_renewed_in_one_act(browser: Client, director: Post):
    both = family(2)
    old = signed(both, by=director, ago=345)
    home = page(browser, "/")
    assert "30天内到期的监护确认书" in home
    assert "张大" in page(browser, "/guardianship/?standing=soon")
    answer = browser.post(f"/guardianship/agreements/{old.id}/renew/", follow=True)
    assert "续签的确认书已拟好" in answer.content.decode()
    with seen_by(None):
        new = Agreement.objects.get(follows=old)
    answered(new, both, by=director)
    for_signing = {"guardianship": "good", "on": today().isoformat()}
    with seen_by(None):
        signers = [str(each) for each in Party.objects.filter(agreement=new).values_list("pk", flat=True)]
    browser.post(f"/guardianship/agreements/{new.id}/scan/", for_signing | {"signed": signers, "file": SimpleUploadedFile("签字.png", picture())})
    assert "已续签" in page(browser, f"/guardianship/agreements/{old.id}/")
    assert "张大" not in page(browser, "/guardianship/?standing=soon")


def father(child: Child) -> str:
    with seen_by(None):
        return str(Relative.objects.get(child=child, relation="51").person_key)


def admonish(browser: Client, child: Child, *, days_ago: int, kind: str = "admonition", authority: str = "village", about: str = "refusal", **more: str) -> None:
    sent = {
        "kind": kind,
        "authority": authority,
        "given_by": "李大妹" if authority == "village" else "小溪塔派出所",
        "children": [str(child.id)],
        "person": father(child),
        "on": (today() - timedelta(days=days_ago)).isoformat(),
        "about": [about],
        "facts": "父亲不联系孩子，不给生活费",
        "words": "要求按月给生活费",
    }
    answer = browser.post(f"/guardianship/child/{child.id}/intervene/", sent | more)
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.req("P8-2b")
def test_the_village_admonishes_the_police_reprimand_and_it_is_counted(browser: Client):
    (child,) = family(1)
    admonish(browser, child, days_ago=220)
    admonish(browser, child, days_ago=100, next_check=(today() - timedelta(days=70)).isoformat())
    admonish(browser, child, days_ago=30, kind="reprimand", authority="police", number="警情20261022001")
    shown = page(browser, f"/guardianship/child/{child.id}/")
    assert "劝诫、训诫、批评教育共3次" in shown
    assert "拒不履行已7个月" in shown
    assert "劝诫训诫以后，到了查看改正情况的日期" in page(browser, "/")
    with seen_by(None):
        row = Intervention.objects.get(kind="admonition", next_check__isnull=False)
    browser.post(f"/guardianship/interventions/{row.id}/look/", {"heeded": "no", "on": today().isoformat(), "found": "仍不接电话"})
    assert "没有改正" in page(browser, f"/guardianship/interventions/{row.id}/")
    said = pdf(browser.post(f"/guardianship/interventions/{row.id}/paper/", follow=True).content)
    assert "劝诫书" in said
    assert "张强" in said


@pytest.mark.req("P8-8a")
def test_criticism_penalty_and_prosecution_are_dated_steps(browser: Client):
    (child,) = family(1)
    for days, kind, authority in ((90, "criticism", "police"), (60, "penalty", "police"), (30, "investigation", "police"), (10, "prosecution", "procuratorate")):
        admonish(browser, child, days_ago=days, kind=kind, authority=authority, about="harm")
    shown = page(browser, f"/guardianship/child/{child.id}/")
    for word in ("批评教育", "治安管理处罚", "立案侦查", "提起公诉"):
        assert word in shown
    assert "劝诫、训诫、批评教育共1次" in shown, "a penalty is no admonition"


@pytest.mark.req("P8-8b")
def test_each_ground_says_what_is_met_and_what_is_missing(browser: Client):
    """Six months of refusal are no ground alone; three admonitions count for begging only, and only those of police and rescue stations."""
    (child,) = family(1)
    admonish(browser, child, days_ago=220)
    for days in (50, 40, 30):
        admonish(browser, child, days_ago=days, about="begging")
    answer = browser.post(f"/guardianship/child/{child.id}/petition/", {"children": [str(child.id)], "person": father(child)}, follow=True)
    with seen_by(None):
        row = Petition.objects.get()
        before = gathered.balance(row, today())
    assert "缺证据" in answer.content.decode()
    assert (before.conditions["six_months"].verdict, before.grounds["refusal"], before.conditions["three_times"].verdict) == (Verdict.MET, Verdict.MISSING, Verdict.MISSING)
    sent = {"condition": "no_livelihood", "supports": "1", "kind": "statement", "what": "村委会证明：没有生活来源", "on": today().isoformat()}
    browser.post(f"/guardianship/petitions/{row.id}/evidence/", sent)
    with seen_by(None):
        assert gathered.balance(row, today()).met == ["refusal"]
    for days in (20, 15, 10):
        admonish(browser, child, days_ago=days, kind="criticism", authority="rescue", about="begging")
    with seen_by(None):
        last = Intervention.objects.filter(authority="rescue").order_by("-on").first()
        assert last
        assert gathered.balance(row, today()).conditions["three_times"].verdict is Verdict.MISSING, "whether the last one was heeded is not known"
    browser.post(f"/guardianship/interventions/{last.id}/look/", {"heeded": "no", "on": today().isoformat()})
    with seen_by(None):
        assert gathered.balance(row, today()).conditions["three_times"].verdict is Verdict.MET


@pytest.mark.req("P8-8c")
def test_the_application_is_drafted_filed_and_ends_with_a_new_guardian(browser: Client, officer: Post, browser_of: Callable[[Post], Client]):
    both = family(2)
    admonish(browser, both[0], days_ago=220)
    with seen_by(None):
        key = father(both[0])
    browser.post(f"/guardianship/child/{both[0].id}/petition/", {"children": [str(both[0].id)], "person": key})
    with seen_by(None):
        row = Petition.objects.get()
    base = f"/guardianship/petitions/{row.id}"
    browser.post(f"{base}/evidence/", {"condition": "adrift", "supports": "1", "kind": "police", "what": "派出所两次送回", "on": today().isoformat()})
    filled = {"grounds_": ["refusal"], "applicant": "civil_affairs", "applicant_name": "夷陵区民政局", "court": "夷陵区人民法院", "proposed_guardian": "王秀英"}
    browser.post(f"{base}/prepare/", filled)
    word = browser.post(f"{base}/document/docx/", follow=True)
    assert word.content.startswith(b"PK")
    assert "拒不履行监护职责六个月以上" in pdf(browser.post(f"{base}/document/pdf/", follow=True).content)
    county = browser_of(officer)
    day = today().isoformat()
    for act, sent in (("decide", {"sure": "on"}), ("file", {"on": day}), ("revoke", {"revoked": "1", "on": day, "number": "（2026）鄂0506民特1号"})):
        assert county.post(f"{base}/{act}/", sent).status_code in (204, 302), act
    with seen_by(None):
        assert list(Circumstance.objects.filter(kind="guardianship_revoked").values_list("child_id", flat=True)) == [both[0].id]
        grandmother = str(Relative.objects.get(child=both[0], relation="62").person_key)
    assert county.post(f"{base}/settle/", {"guardian": grandmother, "guardianship": "good", "on": day}).status_code in (204, 302)
    assert "已落实监护人" in page(county, f"{base}/")
    with seen_by(None):
        assert Guardianship.objects.get(child=both[0], until=None).note == "人民法院指定监护人：王秀英"


@pytest.mark.req("YN-9a")
def test_children_without_a_guardian_are_found_and_one_is_put_in_place(browser: Client, director: Post, supervisor: Post, browser_of: Callable[[Post], Client]):
    """Found in the period, resolved in it, open at its end: each number leads to its children, and they add up."""
    alone = [make_child(name=name, relatives=both_away(date(2024, 3, 1)), guardianship="nobody") for name in ("陈一", "陈二")]
    cared = make_child(name="陈三", guardianship="good")
    year = f"from={today().year}-01-01&to={today().isoformat()}"
    assert "陈一" in page(browser, f"/guardianship/unattended/?{year}&part=open")
    with seen_by(director):
        neighbour = NewRelative(relation="99", name="覃大婶", born=years_ago(45))
        row = actions.draft(new=NewAgreement(children=[alone[0].id], stranger=neighbour), by=director)
    answered(row, [alone[0]], by=director)
    with seen_by(director):
        for party in Party.objects.filter(agreement=row):
            actions.draw(party_id=party.id, picture=picture(), by=director)
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        with seen_by(director):
            actions.sign(agreement_id=row.id, guardianship="good", on=today(), by=director)
        township = browser_of(supervisor)
        year = f"from={today().year}-01-01&to={today().isoformat()}"
        shown = page(township, f"/guardianship/unattended/?{year}&part=resolved")
        assert "陈一" in shown
        assert "陈二" not in shown
        assert "陈三" not in shown
        assert cared.name not in page(township, f"/guardianship/unattended/?{year}&part=open")
        with seen_by(supervisor):
            first, last = date(today().year, 1, 1), today()
            counts = unattended.counts(unattended.spells(first, last, None), first, last)
    assert counts == {"opening": 0, "found": 2, "resolved": 1, "left": 0, "open": 1}
    assert counts["opening"] + counts["found"] - counts["resolved"] - counts["left"] == counts["open"]  # type: ignore[index]
