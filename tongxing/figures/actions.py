"""What offices do with returns: open a period, send up, take back, return with words, confirm, urge. The only writer of these tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES
from tongxing.figures import counting, movement, rules, sums
from tongxing.figures.counting import Draft
from tongxing.figures.definition import TABLES
from tongxing.figures.exports import CannotExport
from tongxing.figures.models import Kind, Member, Movement, Return, ReturnRow
from tongxing.figures.states import LIFE, NotNow, State, after
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.places.models import Place
from tongxing.places.names import PLACEHOLDERS


@transaction.atomic
def open_period(*, kind: str, on: date, due: date, by: Post) -> list[Return]:
    """Ask for the tables of a statistical date: a return for the post's own place and every place below it, townships the lowest.

    Returns those that were made; what is open already stays. Raises NotNow where the date is none of the kind's.
    """
    since = first_day(kind, on)
    if due < on:
        raise NotNow(_("上报期限不能早于统计时点。"))
    lo, hi = codes.span(by.place_id)
    known = set(Return.objects.filter(kind=kind, on=on).values_list("scope_place", flat=True))
    inhabited = Exists(Place.objects.valid(on).filter(parent=OuterRef("pk")))  # a development zone without villages has nothing to report
    wanted = Place.objects.valid(on).within(lo, hi).filter(inhabited, level__range=(by.place.level, Level.TOWNSHIP)).exclude(code__in=known).order_by("code")
    made = [Return(scope_place=place, kind=kind, since=since, on=on, due=due) for place in wanted.values_list("code", flat=True)]
    for report in made:
        report.previous = counting.previous_of(report) if codes.level(report.scope_place) == Level.TOWNSHIP else None
    Return.unscoped.bulk_create(made)
    diff: dict[str, list[Any]] = {"kind": [None, kind], "on": [None, on.isoformat()], "due": [None, due.isoformat()], "places": [None, len(made)]}
    journal.record(by=by, verb="period_opened", subject_kind="return", subject_id=f"{kind}:{on}", place=by.place_id, diff=diff)
    return made


def first_day(kind: str, on: date) -> date:
    """The first day of the period that ends on a statistical date. Raises NotNow where none ends there."""
    first, last = (date(on.year, 1, 1), date(on.year, 12, 31)) if kind == Kind.YEAR else rules.quarter_of(on)
    if on != last:
        raise NotNow(_("统计时点应是季度或者年度的最后一天。"))
    return first


@transaction.atomic
def act(*, report: Return, verb: str, by: Post, comment: str = "") -> Return:
    """Do one act of ``states.LIFE``. Raises NotNow with a sentence; ``CannotExport`` with the sums that do not hold."""
    step = LIFE[verb]
    report = Return.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not may(report, verb, by):
        raise NotNow(_("您的岗位不能办理“%(act)s”。") % {"act": step.label})
    if step.comment and not comment.strip():
        raise NotNow(_("请写明意见。"))
    before, report.state = report.state, after(report.state, verb)
    report.comment = comment.strip()[:500] if step.comment else ""
    match verb:
        case "submit":
            _freeze(report, by)
        case "withdraw" | "return":
            _thaw(report)
        case "confirm":
            report.confirmed_at, report.confirmed_by = now(), by.person.name
    report.save()
    diff: dict[str, list[Any]] = {"state": [before, str(report.state)], "comment": [None, report.comment], "sha256": [None, report.sha256]}
    journal.record(by=by, verb=f"return_{verb}", subject_kind="return", subject_id=report.id, place=report.scope_place, diff=diff)
    return report


def may(report: Return, verb: str, by: Post) -> bool:
    """Whether it is this post's turn: its own return, or one of a place right below. The province confirms its own; where nobody holds a post, the office right above sends (代报)."""
    step = LIFE[verb]
    if not by.may(step.right):
        return False
    own = report.scope_place == by.place_id
    right_above = not own and codes.within(report.scope_place, by.place_id) and _office_above(report.scope_place) == by.place_id
    if step.above:
        return right_above or (own and by.place.level == Level.PROVINCE)
    return own or (right_above and _vacant(report.scope_place))


