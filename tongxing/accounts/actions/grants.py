"""Single children shown to a post whose place does not cover them: a class's pupils to its teacher, a case's child to a department."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tongxing.accounts.models import Post
from tongxing.accounts.roles import Sees
from tongxing.ground.models import Grant
from tongxing.journal import actions as journal


@transaction.atomic
def grant_children(*, post: Post, children: Mapping[UUID, int], cause: str, since: date, by: Post | None, until: date | None = None) -> int:
    """Show these children (id → the place that owns the file) to a post; return how many it did not see for this cause already.

    Only posts that see nothing by their place are given children.
    """
    assert post.definition.sees is Sees.GRANTED, post.role
    held = Grant.objects.filter(Q(until=None) | Q(until__gt=since), post_id=post.id, child_id__in=list(children), cause=cause)
    known = set(held.values_list("child_id", flat=True))
    fresh = {child_id: place for child_id, place in children.items() if child_id not in known}
    Grant.objects.bulk_create([Grant(post_id=post.id, child_id=child_id, cause=cause, since=since, until=until) for child_id in fresh])
    journal.record_many(by=by, acts=[_act("granted", post, child_id, place, cause) for child_id, place in fresh.items()])
    return len(fresh)


@transaction.atomic
def end_grants(*, post: Post, children: Mapping[UUID, int], cause: str, on: date, by: Post | None) -> int:
    """From ``on`` the post sees these children for this cause no longer; return how many it saw."""
    held = list(Grant.objects.select_for_update().filter(post_id=post.id, child_id__in=list(children), cause=cause, until=None))
    for grant in held:
        grant.until = max(on, grant.since)
    Grant.objects.bulk_update(held, ["until"])
    journal.record_many(by=by, acts=[_act("grant_ended", post, grant.child_id, children[grant.child_id], cause) for grant in held])
    return len(held)


def _act(verb: str, post: Post, child_id: UUID, place: int, cause: str) -> journal.Act:
    return {"verb": verb, "subject_kind": "post", "subject_id": post.id, "child_id": child_id, "place": place, "diff": {"cause": [None, cause]}}
