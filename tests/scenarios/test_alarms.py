"""First informants report with one tap, and the chain of Yiling's model is told link by link (YL-4 to YL-7, P8-5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.people import COUNTY, VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.care import actions as care
from tongxing.caremodels import actions as caremodels
from tongxing.children.models import Child
from tongxing.children.tests.make import seen_by
from tongxing.circles.tests.make import SCHOOL, joined, left_behind
from tongxing.clocks import ticking
from tongxing.forms import queries as forms
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now, today
from tongxing.log.shapes import Circumstances, Subject
from tongxing.protection import codes
from tongxing.protection.models import Line, Report
from tongxing.protection.tests.make import case_of, hops_of, make_police, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
type Browsers = Callable[[Post], Client]


@pytest.fixture
def child(director: Post, supervisor: Post) -> Child:
    caremodels.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=date(2026, 1, 1), by=None)
    return left_behind(name="张子轩")


def member(child: Child, role: str, name: str) -> Post:
    """Somebody of the child's circle with a sign-in."""
    post = make_post("teacher", COUNTY, name=name, unit_name=SCHOOL)
    joined(child, role, post.person)
    return post


def told_to(report: Report) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for hop in hops_of(report):
        found.setdefault(hop.chain, []).append(hop.role)
    return found


@pytest.mark.req("YL-4a")
@pytest.mark.req("YL-4b")
@pytest.mark.parametrize("role", ["paired_teacher", "proxy_parent"])
def test_first_informants_report_with_one_tap(child: Child, role: str, browser_of: Browsers) -> None:
    informant = member(child, role, "刘老师")
    browser = browser_of(informant)
    page = browser.get(f"/reports/alarm/?child={child.pk}").content.decode()
    assert 'value="missing"' in page
    browser.post("/reports/alarm/", {"id": str(uuid7()), "situation": "low_mood", "child": str(child.pk)})
    with scope.whole_country(why="a test looks at everything"):
        made = Report.objects.get()
    assert (made.channel, made.child_id) == ("informant", child.pk)


@pytest.mark.req("YL-5a")
def test_what_they_report_is_a_code_table(child: Child) -> None:
    assert {"missing", "abducted", "dropout", "psyche", "low_mood", "behaviour"} <= set(codes.SITUATION.values())


@pytest.mark.req("YL-7a")
@pytest.mark.req("YL-7b")
def test_the_village_chain_is_the_childs_own_circle(child: Child, director: Post) -> None:
    proxy, cadre = member(child, "proxy_parent", "王妈妈"), member(child, "village_cadre", "李组长")
    report = make_report(by=proxy, situation="low_mood", child_id=child.pk, place=VILLAGE)
    hops = [hop for hop in hops_of(report) if hop.chain == "village"]
    assert [hop.post_id for hop in hops] == [cadre.pk]
    with time_machine.travel(now() + timedelta(hours=2)):
        while ticking.tick():
            pass
    hops = [hop for hop in hops_of(report) if hop.chain == "village"]
    assert hops[0].lapsed_at
    assert any(hop.post_id == director.pk for hop in hops)


@pytest.mark.req("YL-6a")
@pytest.mark.req("YL-6b")
def test_the_class_teacher_sleeps_so_the_principal_hears_of_it(child: Child) -> None:
    paired, teacher = member(child, "paired_teacher", "刘老师"), make_post("teacher", COUNTY, name="马老师", unit_name=SCHOOL)
    accounts.grant_children(post=teacher, children={child.pk: child.scope_place}, cause="class", since=today(), by=None)
    report = make_report(by=paired, situation="low_mood", child_id=child.pk, place=VILLAGE)
    assert [hop.post_id for hop in hops_of(report) if hop.chain == "school"] == [teacher.pk]
    with time_machine.travel(now() + timedelta(hours=2)):
        while ticking.tick():
            pass
    hops = [hop for hop in hops_of(report) if hop.chain == "school"]
    assert hops[0].lapsed_at
    assert "principal" in {hop.role for hop in hops}


@pytest.mark.req("P8-5a")
@pytest.mark.req("P8-5b")
def test_who_must_report_which_situations_and_the_police_at_once(child: Child, director: Post) -> None:
    assert any(each.obliged for each in codes.WHO_REPORTED)
    police = make_police()
    report = make_report(by=director, situation="domestic_violence", child_id=child.pk)
    assert police.pk in [hop.post_id for hop in hops_of(report)]
    assert report.number


@pytest.mark.req("P8-5c")
def test_the_late_and_the_good_are_on_record(child: Child, director: Post, supervisor: Post, browser_of: Browsers) -> None:
    report = make_report(by=director, situation="low_mood", child_id=child.pk, happened_at=now() - timedelta(days=3))
    browser = browser_of(supervisor)
    browser.post(f"/reports/{report.pk}/praise/", {"words": "报告得好"})
    line = next(line for line in browser.get("/reports/accountability/").context["lines"] if line.post.pk == director.pk)
    assert (line.reported_late, line.praised) == (1, 1)


def incident(child: Child, by: Post, entry_id: Any = None) -> Any:
    with seen_by(by):
        return care.log_entry(
            form=forms.definition("incident"),
            subject=Subject("child", child.id, child.scope_place),
            children=[child.id],
            told=Circumstances(on=today(), where="home"),
            answers={"known_from": "seen", "words": "放学没有回家"},
            own_answers={child.id: {"what": ["missing"]}},
            by=by,
            entry_id=entry_id,
        )


@pytest.mark.req("P8-5b")
def test_an_entry_that_says_missing_is_a_report_once_and_its_voiding_is_told(child: Child, director: Post) -> None:
    entry_id = uuid7()
    entry = incident(child, director, entry_id)
    incident(child, director, entry_id)
    with scope.whole_country(why="a test looks at everything"):
        made = Report.objects.get()
    assert (made.channel, made.situation, made.child_id, made.entry_id) == ("entry", "missing", child.pk, entry.id)
    with seen_by(director):
        care.void_entry(entry=entry, reason="孩子在家", by=director)
    with scope.whole_country(why="a test looks at everything"):
        assert Line.objects.filter(case=case_of(made), verb="entry_voided").count() == 1
    assert told_to(made)