def _office_above(place: int) -> int | None:
    """The place right above whose office collects; a level that only fills the code (省直辖县级行政区划) has none."""
    above = Place.objects.filter(code__in=codes.ancestors(place)).exclude(name__in=PLACEHOLDERS)
    return above.order_by("-level").values_list("code", flat=True).first()


def _vacant(place: int) -> bool:
    """Whether nobody at the place could send a return."""
    roles = [role.id for role in ROLES.values() if "figures.report" in role.rights]
    return not Post.objects.filter(place=place, role__in=roles).filter(Q(until=None) | Q(until__gt=today()), since__lte=today()).exists()


def _freeze(report: Return, by: Post) -> None:
    """Count, check and keep. The period must be over, the one before it confirmed, everybody below too."""
    if today() < report.on:
        raise NotNow(_("统计时点是 %(on)s，到那天以后才能上报。") % {"on": report.on.isoformat()})
    if codes.level(report.scope_place) == Level.TOWNSHIP:
        earlier = Return.objects.filter(scope_place=report.scope_place, kind=report.kind, on__lt=report.on).exclude(state=State.CONFIRMED).order_by("on").first()
        if earlier is not None:
            raise NotNow(_("%(period)s还没有确认。上一期冻结以后才能上报这一期。") % {"period": earlier})
        report.previous = counting.previous_of(report)
    elif missing := [each for each in counting.below(report) if each.state != State.CONFIRMED]:
        raise NotNow(_("下级还有 %(count)s 份报表没有确认，不能上报。") % {"count": len(missing)})
    found = counting.draft(report)
    check(report, found)
    report.definitions = movement.declared()
    report.sha256 = found.sha256
    report.submitted_at, report.submitted_by = now(), by.person.name
    _keep(report, found)


def check(report: Return, found: Draft) -> None:
    """Raises ``CannotExport`` with a sentence for every sum that does not hold."""
    sentences = [
        str(each)
        for table in TABLES.values()
        for counted in [counting.counted(report, found, table.id)]
        for each in sums.check(table, [(row.name, row.cells) for row in counted.rows], counted.total)
    ]
    measures = {each.key: found.total(each.table) or movement.cells(rules.add([])) for each in movement.CATEGORIES.values()}
    totals = {table.id: dict(zip(table.keys, counting.counted(report, found, table.id).total, strict=True)) for table in TABLES.values()}
    if sentences := sentences + movement.faults(measures, totals):
        raise CannotExport(_("勾稽关系不成立，没有上报。"), sentences)


def _keep(report: Return, found: Draft) -> None:
    _thaw_parts(report)
    own: dict[str, Any] = {"report": report, "scope_place": report.scope_place}
    ReturnRow.unscoped.bulk_create([ReturnRow(**own, table=table, place=place, cells=cells) for table, rows in found.rows.items() for place, cells in rows.items()])
    Member.unscoped.bulk_create(
        [Member(**own, category=category, child_id=child, place=place) for category, held in found.members.items() for child, place in held.items()], batch_size=5_000
    )
    moves = [counting.as_row(report, category, move) for category, rows in found.moves.items() for move in rows]
    counting.tell_who(report, [each for each in moves if each.correction])
    Movement.unscoped.bulk_create(moves, batch_size=5_000)


def _thaw(report: Return) -> None:
    _thaw_parts(report)
    report.sha256, report.submitted_at, report.submitted_by, report.definitions = "", None, "", {}


def _thaw_parts(report: Return) -> None:
    for model in (ReturnRow, Member, Movement):
        model.objects.filter(report=report).delete()


@transaction.atomic
def urge(*, reports: Iterable[Return], by: Post) -> int:
    """Note that these places have been asked again (催报); how many. Their worklists say so."""
    due = [report for report in reports if report.state in (State.OPEN, State.RETURNED) and by.may("figures.collect") and codes.within(report.scope_place, by.place_id)]
    Return.objects.filter(pk__in=[report.pk for report in due]).update(urged_at=now())
    for report in due:
        journal.record(by=by, verb="return_urged", subject_kind="return", subject_id=report.id, place=report.scope_place)
    return len(due)
