"""The demo county's last two quarters: the one before is frozen up to the city, the last one is being collected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tongxing.accounts.models import Post
from tongxing.children import actions as actions_of_children
from tongxing.children.models import Absence
from tongxing.demo import COUNTY, TOWN
from tongxing.demo.life import Life
from tongxing.figures import actions
from tongxing.figures.models import Kind, Return
from tongxing.figures.rules import last_quarters
from tongxing.figures.states import State
from tongxing.places.codes import Level, level

STILL = timedelta(days=6)  # until the last quarter's returns are due
RETURNED = "冯家湾以外的村少报了新建档案，请核对后重新上报"


def plan(life: Life) -> None:
    """Everything is done by the posts whose turn it is, on its day."""
    (_since, last), (_first, before) = last_quarters(life.now, 2)
    _whole(life, before)
    _collecting(life, last)


def _whole(life: Life, on: date) -> None:
    county, city = life.staff.officer, _known(life, "city_officer")
    life.plan(on + timedelta(days=1), lambda: _open(on, on + timedelta(days=15), county))
    for township, supervisor in sorted(life.staff.supervisors.items()):
        life.plan(on + timedelta(days=life.rng.randint(2, 9)), _act(on, township, "submit", supervisor))
    life.plan(on + timedelta(days=10), lambda: _confirm_all(on, county))
    life.plan(on + timedelta(days=12), _act(on, COUNTY, "submit", county))
    life.plan(on + timedelta(days=20), lambda: _correct(life, on))
    life.plan(on + timedelta(days=14), _act(on, COUNTY, "confirm", city))


def _collecting(life: Life, on: date) -> None:
    """Some are confirmed, some wait, one came back, three are missing."""
    county = life.staff.officer
    life.plan(on + timedelta(days=1), lambda: _open(on, max(life.now, on) + STILL, county))
    others = [each for each in sorted(life.staff.supervisors.items()) if each[0] != TOWN]
    for number, (township, supervisor) in enumerate(others[:-2]):
        life.plan(on + timedelta(days=2 + number), _act(on, township, "submit", supervisor))
        if number == 0:
            life.plan(on + timedelta(days=12), _act(on, township, "return", county, RETURNED))
        elif number % 2:
            life.plan(on + timedelta(days=12), _act(on, township, "confirm", county))


def _correct(life: Life, on: date) -> None:
    """A parent had come home before the date; the village heard of it when the quarter had been frozen. The town's own first."""
    away = Absence.objects.filter(until=None, since__lt=on - timedelta(days=60), child__left_behind_since__lt=on, child__state="current").order_by("child__scope_place", "id")
    own = away.filter(child__scope_place__range=(TOWN, TOWN + 999))
    for absence in (own.first(), away.exclude(pk__in=own).first()):
        if absence is not None:
            actions_of_children.end_absence(absence_id=absence.id, on=on - timedelta(days=20), returned="for_good", by=life.by(absence.child))


def _confirm_all(on: date, county: Post) -> None:
    """All townships; for one without a supervisor the county sends first."""
    for report in Return.objects.filter(on=on).exclude(scope_place=COUNTY).order_by("scope_place"):
        if report.state == State.OPEN:
            actions.act(report=report, verb="submit", by=county)
        actions.act(report=report, verb="confirm", by=county)


def _open(on: date, due: date, by: Post) -> None:
    actions.open_period(kind=Kind.QUARTER, on=on, due=due, by=by)


def _act(on: date, place: int, verb: str, by: Post, comment: str = "") -> Callable[[], None]:
    """The act as something to happen. A smaller county has no return where it has no township."""

    def happen() -> None:
        if report := Return.objects.filter(on=on, scope_place=place).first():
            actions.act(report=report, verb=verb, by=by, comment=comment)

    return happen


def _known(life: Life, role: str) -> Post:
    return next(post for post in life.staff.known if post.role == role and level(post.place_id) < Level.COUNTY)
