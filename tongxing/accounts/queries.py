"""Reading people, posts and vacancies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongxing.accounts import lockout, rules
from tongxing.accounts.models import Person, Post, User
from tongxing.accounts.roles import ROLES, Sees
from tongxing.crypto import actions as keys
from tongxing.crypto import sealed
from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.places.models import Place


def phone_digest(phone: str) -> str:
    """What a telephone is found by."""
    return sealed.digest("staff_phone", phone.strip())


def with_phones[People: Iterable[Person]](people: People) -> People:
    """Open the telephones of many people at once."""
    shown = [person for person in people if person.phone_sealed]
    opened = keys.open_keys({person.pk for person in shown})
    for person in shown:
        person.opened(opened.get(person.pk))
    return people


def posts_of(person: Person) -> QuerySet[Post]:
    """The posts that a person holds today or will hold."""
    return unended([person.pk])


def office_of(person: Person) -> int:
    """Whose auditor reads about this person: the place of the post held, else of the last one, else none."""
    day = today()
    posts = list(Post.objects.filter(person=person).order_by("since", "id").only("place_id", "since", "until"))
    held = [post for post in posts if post.held(day)]
    return (held or posts[-1:])[0].place_id if posts else codes.COUNTRY


def managed_by(manager: Post) -> QuerySet[Post]:
    """The posts whose superior this post is, ended ones included: the SQL twin of `rules.stands_above`."""
    below = Post.objects.filter(place__code__range=codes.span(manager.place_id)).select_related("person", "person__user", "place")
    if manager.role == "security_admin":
        return below.exclude(role="security_admin", place=manager.place_id)
    if manager.definition.administrator:
        return below.none()
    return below.filter(role__in=[role.id for role in ROLES.values() if role.rank > manager.definition.rank and not role.administrator])


def people_managed_by(manager: Post) -> QuerySet[Person]:
    """The people who hold or held one of these posts."""
    return Person.objects.filter(Exists(managed_by(manager).filter(person=OuterRef("pk"))))


def is_superior(manager: Post, person: Person) -> bool:
    """Whether a post stands above everything that a person holds (or last held): one cannot be taken over from below or beside."""
    if manager.person_id == person.id:
        return False
    posts = list(posts_of(person)) or list(Post.objects.filter(person=person).order_by("-until", "-since")[:1])
    return bool(posts) and all(manager.stands_above(post) for post in posts)


def near(place: int, role: str) -> QuerySet[Post]:
    """The posts held today from whose holders a deputy is chosen: in the place, beside it and right above it; for a county and above, right below.

    A post that is responsible for a place's children goes to people who are: not to a teacher or another department's liaison.
    """
    if codes.level(place) >= Level.TOWNSHIP:
        above = codes.parent(place)
        around = Q(place=place) | Q(place=above) | Q(place__parent=above)
    else:
        around = Q(place=place) | Q(place__parent=place)
    held = Post.objects.held(today()).filter(around, deputy_of=None)
    if ROLES[role].sees is Sees.PLACE:
        return held.filter(role__in=[each.id for each in ROLES.values() if each.sees is Sees.PLACE])
    return held.exclude(role__in=[each.id for each in ROLES.values() if each.administrator])


def works_near(person: Person, place: int, role: str) -> bool:
    """Whether a person may stand in for this role at this place."""
    return near(place, role).filter(person=person).exists()


def vacant(role: str, *, lo: int, hi: int, on: date) -> QuerySet[Place]:
    """Places of the role's level where nobody holds it on that day."""
    held = Post.objects.held(on).filter(place=OuterRef("pk"), role=role, deputy_of=None)
    level = ROLES[role].level
    return Place.objects.valid(on).within(lo, hi).filter(~Exists(held), level=level).order_by("code")


def vacancies(manager: Post, on: date) -> dict[str, QuerySet[Place]]:
    """The places below that lack a director or a supervisor."""
    lo, hi = codes.span(manager.place_id)
    wanted = {"child_director": Level.VILLAGE, "supervisor": Level.TOWNSHIP}
    depth = codes.level(manager.place_id)
    return {role: vacant(role, lo=lo, hi=hi, on=on) for role, level in wanted.items() if level > depth}


