"""Filters kept under a name. The only writer of `SavedFilter`."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.finding.queries import Question
from tongxing.children.models import SavedFilter
from tongxing.journal import actions as journal
from tongxing.places import codes

MOST = 30


class CannotSave(Exception):
    """The message says why, to a person."""


def visible_to(post: Post) -> QuerySet[SavedFilter]:
    """One's own of this place, and those that are shared in a place to which the post's place belongs."""
    own = Q(person=post.person_id, place=post.place_id)
    return SavedFilter.objects.filter(own | Q(shared=True, place__in=codes.chain(post.place_id))).select_related("person").order_by("name", "id")


@transaction.atomic
def save(*, name: str, question: Question, shared: bool, by: Post) -> SavedFilter:
    """Keep the filters of a question, in place of those that had the name. What was searched for is not kept. Raises CannotSave."""
    if not question.filters:
        raise CannotSave(_("还没有筛选条件，没有可以保存的。"))
    mine = SavedFilter.objects.filter(person=by.person_id, place=by.place_id)
    if mine.exclude(name=name).count() >= MOST:
        raise CannotSave(_("最多保存%(most)s个筛选，请先删去不用的。") % {"most": MOST})
    sort = {"sort": question.address["sort"]} if "sort" in question.address else {}
    query = urlencode(question.filters | sort)
    kept, _made = mine.update_or_create(
        name=name, defaults={"query": query, "shared": shared}, create_defaults={"person": by.person, "place": by.place_id, "query": query, "shared": shared}
    )
    journal.record(by=by, verb="filter_saved", subject_kind="filter", subject_id=kept.id, place=by.place_id, diff={"query": [None, query], "shared": [None, shared]})
    return kept


@transaction.atomic
def forget(*, filter_id: UUID, by: Post) -> None:
    """Delete one's own. Somebody else's, or one that is gone, is left alone."""
    if SavedFilter.objects.filter(pk=filter_id, person=by.person_id).delete()[0]:
        journal.record(by=by, verb="filter_forgotten", subject_kind="filter", subject_id=filter_id, place=by.place_id)
