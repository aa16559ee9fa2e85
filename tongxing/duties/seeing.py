"""Whether people can see promises: a promise given to somebody who cannot is nobody's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q

from tongxing.accounts.models import Post
from tongxing.accounts.roles import Sees
from tongxing.duties.models import Duty
from tongxing.ground.models import Grant
from tongxing.units.models import SchoolClass


def sees(people: Collection[UUID], rows: Collection[Duty], on: date) -> dict[UUID, set[UUID]]:
    """By person: those of the promises that one of the posts held that day shows, by its place, as a child granted to it, or at its school."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    posts = list(Post.objects.held(on).filter(person__in=list(people)).select_related("person"))
    granted = _granted(posts, {row.child_id for row in rows if row.child_id}, on)
    served = units(posts)
    for post in posts:
        seen = post.scope()
        if not post.may("duties.view"):
            continue
        children = granted[seen.grantee] if seen.grantee else set()
        found[post.person_id] |= {row.id for row in rows if seen.lo <= row.scope_place <= seen.hi or row.child_id in children or row.subject_id in served.get(post.id, ())}
    return found


def unseen(rows: Collection[Duty], on: date) -> set[UUID]:
    """Those of the promises that were given to somebody who cannot see them."""
    given = [row for row in rows if row.assigned_to]
    seen = sees({row.assigned_to for row in given if row.assigned_to}, given, on) if given else {}
    return {row.id for row in given if row.assigned_to and row.id not in seen.get(row.assigned_to, ())}


def _granted(posts: Collection[Post], children: Collection[UUID], on: date) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    grantees = {grantee for post in posts if (grantee := post.scope().grantee)}
    running = Grant.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, post_id__in=grantees, child_id__in=children)
    for post_id, child_id in running.values_list("post_id", "child_id") if children else ():
        found[post_id].add(child_id)
    return found


def by_unit(post: Post) -> bool:
    """Whether a post sees promises of the unit it serves, beside those about single children."""
    return post.definition.sees is Sees.GRANTED and post.unit_id is not None


def units(posts: Collection[Post]) -> dict[UUID, set[UUID]]:
    """By post that is `by_unit`: the unit it serves and, of a school, its classes."""
    serving = {post.id: post.unit_id for post in posts if by_unit(post) and post.unit_id}
    classes: dict[UUID, set[UUID]] = defaultdict(set)
    for school, class_ in SchoolClass.objects.filter(school__in=set(serving.values())).values_list("school", "id") if serving else ():
        classes[school].add(class_)
    return {post_id: {unit, *classes[unit]} for post_id, unit in serving.items()}