def free_username(person: Person) -> str:
    """A user name that nobody has: the name in pinyin, with a number where that is taken."""
    stem = "".join(char for char in person.pinyin.lower() if char.isascii() and char.isalnum())[:40] or "user"
    stem = stem if len(stem) >= 3 else f"{stem}{'0' * (3 - len(stem))}"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    return next(name for number in count(1) if (name := stem if number == 1 else f"{stem}{number}") not in taken)


def unended(people: Iterable[object]) -> QuerySet[Post]:
    """The posts that these people hold today or will hold."""
    return Post.objects.filter(Q(until=None) | Q(until__gt=today()), person__in=list(people)).select_related("place", "person").order_by("since", "id")


def held_by(people: Iterable[object], *, on: date) -> QuerySet[Post]:
    """The posts held that day by these people."""
    return Post.objects.held(on).filter(person__in=list(people)).select_related("place").order_by("since", "id")


def found(
    manager: Post,
    *,
    on: date,
    text: str = "",
    role: str = "",
    place: int | None = None,
    state: str = "held",
    mark: str = "",
) -> QuerySet[Post]:
    """The list of posts: those that the manager stands above, narrowed.

    `state` is held, future, ended or all; `mark` withheld, expiring, uncertified, unsigned (no sign-in), deputy or abolished (its place).
    """
    rows = managed_by(manager)
    if place is not None:
        rows = rows.filter(place__code__range=codes.span(place))
    if role:
        rows = rows.filter(role=role)
    if word := " ".join(text.split()).lower():
        rows = rows.filter(
            Q(person__name__startswith=word)
            | Q(person__pinyin__startswith=word.replace(" ", ""))
            | Q(person__initials__startswith=word)
            | Q(person__user__username=word)
            | Q(person__phone_digest=phone_digest(word))
        )
    return _marked(_in_state(rows, state, on), mark, on)


def _in_state(rows: QuerySet[Post], state: str, on: date) -> QuerySet[Post]:
    match state:
        case "future":
            return rows.filter(since__gt=on)
        case "ended":
            return rows.filter(until__lte=on)
        case "all":
            return rows
        case _:
            return rows.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


def _marked(rows: QuerySet[Post], mark: str, on: date) -> QuerySet[Post]:
    holds, soon = on - timedelta(days=rules.RECORD_CHECK_DAYS), on - timedelta(days=rules.RECORD_CHECK_DAYS - rules.EXPIRES_SOON_DAYS)
    gated = [each.id for each in ROLES.values() if each.record_check]
    conditions = {
        "withheld": Q(pk__in=Post.objects.withheld(on)),
        "expiring": Q(role__in=gated, person__record_check_clear=True, person__record_checked_on__gte=holds, person__record_checked_on__lt=soon),
        "uncertified": Q(role="child_director", person__certificate=""),
        "unsigned": Q(person__user=None),
        "deputy": Q(deputy_of__isnull=False),
        "abolished": Q(place__valid_until__lte=on),
    }
    return rows.filter(conditions[mark]) if mark in conditions else rows


def users_of(manager: Post, *, text: str = "", state: str = "", on: date) -> QuerySet[User]:
    """The sign-ins of the people below. `state`: closed, locked, first (never changed the first password), single (no second factor though the post asks for one)."""
    rows = User.objects.filter(person__in=people_managed_by(manager)).select_related("person", "authenticator")
    if word := " ".join(text.split()).lower():
        rows = rows.filter(Q(username__startswith=word) | Q(person__name__startswith=word) | Q(person__pinyin__startswith=word) | Q(person__initials__startswith=word))
    match state:
        case "closed":
            return rows.filter(is_active=False)
        case "locked":
            return rows.filter(username__in=lockout.locked_names())
        case "first":
            return rows.filter(is_active=True, must_change_password=True)
        case "single":
            asks = [role.id for role in ROLES.values() if role.second_factor]
            held = Post.objects.held(on).filter(person=OuterRef("person"), role__in=asks)
            return rows.filter(Exists(held)).exclude(authenticator__confirmed=True)
        case _:
            return rows
