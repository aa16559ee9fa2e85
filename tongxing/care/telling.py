"""Who hears of promises that nobody has shown him yet: of those that an event opened, and of those that climbed to his level. Nothing told names a child."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES, Sees
from tongxing.care.boards import holding, words
from tongxing.care.boards.periods import last_day, start
from tongxing.caremodels import queries as caremodels
from tongxing.duties import climbing, rulebook
from tongxing.duties.actions import opening
from tongxing.duties.models import OPEN, Duty, EndReason, overdue_at
from tongxing.duties.rules import HEIGHTS, LOOK_BACK
from tongxing.duties.subjects import LEVELS
from tongxing.ground import scope
from tongxing.ground.scope import WHOLE_COUNTRY, Scope
from tongxing.ground.today import today
from tongxing.log.models import Entry
from tongxing.outbox import actions as outbox
from tongxing.places import codes
from tongxing.places import queries as places

OPENED = noop("您有%(n)s项新的工作任务：%(duty)s，请在%(due)s以前办理。")
CLIMBED = noop("%(place)s有%(n)s项逾期的工作任务新升级到本级，请督办。")
DAYS = 3  # of which a run tells: after a day without a worker nothing is lost, and nobody hears twice
WHY = "what an event opened is told to whoever answers for it, wherever that is"


def opened(entry: Entry, touched: Iterable[Duty]) -> None:
    """Tell whoever answers for what an entry's events opened, but not who did the entry: one message for each promise, however many children.

    Of what a correction took over from the entry before it was told already.
    """
    fresh = [duty for duty in touched if duty.opened_by == entry.id and duty.known_at == entry.at and duty.is_open]
    if not fresh:
        return
    known = rulebook.by_id({duty.rule_id for duty in fresh})
    with scope.whole_country(why=WHY):
        holders = holding.of_duties(fresh, known, today())
    each: dict[int, Counter[UUID]] = defaultdict(Counter)
    for duty in fresh:
        each[duty.rule_id].update({person.id for person in holders.get(duty.id, [])} - {entry.doer})
    for rule_id, counted in each.items():
        rule = known[rule_id]
        due = min(duty.due for duty in fresh if duty.rule_id == rule_id)
        event = rule.shape.deadline.event if rule.shape.deadline else ""
        people: dict[int, list[UUID]] = defaultdict(list)
        for person, number in counted.items():
            people[number].append(person)
        for number, told in people.items():
            outbox.tell(
                kind="duty",
                about=OPENED,
                words={"n": number, "duty": rule.shape.name, "due": f"{last_day(due):%m-%d}"},
                people=told,
                url=f"{reverse('boards:own')}?{urlencode({'duty': words.key(rule)})}",
                urgent=_urgent(event),
                key=f"{_key(entry.id)}{rule_id}",
            )


def taken_back(chain: Iterable[Entry]) -> None:
    """An entry is void: who has not read yet of what it, or one that it corrects, had opened needs not."""
    for entry in chain:
        outbox.take_back(key=_key(entry.id), keys_like=True)


def asked_no_more(touched: Iterable[Duty]) -> None:
    """A correction does not name an event any more: who has not read yet of what it had opened needs not, unless it is still asked of another child."""
    with scope.whole_country(why=WHY):
        for rule_id, window in {(duty.rule_id, duty.window) for duty in touched if duty.end_reason == EndReason.VOID}:
            if not Duty.objects.filter(OPEN, rule_id=rule_id, window=window).exists():
                outbox.take_back(key=f"{_key(UUID(window.rpartition(':')[2]))}{rule_id}")


def _key(entry_id: UUID) -> str:
    return f"opened:{entry_id}:"


def _urgent(event: str) -> bool:
    try:
        return caremodels.event(event).urgent
    except KeyError:
        return False


def climbed(on: date | None = None) -> int:
    """Tell the posts of each level how many promises climbed to it on the days before ``on``; how many posts heard of something. Repeated, nobody hears again."""
    last = on or today()
    found = 0
    for number in reversed(range(DAYS)):
        day = last - timedelta(days=number)
        counts = _climbed(start(day))
        with transaction.atomic():
            found += _tell(counts, day)
    return found


def _climbed(at: datetime) -> Counter[int]:
    """How many promises climbed to the level of each place in the day that ends at a moment."""
    found: Counter[int] = Counter()
    for lo, hi in opening.spans(*WHOLE_COUNTRY):
        with transaction.atomic(), scope.active(Scope(None, lo, hi)):
            late = Duty.objects.filter(overdue_at(at), due__gt=at - LOOK_BACK, scope_place__range=(lo, hi))
            for height in HEIGHTS[1:]:
                size = codes.SIZES[LEVELS[height]]
                news = late.filter(climbing.reached(lo, height, at)).exclude(climbing.reached(lo, height, at - timedelta(days=1)))
                for spot, number in (
                    news.annotate(spot=F("scope_place") - F("scope_place") % size).exclude(scope_place=F("spot")).order_by().values_list("spot").annotate(number=Count("id"))
                ):
                    if codes.level(spot) == LEVELS[height]:
                        found[spot] += number
    return found


def _tell(counts: Counter[int], day: date) -> int:
    offices = [role.id for role in ROLES.values() if role.sees is Sees.PLACE and "duties.board" in role.rights]
    names = places.short_names(counts)
    held: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.held(day).filter(role__in=offices, place__in=list(counts)).order_by("pk"):
        held[post.place_id].append(post)
    for spot, posts in held.items():
        _tell_posts(spot, names[spot], counts[spot], posts, day)
    return sum(map(len, held.values()))


def _tell_posts(spot: int, name: str, number: int, posts: Sequence[Post], day: date) -> None:
    url = f"{reverse('boards:duties')}?state=climbed"
    outbox.tell(kind="overdue", about=CLIMBED, words={"place": name, "n": number}, posts=posts, url=url, key=f"climbed:{spot}:{day.isoformat()}")
