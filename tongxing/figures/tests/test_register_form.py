"""The official register form: what is exported in full reads back as the same; who may not have it in full does not get it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.ledger.kind import KIND
from tongxing.children.models import Child
from tongxing.children.new import NewCircumstance, NewRelative, NewSchooling
from tongxing.children.tests.make import away, id_number, make_child, seen_by, years_ago
from tongxing.figures import register_form
from tongxing.figures.exports import CannotExport, Order
from tongxing.figures.register_form import Wanted
from tongxing.files import outputs
from tongxing.files.models import Output, Provision
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.journal.models import Access
from tongxing.ledgers import reading
from tongxing.ledgers.kinds import Context, Verdict

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
ORDER = Order(unit="小溪塔街道办事处", recipient="夷陵区民政局", purpose="年度登记")
BORN = years_ago(9, days=40)
CHILD = st.fixed_dictionaries(
    {
        "place": st.sampled_from([VILLAGE, NEXT_VILLAGE]),
        "sex": st.sampled_from(["1", "2"]),
        "guardianship": st.sampled_from(["", "weak_entrusted", "fair"]),
        "living_with": st.sampled_from(["", "grandparents", "siblings"]),
        "address": st.sampled_from(["", "三组12号"]),
        "registered_place": st.sampled_from([None, VILLAGE, TOWNSHIP]),
        "income": st.sets(st.sampled_from(["migrant_work", "farming", "other"])).map(sorted),
        "aid": st.sets(st.sampled_from(["dibao", "medical"])).map(sorted),
        "health": st.sampled_from(["", "healthy"]),
    }
)
NUMBERED = st.booleans()
PARENTS = st.sampled_from(
    [
        (),
        (away("51", "张大山", date(2024, 3, 1), "广东东莞"), away("52", "李小梅", date(2024, 5, 1), "浙江宁波")),
        (
            away("51", "张大山", date(2024, 3, 1), "广东东莞", phone="13812345678", born=date(1988, 2, 3)),
            NewRelative(relation="52", name="李小梅", circumstances=(NewCircumstance(kind="no_capacity"),)),
        ),
        (
            NewRelative(relation="51", name="张大山", circumstances=(NewCircumstance(kind="dead", since=date(2022, 1, 1)),)),
            NewRelative(relation="61", name="张老汉", born=date(1955, 1, 2)),
        ),
        (NewRelative(relation="61", name="张老汉", entrusted=True, phone="13712345678", address="三组12号"),),
    ]
)
SCHOOLS = st.sampled_from([None, NewSchooling(stage="primary", school_name="小溪塔一小", grade=3), NewSchooling(stage="kindergarten", school_name="阳光幼儿园", boarding="no")])
NAMES = ("张子轩", "李思源", "王雨桐", "赵一诺")


def order_form(post: Post, *, full: bool, which: str = "all") -> bytes:
    with seen_by(post):
        output = register_form.ask(wanted=Wanted(which=which, place=post.place_id, full=full), order=ORDER, by=post)
        return outputs.content(Output.objects.get(pk=output.pk))


def read_back(content: bytes, post: Post) -> list[Any]:
    """Every row of the form against the register, as an import would compare it."""
    with seen_by(post), reading.read(content, CATALOGUE, today=today()) as found:
        rows = list(found.rows())
        context = Context(by=post, today=today(), run=uuid7())
        KIND.check(rows, context)
        assert not [problem.text() for row in rows for problem in row.problems]
        return KIND.compare(rows, context)


@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(children=st.lists(st.tuples(CHILD, NUMBERED, PARENTS, SCHOOLS), min_size=1, max_size=3))
def test_what_is_exported_in_full_reads_back_as_the_same(officer: Post, children: list[Any]) -> None:
    with seen_by(None):
        start = Child.objects.count()
    for number, (facts, numbered, parents, school) in enumerate(children):
        born = BORN - timedelta(days=number + 3 * start)
        more: dict[str, Any] = {"id_number": id_number(born, sex=facts["sex"]), "registration": "registered"} if numbered else {"registration": "none"}
        make_child(name=NAMES[(number + start) % 4], born=born, relatives=parents, schooling=school, **facts, **more)
    compared = read_back(order_form(officer, full=True), officer)
    assert len(compared) == start + len(children)
    assert [(each.verdict, each.differences, each.notes, each.candidates) for each in compared if each.verdict is not Verdict.SAME] == []


def test_the_form_has_the_columns_of_the_2016_form(officer: Post) -> None:
    make_child(name="张子轩", relatives=(away("51", "张大山", years_ago(1)), away("52", "李小梅", years_ago(1))))
    make_child(name="李在家")
    sheet = openpyxl.load_workbook(io.BytesIO(order_form(officer, full=False, which="left_behind"))).worksheets[0]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["农村留守儿童基本情况登记表"]
    assert rows[1] == ["填报单位（盖章）：小溪塔街道办事处", f"填报日期：{today().isoformat()}"]
    assert {"姓名", "父亲", "母亲", "受委托监护人", "监护类型"} <= set(rows[2])
    assert rows[4][:2] == [1, "张子轩"]
    assert len(rows) == 4 + 1 + 2
    assert rows[-1] == ["负责人：", "复核人：", "填表人："]


def test_numbers_are_masked_unless_asked_for_in_full(supervisor: Post) -> None:
    number = id_number(BORN)
    make_child(name="张子轩", born=BORN, id_number=number, registration="registered", address="三组十二号门前有槐树")
    masked, full = (str([*openpyxl.load_workbook(io.BytesIO(order_form(supervisor, full=each))).worksheets[0].values]) for each in (False, True))
    assert number in full
    assert number not in masked
    assert f"{number[:2]}{'*' * 14}{number[-2:]}" in masked  # four at each end, beside the birth date, would leave two unknown
    assert "三组十二号门前有槐树" not in masked


def test_a_masked_form_says_nothing_of_illness_nor_of_what_befell_a_parent(supervisor: Post) -> None:
    father = NewRelative(relation="51", name="张大山", circumstances=(NewCircumstance(kind="imprisoned", since=date(2022, 3, 4)),))
    secrets: dict[str, Any] = {"medical_history": "艾滋病母婴传播阳性", "character": "胆小内向不说话", "hobbies": "喜欢画画和唱歌"}
    make_child(name="张子轩", health="ill", illness="leukaemia", consents={"optional": "张母"}, address="三组十二号门前有槐树", relatives=(father,), **secrets)
    city = make_post("city_officer", 420500000000)
    for post in (city, supervisor):
        sheet = openpyxl.load_workbook(io.BytesIO(order_form(post, full=False))).worksheets[0]
        line = str([row for row in sheet.iter_rows(values_only=True) if row[0] == 1])
        assert "张" in line
        for said in ("白血病", "艾滋", "胆小", "喜欢", "三组", "十二号", "2022", "服刑"):
            assert said not in line
    whole = str([*openpyxl.load_workbook(io.BytesIO(order_form(supervisor, full=True))).worksheets[0].values])
    assert all(each in whole for each in secrets.values())


def test_an_office_above_gets_no_full_form_and_masked_names(places, browser_of: Browsers) -> None:
    make_child(name="张子轩")
    city = make_post("city_officer", 420500000000)
    browser = browser_of(city)
    given = {"unit": "宜昌市民政局", "recipient": "省民政厅", "purpose": "核对", "which": "all", "unmasked": "on"}
    assert browser.post("/figures/register/", given).status_code == 302
    with seen_by(city):
        output = Output.objects.get()
        assert output.masked
        assert "张*轩" in str([*openpyxl.load_workbook(io.BytesIO(outputs.content(output))).worksheets[0].values])
        with pytest.raises(CannotExport):
            register_form.ask(wanted=Wanted(which="all", place=COUNTY, full=True), order=ORDER, by=city)


def test_a_large_form_is_made_behind_the_pages(supervisor: Post, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], int]) -> None:
    monkeypatch.setattr(register_form, "AT_ONCE", 0)
    make_child(name="张子轩")
    with seen_by(supervisor):
        output = register_form.ask(wanted=Wanted(which="all", place=TOWNSHIP), order=ORDER, by=supervisor)
        assert not output.ready
    run_jobs()
    with seen_by(supervisor):
        assert Output.objects.get().ready
        assert Provision.objects.get().masked


def test_what_was_given_is_on_record(supervisor: Post) -> None:
    child = make_child(name="张子轩")
    order_form(supervisor, full=True)
    order_form(supervisor, full=False)
    with seen_by(None):
        whole, masked = Provision.objects.order_by("at")
        assert (whole.recipient, whole.purpose, whole.children, whole.masked, whole.scope_place) == ("夷陵区民政局", "年度登记", 1, False, TOWNSHIP)
        assert {"姓名", "病史", "父亲身份证号"} <= {*whole.columns}
        assert masked.masked
        assert "病史" not in masked.columns
        noted = Access.objects.filter(child_id=child.id, outcome=Access.Outcome.EXPORTED).order_by("at")
        assert [(one.scope_place, one.why, "medical_history" in one.what) for one in noted] == [(VILLAGE, ORDER.why, True), (VILLAGE, ORDER.why, False)]
