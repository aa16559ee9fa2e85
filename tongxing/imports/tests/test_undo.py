"""An import is taken back as a whole, for a day, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.people import COUNTY, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.jobs import under
from tongxing.accounts.models import Person, Post
from tongxing.imports import actions, queries, steps
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.imports.states import NotNow, State
from tongxing.imports.tests.people_kind import KIND
from tongxing.imports.tests.sending import HEAD, again, take_in
from tongxing.journal.models import Record
from tongxing.ledgers.tests.sample import xlsx

WHY = "传错了村"


def undo(run: ImportRun, by: Post, run_jobs: Callable[[], int], why: str = WHY) -> ImportRun:
    with under(by):
        actions.undo(run=run, why=why, by=by)
    run_jobs()
    return again(run, by)


@pytest.mark.django_db
def test_what_was_imported_is_taken_back_and_the_same_list_is_new_again(send, officer, run_jobs):
    before = set(Person.objects.values_list("id", "name", "phone_digest"))
    first = take_in(send(), officer, run_jobs)
    run = undo(first, officer, run_jobs)
    assert (run.state, run.counts) == (State.UNDONE, {"new": 2, "outcome:undone": 2, "wrong": 2})
    assert set(Person.objects.values_list("id", "name", "phone_digest")) == before
    assert (run.undo_post, run.undo_why, run.undoable) == (officer, WHY, False)
    with under(officer):
        said = Record.objects.filter(subject_kind="import", subject_id=run.id).order_by("seq").values_list("verb", flat=True)
        assert list(said)[-2:] == ["import_undo_asked", "import_undone"]
        with pytest.raises(NotNow):
            actions.undo(run=run, why=WHY, by=officer)
    second = send()
    assert second.counts == {"new": 2, "wrong": 2}
    assert take_in(second, officer, run_jobs).imported == 2


@pytest.mark.django_db
def test_a_changed_value_comes_back(send, officer, run_jobs):
    take_in(send(), officer, run_jobs)
    run = take_in(send(xlsx(HEAD, [1, "张大妹", "13912345678", "A1", ""])), officer, run_jobs)
    assert Person.objects.get(certificate="A1").phone == "13912345678"
    undo(run, officer, run_jobs)
    assert Person.objects.get(certificate="A1").phone == "13812345678"


@pytest.mark.django_db
def test_it_needs_a_reason_and_a_day_later_it_is_too_late(send, officer, run_jobs):
    run = take_in(send(), officer, run_jobs)
    with under(officer), pytest.raises(ValueError, match="reason"):
        actions.undo(run=run, why="  ", by=officer)
    with under(officer):
        ImportRun.objects.filter(pk=run.pk).update(written_at=timezone.now() - timedelta(hours=25))
        with pytest.raises(NotNow, match="过了一天"):
            actions.undo(run=run, why=WHY, by=officer)
        assert not again(run, officer).undoable
        assert ImportRow.objects.filter(trace__isnull=False).exists()
        steps.erase_due()  # what undoing needed is not kept longer
        assert not ImportRow.objects.filter(trace__isnull=False).exists()


@pytest.mark.django_db
def test_nothing_written_means_nothing_to_undo(send, officer):
    run = send()
    with under(officer):
        actions.cancel(run=run, by=officer)
        with pytest.raises(NotNow):
            actions.undo(run=run, why=WHY, by=officer)


@pytest.mark.django_db
def test_an_import_that_was_stopped_is_taken_back_too_and_an_undo_that_was_killed_or_stopped_goes_on(send, officer, run_jobs, monkeypatch):
    monkeypatch.setattr(steps, "WRITE_CHUNK", 10)
    run = send(xlsx(HEAD, *([number, f"人{number}", "", f"N{number}", ""] for number in range(35))))
    apply, undo_rows = KIND.apply, KIND.undo
    turns: list[str] = []

    def stop(act: Callable[..., object], after: int) -> Callable[..., object]:
        def acting(rows, *more):
            turns.append("turn")
            if len(turns) > after:
                raise KeyboardInterrupt
            return act(rows, *more)

        return acting

    with under(officer):
        actions.start(run=run, by=officer)
    with monkeypatch.context() as patched:
        patched.setattr(KIND, "apply", stop(apply, 3))
        with pytest.raises(KeyboardInterrupt):
            steps.apply(run.id, officer)
    with under(officer):
        actions.cancel(run=again(run, officer), by=officer)
    assert (again(run, officer).imported, Person.objects.exclude(certificate="").count()) == (30, 30)

    turns.clear()
    with under(officer):
        actions.undo(run=again(run, officer), why=WHY, by=officer)
    with monkeypatch.context() as patched:
        patched.setattr(KIND, "undo", stop(undo_rows, 1))
        with pytest.raises(KeyboardInterrupt):
            steps.undo(run.id, officer)
    assert Person.objects.exclude(certificate="").count() == 20
    with under(officer):
        actions.cancel(run=again(run, officer), by=officer)  # stopped in the middle: what is left can be taken back later
        stopped = again(run, officer)
        assert (stopped.state, stopped.undoable, stopped.imported) == (State.CANCELLED, True, 20)
        actions.undo(run=stopped, why=WHY, by=officer)
    steps.undo(run.id, officer)
    steps.undo(run.id, officer)
    assert not Person.objects.exclude(certificate="").exists()
    run = again(run, officer)
    assert (run.state, run.taken_back, run.counts["outcome:undone"]) == (State.UNDONE, 20, 30)


@pytest.mark.django_db
def test_an_import_that_broke_off_while_writing_goes_on_or_is_taken_back_and_is_not_read_anew(send, officer, run_jobs, monkeypatch):
    monkeypatch.setattr(steps, "WRITE_CHUNK", 1)
    run = send()
    apply = KIND.apply

    def break_at_the_second(rows, *more):
        if rows[0].number > 2:
            raise ZeroDivisionError
        return apply(rows, *more)

    with under(officer):
        actions.start(run=run, by=officer)
    with monkeypatch.context() as patched:
        patched.setattr(KIND, "apply", break_at_the_second)
        with pytest.raises(ZeroDivisionError):
            run_jobs()
    run = again(run, officer)
    assert (run.state, run.imported, run.undoable) == (State.FAILED, 1, True)
    with under(officer):
        with pytest.raises(NotNow):
            actions.correct_columns(run=run, mapping={}, by=officer)
        actions.resume(run=run, by=officer)
    run_jobs()
    run = again(run, officer)
    assert (run.state, run.imported) == (State.DONE, 2)
    assert undo(run, officer, run_jobs).state == State.UNDONE


@pytest.mark.django_db(transaction=True)
def test_what_somebody_has_worked_on_since_stays_and_says_why(send, officer, run_jobs):
    take_in(send(), officer, run_jobs)
    run = take_in(send(xlsx(HEAD, [1, "张大妹", "13912345678", "A1", ""], [2, "新人甲", "", "C1", ""], [3, "新人乙", "", "C2", ""])), officer, run_jobs)
    other = make_post("county_officer", COUNTY, name="吴副局长")
    with under(other):
        known = Person.objects.get(certificate="A1")
        accounts.edit_person(person=known, name=known.name, phone="13700000000", by=other)
        accounts.edit_person(person=Person.objects.get(certificate="C1"), name="新人甲", phone="13700000001", by=other)
    run = undo(run, officer, run_jobs)
    assert run.counts == {"changed": 1, "new": 2, "outcome:kept": 2, "outcome:undone": 1}
    assert Person.objects.get(certificate="A1").phone == "13700000000"
    assert not Person.objects.filter(certificate="C2").exists()
    with under(officer):
        staged = queries.opened(run, list(ImportRow.objects.filter(run=run, outcome="kept").order_by("number")), queries.key_of(run))
    assert [each.payload.kept[0].text()[:9] for each in staged] == ["导入以后有人改过，"] * 2
