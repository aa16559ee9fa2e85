"""An import of children is taken back: the register is what it was, but for what somebody has done since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from tests.people import VILLAGE, make_post
from tongxing.accounts.jobs import under
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.models import Absence, Child, Relative, Residence
from tongxing.children.tests.digest import register
from tongxing.children.tests.ledger.test_kind import BORN, FULL, rows_of, send, take_in  # noqa: F401 (fixtures)
from tongxing.children.tests.make import id_number, years_ago
from tongxing.crypto.models import WrappedKey
from tongxing.imports import actions as imports
from tongxing.imports.models import ImportRun
from tongxing.journal.models import Record

SISTER = FULL | {"name": "张雨涵", "sex": "女", "id_number": id_number(years_ago(6, days=40), sex="2"), "school_stage": "幼儿园", "grade_class": "大班", "school": ""}
NEWS = {
    "name": "张子轩",
    "id_number": FULL["id_number"],
    "residence": "冯家湾社区",
    "ethnic_group": "土家族",
    "residence_address": "五组8号",
    "living_with": "外公外婆",
    "school_stage": "小学",
    "school": "小溪塔二小",
    "grade_class": "四(1)班",
    "father_name": "张大山",
    "father_phone": "13912345678",
    "father_place": "广东深圳",
    "father_since": "2025-09",
    "mother_name": "李小梅",
    "mother_circumstance": "失联",
    "mother_circumstance_since": "2025-06",
    "grandmother_name": "王老太",
    "entrusted_name": "王老太",
    "entrusted_relation": "祖母",
    "guardianship": "较好",
    "income": "打工",
    "aid": "低保、临时救助",
    "optional_consent_by": "张大山",
    "hobbies": "画画",
}


@pytest.fixture
def undo(officer: Post, run_jobs: Callable[[], int]) -> Callable[..., ImportRun]:
    def undo(run: ImportRun, by: Post = officer) -> ImportRun:
        with under(by):
            imports.undo(run=run, why="传错了", by=by)
        run_jobs()
        with under(by):
            return ImportRun.objects.get(pk=run.pk)

    return undo


@pytest.mark.django_db
def test_new_files_go_as_if_never_opened(send, take_in, undo, officer):  # noqa: F811
    before, keys = register(officer), WrappedKey.objects.count()
    run = take_in(send(FULL, SISTER))
    assert [staged.row.subject_id is not None for staged in rows_of(run, officer)] == [True, True]
    child = rows_of(run, officer)[0].row.subject_id
    run = undo(run)
    assert run.counts == {"new": 2, "outcome:undone": 2}
    assert register(officer) == before
    assert WrappedKey.objects.count() == keys + 1  # the run's own
    with under(officer):
        assert list(Record.objects.filter(child_id=child).order_by("seq").values_list("verb", flat=True)) == ["registered", "unregistered"]
    again = take_in(send(FULL, SISTER))
    assert again.counts == {"new": 2, "outcome:imported": 2}


@pytest.mark.django_db
def test_a_changed_file_gets_its_former_values_back(send, take_in, undo, officer):  # noqa: F811
    take_in(send(FULL, SISTER))
    before = register(officer)
    run = send(NEWS)
    run = take_in(run)
    assert run.counts == {"changed": 1, "outcome:imported": 1}
    changed = register(officer)
    assert {name for name in before if before[name] != changed[name]} >= {
        *("Child", "Relative", "Circumstance", "Absence", "Guardianship", "Schooling", "Residence", "Consent", "StatusPeriod", "SearchKey")
    }
    run = undo(run)
    assert run.counts == {"changed": 1, "outcome:undone": 1}
    after = register(officer)
    assert {name: (before[name] - after[name], after[name] - before[name]) for name in before if before[name] != after[name]} == {}
    assert send(NEWS).counts == {"changed": 1}


@pytest.mark.django_db
def test_new_and_changed_files_of_one_family_in_one_list_go_back_together(send, take_in, undo, officer):  # noqa: F811
    take_in(send(FULL))
    before = register(officer)
    run = take_in(send(SISTER, NEWS))
    assert run.counts == {"new": 1, "changed": 1, "outcome:imported": 2}
    undo(run)
    assert register(officer) == before


@pytest.mark.django_db(transaction=True)
def test_what_somebody_has_changed_since_stays_and_the_rest_comes_back(send, take_in, undo, officer):  # noqa: F811
    take_in(send(FULL))
    run = take_in(send(NEWS, SISTER, FULL | {"name": "王小雨", "id_number": id_number(BORN), "father_id_number": ""}))
    other = make_post("child_director", VILLAGE, name="吴主任")
    with under(other):
        child = Child.objects.get(name="张子轩")
        actions.change_fields(child_id=child.id, fields={"ethnic_group": "03"}, by=other)
        father = Relative.objects.get(child=child, name="张大山")
        actions.change_relative(relative_id=father.id, fields={"phone": "13700000000"}, by=other)
        away = Absence.objects.get(relative=father, until=None)
        actions.end_absence(absence_id=away.id, on=date(2026, 1, 20), returned="for_good", by=other)
        actions.change_fields(child_id=Child.objects.get(name="张雨涵").id, fields={"ethnic_group": "03"}, by=other)
    run = undo(run)
    assert run.counts == {"changed": 1, "new": 2, "outcome:partly": 1, "outcome:kept": 1, "outcome:undone": 1}
    kept = {staged.row.number: [(each.column, each.text()) for each in staged.payload.kept] for staged in rows_of(run, officer)}
    since = "导入以后有人改过，保留现在的内容"
    assert sorted(kept[2]) == [("ethnic_group", since), ("father_phone", since), ("father_place", since)]
    assert kept[3][0][1].startswith("导入以后吴主任在 20")
    with under(officer):
        child = Child.objects.get(name="张子轩")
        assert (child.ethnic_group, child.living_with, child.guardianship) == ("03", "grandparents", "fair")
        assert Residence.objects.filter(child=child).count() == 1
        assert set(Child.objects.values_list("name", flat=True)) == {"张子轩", "张雨涵"}


@pytest.mark.django_db
def test_a_file_that_has_left_stays_as_it_is(send, take_in, undo, officer):  # noqa: F811
    take_in(send(FULL))
    run = take_in(send(NEWS))
    with under(officer):
        actions.erase(child_id=Child.objects.get().id, why="监护人要求", by=officer)
    run = undo(run)
    assert run.counts == {"changed": 1, "outcome:kept": 1}
    assert rows_of(run, officer)[0].payload.kept[0].code == "children.undo_not_here"


@pytest.mark.django_db
def test_who_cannot_see_the_place_cannot_undo(send, take_in, officer, supervisor):  # noqa: F811
    run = take_in(send(FULL))
    with under(supervisor):
        assert not ImportRun.objects.filter(pk=run.pk).exists()


@pytest.mark.django_db
def test_the_files_history_says_that_the_import_was_undone_and_why(send, take_in, undo, officer, browser_of):  # noqa: F811
    take_in(send(FULL))
    undo(take_in(send(NEWS)))
    with under(officer):
        child = Child.objects.get()
    page = browser_of(officer).get(f"{reverse('children:file', args=[child.id])}?tab=history").content.decode()
    assert "撤销导入" in page
    assert "原因" in page
    assert "传错了" in page
