"""What the window reads: what waits for a post, from where and in which role somebody reports, who may see what of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from tongxing.accounts.models import Post
from tongxing.accounts.queries import with_phones
from tongxing.accounts.roles import Sees
from tongxing.children.models import Child, State
from tongxing.circles import roles as circle_roles
from tongxing.files import enclosures
from tongxing.files.models import Enclosure
from tongxing.ground import scope
from tongxing.ground.today import now, today
from tongxing.places import codes as places
from tongxing.places.codes import Level
from tongxing.protection import codes, numbering, sealing, whom
from tongxing.protection.cases import seeing
from tongxing.protection.codes import Situation
from tongxing.protection.models import Case, Hop, Report
from tongxing.units import queries as units

MOST_CHILDREN = 120  # in the list of an alarm; whoever answers for more begins at the child's page
WHY = "in which role somebody reports follows from circles of every place"


def as_posts(post: Post) -> list[UUID]:
    """The posts for which somebody answers."""
    return [each for each in (post.pk, post.deputy_of_id) if each]


def waiting(post: Post) -> QuerySet[Hop]:
    """What was told to a post and is not acknowledged."""
    return Hop.objects.filter(post__in=as_posts(post), acknowledged_at=None, by_hand_at=None, case__closed_at=None)


def told_cases(post: Post) -> QuerySet[Case]:
    """The cases in which something waits for the post's word."""
    return Case.objects.filter(pk__in=waiting(post).values("case"))


def waiting_cases(post: Post) -> int:
    """How many cases wait for the post's word: asked on every page."""
    return Hop.unscoped.filter(post__in=as_posts(post), acknowledged_at=None, by_hand_at=None, case__closed_at=None).values("case").distinct().count()


def situations() -> tuple[list[Situation], list[Situation]]:
    """The big buttons, and what stands behind “更多情形”."""
    every = [one for one in codes.SITUATION if one.kind != "judicial"]  # which comes from a court, not from an alarm
    return [one for one in every if one.first], [one for one in every if not one.first]


def children_of(post: Post) -> list[Child]:
    """Whom a post may name in an alarm, if they are few enough to choose from."""
    found = list(Child.objects.exclude(state=State.ENDED).order_by("sort_key", "id")[: MOST_CHILDREN + 1])
    return found if len(found) <= MOST_CHILDREN else []


def place_of(post: Post, child: Child | None) -> int | None:
    """Where an alarm of a post happens as far as one knows; None where somebody has to say so."""
    if child is not None:
        return child.scope_place
    unit = units.by_id(post.unit_id) if post.unit_id else None
    place = unit.place_id if unit is not None else post.place_id
    if not place or places.level(place) < Level.COUNTY:
        return None
    if places.level(place) == Level.COUNTY and post.definition.sees == Sees.GRANTED:  # a school of the county's: most of its children live somewhere
        homes = Counter(places.at_level(home, Level.TOWNSHIP) for home in Child.objects.exclude(state=State.ENDED).order_by().values_list("scope_place", flat=True)[:MOST_CHILDREN])
        return next((home for home, _count in homes.most_common(1) if places.within(home, place)), place)
    return place


def channel(post: Post, child: Child | None) -> str:
    """By which channel a post reports."""
    if post.role == "department":
        return "department"
    with scope.whole_country(why=WHY):
        held = whom.roles_of(post, child_id=child.pk if child else None, at=now())
        first = {role.id for role in circle_roles.at(child.scope_place if child else post.place_id, today()) if role.first_informant}
    return "informant" if held & first else "office"


@dataclass(slots=True)
class Shown:
    """A report as a page shows it. ``told``: its opened words, without who reported where the reader only hears of it."""

    report: Report
    told: dict[str, str]
    situation: Situation
    files: Sequence[Enclosure]
    child: Child | None
    mine: bool
    handles: bool
    sees_reporter: bool
    code: str = ""
    opens: bool = True  # the child's file, to the reader

    @property
    def late(self) -> bool:
        """Entered afterwards, with true times."""
        return (self.report.at - self.report.told_at).total_seconds() > 60


def handles(post: Post, case_id: UUID) -> bool:
    """Whether a post works on a case, and does not merely hear of it."""
    look = seeing.find(case_id, post)
    return look is not None and look.whole


def shown(report: Report, post: Post) -> Shown:
    """What a post sees of a report of a case that it may see."""
    mine, works = report.post_id in as_posts(post), handles(post, report.case_id)
    told = sealing.opened(sealing.key(report.case_id), report, report.sealed)
    if not (mine or (works and post.may("cases.work"))):  # who reported is known to those alone who have to ask them
        told = {name: words for name, words in told.items() if name not in ("reporter", "phone", "relation")}
    opens = report.child_id is not None and Child.objects.filter(pk=report.child_id).exists()
    with scope.whole_country(why=seeing.WHY):
        child = Child.objects.filter(pk=report.child_id).first() if report.child_id else None
    files = list(enclosures.of(report.case_id).filter(title__startswith=report.number))
    return Shown(
        report,
        told,
        codes.SITUATION[report.situation],
        files,
        child,
        mine,
        works,
        mine or (works and post.may("cases.work")),
        numbering.code_of(report.pk) if mine else "",
        opens=opens,
    )


def on_duty(place: int) -> list[Post]:
    """Who is on duty where something happened, with their telephones."""
    posts = list({post.person_id: post for post in whom.on_call(place, now())}.values())
    with_phones([post.person for post in posts])
    return posts


def alarm_url(child_id: UUID | None = None) -> str:
    return reverse("reports:alarm") + (f"?child={child_id}" if child_id else "")
