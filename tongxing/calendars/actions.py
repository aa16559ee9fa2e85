"""The only writer of terms and holidays. What stood there before is in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.calendars.festivals import FESTIVALS
from tongxing.calendars.models import Holiday, Term
from tongxing.calendars.terms import AUTUMN, SPRING
from tongxing.journal import actions as journal
from tongxing.journal.actions import Actor
from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.places.models import Place

SHORTEST, LONGEST = 30, 240  # days of a term: nobody means less or more
MOST_FREE = 31


class CalendarError(Exception):
    """A date that cannot stand; the message says why and what to do."""


@transaction.atomic
def state_term(*, place: int, year: int, number: int, since: date, last: date, source: str = "", by: Actor | None) -> Term:
    """State the term of a school year for a place and all below it, or correct it. Both days belong to the term. Raises ``CalendarError``."""
    if codes.level(place) > Level.COUNTY:
        raise CalendarError(_("校历由县级以上民政部门统一录入"))
    until = last + timedelta(days=1)
    _check_term(year, number, since, last)
    _alone(place)
    beside = Term.objects.filter(place=place, since__lt=until, until__gt=since).exclude(year=year, number=number).first()
    if beside:
        raise CalendarError(_("与另一个学期（%(since)s至%(last)s）重叠，请先更正那个学期") % {"since": beside.since, "last": beside.last})
    known = Term.objects.filter(place=place, year=year, number=number).first()
    before = {} if known is None else {name: str(getattr(known, name)) for name in ("since", "until", "source")}
    after = {"since": str(since), "until": str(until), "source": source.strip()}
    if known is not None and before == after:
        return known
    term, _made = Term.objects.update_or_create(place_id=place, year=year, number=number, defaults={"since": since, "until": until, "source": source.strip()})
    diff: dict[str, list[object]] = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    journal.record(by=by, verb="term_stated" if known is None else "term_corrected", subject_kind="term", subject_id=term.id, place=place, diff=diff | _named(year, number))
    return term


@transaction.atomic
def withdraw_term(*, term_id: UUID, reason: str, by: Actor | None) -> None:
    """Take back what was stated: what holds above, or the usual dates, hold again. Taken back before, nothing happens."""
    if not reason.strip():
        raise CalendarError(_("请写明原因"))
    term = Term.objects.select_for_update().filter(pk=term_id).first()
    if term is None:
        return
    diff: dict[str, list[object]] = {"since": [str(term.since), None], "until": [str(term.until), None], "reason": [None, reason.strip()]}
    journal.record(by=by, verb="term_withdrawn", subject_kind="term", subject_id=term.id, place=term.place_id, diff=diff | _named(term.year, term.number))
    term.delete()


@transaction.atomic
def state_holiday(
    *, place: int, names: Sequence[str], since: date, last: date, worked: Sequence[date] = (), source: str = "", holiday_id: UUID | None = None, by: Actor | None
) -> Holiday:
    """State a holiday for a place and all below it: free from ``since`` to ``last``, working on the days of ``worked`` in its place.

    With ``holiday_id`` it is a correction. Raises ``CalendarError``.
    """
    if not names or any(name not in FESTIVALS for name in names):
        raise CalendarError(_("请选择是哪个节日"))
    if not since <= last <= since + timedelta(days=MOST_FREE):
        raise CalendarError(_("放假的最后一天不能早于第一天，也不能超过%(days)s天") % {"days": MOST_FREE})
    days = sorted(set(worked))
    if any(since <= day <= last for day in days):
        raise CalendarError(_("调休上班的日子不能在假期里面"))
    if any(abs((day - since).days) > 2 * MOST_FREE for day in days):
        raise CalendarError(_("调休上班的日子离假期太远，请检查年份"))
    until = last + timedelta(days=1)
    _alone(place)
    others = Holiday.objects.filter(place=place).exclude(pk__in=[holiday_id] if holiday_id else [])
    if beside := others.filter(since__lt=until, until__gt=since).first():
        raise CalendarError(_("与已录入的假期（%(since)s至%(last)s）重叠，请更正那一条") % {"since": beside.since, "last": beside.last})
    year = (since + (last - since) / 2).year
    known = Holiday.objects.filter(pk=holiday_id, place=place).first() if holiday_id else None
    if holiday_id and known is None:
        raise CalendarError(_("这条假期已被删除，请刷新页面"))
    holiday = known or Holiday(place_id=place)
    before = {} if known is None else _said(known)
    holiday.year, holiday.names, holiday.since, holiday.until, holiday.worked, holiday.source = year, list(names), since, until, days, source.strip()
    holiday.save()
    diff: dict[str, list[object]] = {name: [before.get(name), value] for name, value in _said(holiday).items() if before.get(name) != value}
    if diff:
        journal.record(by=by, verb="holiday_corrected" if known else "holiday_stated", subject_kind="holiday", subject_id=holiday.id, place=place, diff=diff)
    return holiday


@transaction.atomic
def withdraw_holiday(*, holiday_id: UUID, reason: str, by: Actor | None) -> None:
    """Take back a holiday that was stated. Taken back before, nothing happens."""
    if not reason.strip():
        raise CalendarError(_("请写明原因"))
    holiday = Holiday.objects.select_for_update().filter(pk=holiday_id).first()
    if holiday is None:
        return
    diff: dict[str, list[object]] = {name: [value, None] for name, value in _said(holiday).items()}
    diff["reason"] = [None, reason.strip()]
    journal.record(by=by, verb="holiday_withdrawn", subject_kind="holiday", subject_id=holiday.id, place=holiday.place_id, diff=diff)
    holiday.delete()


def _alone(place: int) -> None:
    """Two people state one place's calendar one after the other."""
    Place.objects.select_for_update().get(pk=place)


def _check_term(year: int, number: int, since: date, last: date) -> None:
    if number not in (AUTUMN, SPRING):
        raise CalendarError(_("请选择学期"))
    if not date(year, 8, 1) <= since <= date(year + 1, 7, 31) or not last < date(year + 1, 9, 1):
        raise CalendarError(_("日期不在%(year)s学年里，请检查年份") % {"year": f"{year}—{year + 1}"})
    if not SHORTEST <= (last - since).days <= LONGEST:
        raise CalendarError(_("一个学期应在%(least)s到%(most)s天之间") % {"least": SHORTEST, "most": LONGEST})


def _named(year: int, number: int) -> dict[str, list[object]]:
    return {"year": [year, year], "number": [number, number]}


def _said(holiday: Holiday) -> dict[str, object]:
    return {
        "names": "、".join(FESTIVALS[name].label for name in holiday.names),
        "since": holiday.since.isoformat(),
        "until": holiday.until.isoformat(),
        "worked": "、".join(day.isoformat() for day in holiday.worked),
        "source": holiday.source,
    }
