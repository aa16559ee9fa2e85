"""What a desk did in a month, as numbers: no name, no number, no place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.ground.codes import Code, Table
from tongxing.ground.today import CHINA, now
from tongxing.hotline import codes
from tongxing.hotline.models import Call, CallBack, Referral

MONTHS = 24  # to choose from


@dataclass(frozen=True, slots=True)
class Tally:
    """One group of lines: its heading, and a word and a number each."""

    heading: str
    lines: list[tuple[str, int]]


def month_of(text: str, on: date) -> date:
    """The month of an address (2026-11); this one where it is none."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return on.replace(day=1)
    return min(found, on.replace(day=1))


def months(on: date) -> list[date]:
    """The last months, the newest first."""
    found = [on.replace(day=1)]
    while len(found) < MONTHS:
        last = found[-1]
        found.append(last.replace(year=last.year - (last.month == 1), month=(last.month - 2) % 12 + 1))
    return found


def following(month: date) -> date:
    return month.replace(year=month.year + (month.month == 12), month=month.month % 12 + 1)


TOTALS: tuple[tuple[str, Promise], ...] = (
    ("calls", gettext_lazy("来电次数")),
    ("heard", gettext_lazy("有效来电（不含无声、骚扰）")),
    ("minutes", gettext_lazy("通话分钟")),
    ("reported", gettext_lazy("转为报告")),
    ("referred", gettext_lazy("转交部门或工作人员")),
    ("answered", gettext_lazy("其中已答复")),
    ("counselled", gettext_lazy("心理辅导")),
    ("repeat", gettext_lazy("多次来电的号码")),
    ("danger", gettext_lazy("有危险的来电")),
    ("promised", gettext_lazy("约定回电")),
    ("kept", gettext_lazy("按时回电")),
    ("late", gettext_lazy("逾期回电或没有回电")),
)


def tallies(place: int, month: date) -> list[Tally]:
    """The numbers of a desk's month."""
    begins, ends = (datetime.combine(day, time.min, CHINA) for day in (month, following(month)))
    calls = Call.objects.filter(scope_place=place, begun_at__gte=begins, begun_at__lt=ends)
    heard = calls.exclude(result__in=codes.RESULT.where(lambda code: code.tap))
    numbers = calls.aggregate(
        calls=Count("pk"),
        reported=Count("pk", filter=Q(report__isnull=False)),
        counselled=Count("pk", filter=Q(result="counselled")),
        danger=Count("pk", filter=Q(risk="danger")),
        talked=Sum("seconds"),
    )
    again = calls.exclude(caller_digest="").values("caller_digest").annotate(n=Count("pk")).filter(n__gt=1)
    referred = calls.filter(Exists(Referral.objects.filter(call=OuterRef("pk"))))
    open_ones = Referral.objects.filter(call=OuterRef("pk"), answered_at=None)
    promises = CallBack.objects.filter(call__in=calls)
    kept = promises.filter(done_at__lte=F("due_at")).count()
    late = promises.filter(Q(done_at__gt=F("due_at")) | Q(done_at=None, due_at__lt=now())).count()
    given = numbers | {
        "heard": heard.count(),
        "minutes": round((numbers["talked"] or 0) / 60),
        "repeat": again.count(),
        "referred": referred.count(),
        "answered": referred.exclude(Exists(open_ones)).count(),
        "promised": promises.count(),
        "kept": kept,
        "late": late,
    }
    return [
        Tally(_("合计"), [(str(word), given[key]) for key, word in TOTALS]),
        Tally(_("来电事由"), _by(codes.TOPIC, dict(heard.values_list("topic").annotate(n=Count("pk"))))),
        Tally(_("来电人"), _by(codes.CALLER, dict(heard.values_list("caller").annotate(n=Count("pk"))))),
        Tally(_("来电结果"), _by(codes.RESULT, dict(calls.values_list("result").annotate(n=Count("pk"))))),
    ]


def _by[C: Code](table: Table[C], numbers: dict[str, int]) -> list[tuple[str, int]]:
    lines = [(table.text(value), numbers.get(value, 0)) for value in table.values()]
    return [*lines, (_("没有填"), numbers.get("", 0))] if numbers.get("") else lines
