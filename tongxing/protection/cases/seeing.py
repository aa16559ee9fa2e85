"""How much of a case somebody sees: all of it who works on it, what was reported and the own tasks who was merely told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from tongxing.accounts.models import Post
from tongxing.accounts.roles import Sees
from tongxing.children.models import Child
from tongxing.ground import scope
from tongxing.protection.models import Case, CaseChild, Hop, Involved, Report, Task

WHY = "whoever works on a case knows whom it is about, wherever the child's file is"


@dataclass(frozen=True, slots=True)
class Look:
    """A post looking at one case. ``whole``: it sees all of it, else the report, the chain and its own tasks."""

    post: Post
    case: Case
    whole: bool

    @property
    def works(self) -> bool:
        """Whether it may act on the case."""
        return self.whole and self.post.may("cases.work")

    @property
    def decides(self) -> bool:
        return self.whole and self.post.may("cases.decide")

    @property
    def sees_reporter(self) -> bool:
        """Who reported is known to those alone who have to ask them."""
        return self.works

    @property
    def as_posts(self) -> Sequence[UUID]:
        """The own post, and the one for which it stands in."""
        return [each for each in (self.post.pk, self.post.deputy_of_id) if each]

    def owns(self, task: Task) -> bool:
        return task.owner_id in self.as_posts


def sees_places_cases(post: Post) -> bool:
    """Offices that work with the children of their place; city and province see numbers alone."""
    return post.definition.sees is Sees.PLACE and post.may("children.edit")


def find(case_id: UUID, post: Post) -> Look | None:
    """The case as this post sees it; None where it sees nothing of it."""
    case = Case.objects.select_related("owner__person", "owner__place", "follows").filter(pk=case_id).first()
    if case is None:
        return None
    named = list(Involved.objects.of_active().filter(case=case).values_list("informed", flat=True))
    whole = False in named or (not case.restricted and sees_places_cases(post))
    return Look(post, case, whole) if whole or named else None


def look(case_id: UUID, post: Post) -> Look:
    """The case as this post sees it. Raises ``Http404``."""
    if found := find(case_id, post):
        return found
    raise Http404


def whole(case_id: UUID, post: Post) -> Look:
    """The same for what only those who work on it may do."""
    found = look(case_id, post)
    if not found.whole:
        raise Http404
    return found


def reports(post: Post) -> QuerySet[Report]:
    """The reports that a post may read: of cases on which it works or that are its place's; of others what it reported or was told itself.

    Who was merely told must not read what others said: the one of whom they speak may be among them.
    """
    own = [each for each in (post.pk, post.deputy_of_id) if each]
    told = Q(post__in=own) | Q(pk__in=Hop.objects.filter(post__in=own).values("report"))
    works = Q(case__in=Involved.objects.of_active().filter(informed=False).values("case"))
    here = Q(case__restricted=False) if sees_places_cases(post) else Q(pk__in=[])
    return Report.objects.filter(works | here | told)


def children_of(cases: Sequence[UUID]) -> Mapping[UUID, list[Child]]:
    """The children of cases that the active scope sees, in the order in which they were linked."""
    rows = list(CaseChild.objects.filter(case__in=cases).order_by("since", "id").values_list("case_id", "child_id"))
    with scope.whole_country(why=WHY):
        known = Child.objects.in_bulk([child for _case, child in rows])
    found: dict[UUID, list[Child]] = {}
    for case_id, child_id in rows:
        if child_id in known:
            found.setdefault(case_id, []).append(known[child_id])
    return found
