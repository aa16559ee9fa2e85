"""Imported appointments and endings are taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.people import VILLAGE
from tongxing.accounts import actions, history
from tongxing.accounts.actions.undoing import pictured
from tongxing.accounts.ledger.kind import KIND
from tongxing.accounts.models import Person, Post
from tongxing.accounts.tests.test_ledger import compared, line
from tongxing.crypto.models import WrappedKey
from tongxing.ground.today import today
from tongxing.ledgers.kinds import Accepted, Context, Outcome, TakenBack

pytestmark = pytest.mark.django_db


def imported(by: Post, *given: dict[str, object]) -> Context[Post]:
    context: Context[Post]
    rows, found, context = compared(by, *given)
    outcomes = KIND.apply([Accepted(row.number, row.values, each.subject) for row, each in zip(rows, found, strict=True)], context)
    assert set(outcomes) == {Outcome.IMPORTED}
    return context


def undone(context: Context[Post]) -> list[TakenBack]:
    return KIND.undo(list(reversed(context.written.values())), "换届名单传错了", context)


def test_new_people_and_their_posts_go_with_their_keys(supervisor: Post):
    before = Person.objects.count(), Post.objects.count(), WrappedKey.objects.count()
    context = imported(supervisor, line("赵新", phone="13900001111", record_checked_on=today(), record_check="clear"), line("钱新", "小溪塔街道兴安社区"))
    assert Post.objects.count() == before[1] + 2
    assert [each.outcome for each in undone(context)] == [Outcome.UNDONE, Outcome.UNDONE]
    assert (Person.objects.count(), Post.objects.count(), WrappedKey.objects.count()) == before


def test_what_a_list_ended_and_changed_is_as_before_and_the_person_s_page_says_so(supervisor: Post, director: Post, browser_of):
    person = director.person
    actions.edit_person(person=person, name=person.name, phone="13800000000", by=supervisor)
    before = pictured(person.id)
    context = imported(supervisor, line("李大妹", phone="13900002222", certificate="证1", certified_on=today() - timedelta(days=3)))
    changed = pictured(person.id)
    later = imported(supervisor, line("李大妹", change="end", until=today() + timedelta(days=1), end_reason="换届"))
    assert Post.objects.get(pk=director.pk).until
    assert [each.outcome for each in undone(later)] == [Outcome.UNDONE]
    assert pictured(person.id) == changed
    assert [each.outcome for each in undone(context)] == [Outcome.UNDONE]
    assert pictured(person.id) == before
    assert "撤销导入 · 换届名单传错了" in [event.text for event in history.of_person(Person.objects.get(pk=person.pk))]
    assert browser_of(supervisor).get(reverse("accounts:person", args=[person.id])).status_code == 200


def test_who_has_signed_in_since_stays(supervisor: Post):
    context = imported(supervisor, line("赵新"))
    person = Person.objects.get(name="赵新")
    actions.give_sign_in(person=person, username="zhaoxin", password="Kaifang-2026-tong", must_change=False, by=None)
    (answer,) = undone(context)
    assert (answer.outcome, [problem.code for problem in answer.problems]) == (Outcome.KEPT, ["posts.undo_signed_in"])
    assert Post.objects.filter(person=person, place=VILLAGE).exists()


def test_a_telephone_that_was_changed_since_stays_and_the_rest_comes_back(supervisor: Post, director: Post):
    context = imported(supervisor, line("李大妹", phone="13900002222", certificate="证1", certified_on=today()))
    person = Person.objects.get(pk=director.person_id)
    actions.edit_person(person=person, name=person.name, phone="13700000000", by=supervisor)
    (answer,) = undone(context)
    assert (answer.outcome, [problem.column for problem in answer.problems]) == (Outcome.PARTLY, ["phone"])
    again = Person.objects.get(pk=person.pk)
    assert (again.phone, again.certificate) == ("13700000000", "")
