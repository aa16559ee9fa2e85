"""A month of visits that directors kept in Excel becomes entries: found, checked, written once, taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import NEXT_VILLAGE, make_post
from tongxing.accounts.jobs import under
from tongxing.accounts.models import Post
from tongxing.care.sheets import catalogue as columns
from tongxing.care.sheets.people import split
from tongxing.children.tests.make import make_child, seen_by
from tongxing.duties.models import Discharge
from tongxing.forms import queries as forms
from tongxing.ground.today import today
from tongxing.imports import actions as imports
from tongxing.imports import queries
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.ledgers.tests.sample import xlsx
from tongxing.log.models import Entry
from tongxing.log.tests.make import visit as page_visit

DAY = today() - timedelta(days=3)
VISIT: dict[str, Any] = {
    "on": DAY,
    "names": "张子轩",
    "village": "冯家湾社区",
    "where": "孩子家里",
    "seen": "是",
    "spoken_to": "日常照看人",
    "doer": "李大妹",
    "q_carer_present": "在家",
    "q_changed": "没有变化",
    "q_mood": "平稳",
    "q_study_state": "和以前一样",
    "q_conduct": "没有异常",
    "q_body": "健康",
}


def sheet(*rows: dict[str, Any], kind: str = "home_visit") -> bytes:
    catalogue = columns.catalogue(forms.definition(kind))
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return xlsx([catalogue.heading(key) for key in keys], *([row.get(key) for key in keys] for row in rows))


@pytest.fixture
def listed(supervisor: Post, run_jobs: Callable[[], int]) -> Callable[..., ImportRun]:
    """Send rows as the supervisor; ``write`` them as well."""

    def send(*rows: dict[str, Any], kind: str = "home_visit", write: bool = True, by: Post = supervisor) -> ImportRun:
        with under(by):
            run = imports.upload(kind=f"entry_{kind}", content=sheet(*rows, kind=kind), file_name="11月走访.xlsx", by=by)
        run_jobs()
        if write:
            with under(by):
                imports.start(run=ImportRun.objects.get(pk=run.pk), by=by)
            run_jobs()
        with under(by):
            return ImportRun.objects.get(pk=run.pk)

    return send


def said(run: ImportRun, by: Post) -> list[tuple[str, list[str]]]:
    """Verdict and problems of every row."""
    with under(by):
        rows = queries.opened(run, list(ImportRow.objects.filter(run=run).order_by("number")), queries.key_of(run))
        return [(each.row.verdict, [f"{problem.column} {problem.text()}" for problem in each.payload.problems]) for each in rows]


@pytest.fixture
def lady(places) -> Post:
    """The director who kept the list."""
    return make_post("child_director", 420506001001, name="李大妹", since=today() - timedelta(days=400))


@pytest.mark.django_db
def test_a_supervisor_imports_the_visits_that_a_director_kept(listed, supervisor, lady):
    child = make_child(name="张子轩")
    run = listed(VISIT)
    assert said(run, supervisor) == [("new", [])]
    with seen_by(supervisor):
        entry = Entry.objects.get()
        assert (entry.kind, entry.on, entry.doer_name, entry.doer, entry.doer_role) == ("home_visit", DAY, "李大妹", lady.person_id, "child_director")
        assert (entry.recorder, entry.recorder_post, entry.source) == (supervisor.person_id, supervisor.id, f"import:{run.id}")
        assert entry.participations.get().child_id == child.id
        assert entry.participations.get().answers["mood"] == "calm"
        assert Discharge.objects.filter(entry_id=entry.id).count() == Discharge.objects.count()


@pytest.mark.django_db
def test_the_same_list_again_writes_nothing_and_neither_does_what_stands_on_the_page(listed, supervisor, lady):
    child = make_child(name="张子轩")
    page_visit(lady, child, on=DAY - timedelta(days=1))
    rows = (VISIT, VISIT | {"on": DAY - timedelta(days=1)})
    assert [verdict for verdict, _problems in said(listed(*rows), supervisor)] == ["new", "same"]
    assert [verdict for verdict, _problems in said(listed(*rows, write=False), supervisor)] == ["same", "same"]
    with seen_by(supervisor):
        assert Entry.objects.count() == 2


@pytest.mark.django_db
def test_what_was_taken_back_can_be_imported_again(listed, supervisor, lady, run_jobs):
    make_child(name="张子轩")
    run = listed(VISIT)
    with under(supervisor):
        imports.undo(run=run, why="拿错了表", by=supervisor)
    run_jobs()
    with seen_by(supervisor):
        assert Entry.objects.filter(void=True, reason="拿错了表").count() == 1
    assert said(listed(VISIT), supervisor) == [("new", [])]
    with seen_by(supervisor):
        assert Entry.objects.filter(void=False).count() == 2


@pytest.mark.django_db
def test_every_wrong_row_says_which_cell_and_what_to_do(listed, supervisor, lady):
    make_child(name="张子轩")
    make_child(name="王强")
    make_child(name="王强", place=NEXT_VILLAGE)
    rows = [
        VISIT | {"names": "没有这个人"},
        VISIT | {"names": "王强", "village": ""},
        VISIT | {"doer": "外乡人"},
        VISIT | {"q_changed": "有变化"},
        VISIT | {"spoken_to": "谁也没见到"},
        VISIT | {"on": "2026-13-40"},
        VISIT,
        VISIT,
        {"names": "王强", "village": "兴安社区"},
    ]
    found = said(listed(*rows, write=False), supervisor)
    assert [verdict for verdict, _problems in found] == ["wrong"] * 6 + ["new", "wrong", "same"]
    assert "名册里没有" in found[0][1][0]
    assert "有几名“王强”" in found[1][1][0]
    assert found[2][1][0].startswith("doer ")
    assert found[3][1] == ["q_change 请填写“变化是什么”。"]
    assert found[4][1][0].startswith("spoken_to ")
    assert "重复" in found[7][1][0]
    with seen_by(supervisor):
        assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_child_of_another_township_is_not_found(listed, supervisor, lady, next_director):
    make_child(name="陈雨桐", place=NEXT_VILLAGE)
    run = listed(VISIT | {"names": "陈雨桐", "village": "", "doer": ""}, write=False, by=lady)
    assert "名册里没有" in said(run, lady)[0][1][0]


@pytest.mark.django_db
def test_an_activity_names_its_children_in_one_cell(listed, supervisor, lady):
    for name in ("张甲", "张乙", "张丙"):
        make_child(name=name)
    listed({"on": DAY, "names": "张甲、张乙，张丙", "where": "儿童之家", "doer": "李大妹", "q_title": "包粽子", "q_theme": "亲情交流"}, kind="activity")
    with seen_by(supervisor):
        assert Entry.objects.get().participations.count() == 3


@pytest.mark.django_db
def test_numbers_are_kept_as_numbers(listed, supervisor, lady):
    make_child(name="张子轩")
    listed({"on": DAY, "names": "张子轩", "where": "学校", "doer": "李大妹", "q_height": 131.5, "q_weight": "28", "q_body": "健康"}, kind="health_check")
    with seen_by(supervisor):
        answers = Entry.objects.get().participations.get().answers
        assert (answers["height"], answers["weight"]) == (131.5, 28)


@pytest.mark.django_db
def test_the_sheet_has_the_names_of_one_s_own_children_and_comes_back_empty_without_harm(director, browser_of, listed):
    make_child(name="张子轩")
    make_child(name="陈雨桐", place=NEXT_VILLAGE)
    browser = browser_of(director)
    assert "带孩子名单的表" in browser.get("/log/new/home_visit/sheet/").content.decode()
    answer = browser.get("/log/new/home_visit/sheet/file/?children=1")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert "张子轩" in cells
    assert "陈雨桐" not in cells
    with under(director):
        assert imports.upload(kind="entry_home_visit", content=answer.content, file_name="表.xlsx", by=director)
    assert browser.get("/log/new/counselling/sheet/").status_code == 404


def test_every_importable_form_makes_a_list():
    for definition in forms.definitions().values():
        if columns.importable(definition):
            made = columns.catalogue(definition)
            assert len(made.id) <= 30
            assert {f"q_{each.id}" for each in definition.fields() if not each.attached} <= made.by_key.keys()


@given(st.lists(st.text(alphabet="张王李甲乙", min_size=1, max_size=4), min_size=1, max_size=20, unique=True), st.sampled_from(["、", "，", " ， ", ";", "\n"]))
def test_names_in_one_cell_are_told_apart(names, mark):
    assert split(mark.join(names)) == names
