"""Reading calls. Everything here reads what the active scope shows; words are opened where they are shown."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post, PostQuerySet
from tongxing.accounts.roles import ROLES
from tongxing.crypto import actions as keys
from tongxing.ground import scope
from tongxing.ground.today import CHINA, now, parse_day, today
from tongxing.hotline import codes
from tongxing.hotline.actions.calls import caller_digest
from tongxing.hotline.models import ROLE, Call, CallBack, Counsel, Referral
from tongxing.protection import sealing, whom
from tongxing.protection.models import Report
from tongxing.protection.states import State

FILTERS = ("q", "state", "topic", "result", "caller", "since", "until")
STATES: dict[str, Promise] = {"open": _("正在记录"), "mine": _("我接的"), "callback": _("等着回电"), "late": _("回电逾期"), "referred": _("转办，等答复"), "repeat": _("多次来电")}


def words(call: Call) -> dict[str, str]:
    return sealing.opened(sealing.key(call.pk), call, call.sealed)


def words_of(calls: Sequence[Call]) -> dict[UUID, dict[str, str]]:
    """The words of many calls, their keys read at once."""
    found = keys.open_keys([call.pk for call in calls])
    return {call.pk: sealing.opened(found.get(call.pk), call, call.sealed) for call in calls}


def counsel_of(call: Call) -> tuple[Counsel | None, str]:
    """The counselling notes, where the active post may read them."""
    row = Counsel.objects.filter(call=call).first()
    return row, sealing.opened(sealing.key(call.pk), row, row.sealed).get("words", "") if row else ""


def earlier(call: Call) -> int:
    """The how-many-th call of this number at this desk it is; 0 where the number is not known."""
    if not call.caller_digest:
        return 0
    return Call.objects.filter(scope_place=call.scope_place, caller_digest=call.caller_digest, begun_at__lt=call.begun_at).count() + 1


def earlier_calls(call: Call, most: int = 5) -> list[Call]:
    """The last calls of the same number at this desk."""
    if not call.caller_digest:
        return []
    rows = Call.objects.filter(scope_place=call.scope_place, caller_digest=call.caller_digest, begun_at__lt=call.begun_at)
    return list(rows.order_by("-begun_at")[:most])


def drafts(post: Post) -> QuerySet[Call]:
    return Call.objects.filter(state=Call.State.OPEN, post__in=[each for each in (post.pk, post.deputy_of_id) if each]).order_by("-begun_at")


def of_today(post: Post, on: date) -> QuerySet[Call]:
    begins = datetime.combine(on, time.min, CHINA)
    return Call.objects.filter(scope_place=post.place_id, begun_at__gte=begins).order_by("-begun_at")


def callbacks(post: Post) -> QuerySet[CallBack]:
    """Promises of this desk that wait, the first due first."""
    return CallBack.objects.filter(call__scope_place=post.place_id, done_at=None).select_related("call", "owner__person").order_by("due_at")


def late(post: Post) -> QuerySet[CallBack]:
    """Promises of this desk that were not kept in time."""
    return CallBack.objects.filter(call__scope_place=post.place_id, done_at=None, due_at__lt=now())


def waiting_referrals(post: Post) -> QuerySet[Referral]:
    return Referral.objects.filter(post__in=[each for each in (post.pk, post.deputy_of_id) if each], answered_at=None)


def asked(params: Mapping[str, str]) -> dict[str, str]:
    """The filters that an address asks for, without what is none."""
    given = {name: params.get(name, "").strip()[:60].replace("\0", "") for name in FILTERS}
    tables: dict[str, Container[str]] = {"topic": codes.TOPIC, "result": codes.RESULT, "caller": codes.CALLER, "state": STATES}
    for name, table in tables.items():
        if given[name] not in table:
            given[name] = ""
    for name in ("since", "until"):
        if _day(given[name]) is None:
            given[name] = ""
    return given


def _day(text: str) -> date | None:
    return parse_day(text)


def found(given: Mapping[str, str], post: Post) -> QuerySet[Call]:
    """The calls that are asked for. ``q`` is a call's number, or the whole number of a caller."""
    rows = Call.objects.select_related("post__person")
    if q := given["q"]:
        rows = rows.filter(number=q.upper()) if q[:1] in "Hh" else rows.filter(caller_digest=caller_digest(q) or "-")
    for name in ("topic", "result", "caller"):
        if given[name]:
            rows = rows.filter(**{name: given[name]})
    if since := _day(given["since"]):
        rows = rows.filter(begun_at__gte=datetime.combine(since, time.min, CHINA))
    if until := _day(given["until"]):
        rows = rows.filter(begun_at__lt=datetime.combine(until, time.min, CHINA) + timedelta(days=1))
    return _in_state(rows, given["state"], post)


def _in_state(rows: QuerySet[Call], state: str, post: Post) -> QuerySet[Call]:
    waits = CallBack.objects.filter(call=OuterRef("pk"), done_at=None)
    before = Call.objects.filter(scope_place=OuterRef("scope_place"), caller_digest=OuterRef("caller_digest"), begun_at__lt=OuterRef("begun_at"))
    asked_for = {
        "open": Q(state=Call.State.OPEN),
        "mine": Q(post__in=[each for each in (post.pk, post.deputy_of_id) if each]),
        "callback": Q(Exists(waits)),
        "late": Q(Exists(waits.filter(due_at__lt=now()))),
        "referred": Q(Exists(Referral.objects.filter(call=OuterRef("pk"), answered_at=None))),
        "repeat": ~Q(caller_digest="") & Q(Exists(before)),
    }
    return rows.filter(asked_for[state]) if state else rows


def receivers(to: str, place: int) -> list[Post]:
    """The posts that ``department:police`` or ``office:supervisor`` means where something happens."""
    kind, _colon, name = to.partition(":")
    with scope.whole_country(why="a call is handed on to whoever answers for the place"):
        posts = whom.department_posts(name, place, now()) if kind == "department" else whom.at_office(ROLES[name], place, now()) if name in ROLES else []
    return [post for post in posts if post.may("hotline.read")]


def colleagues(post: Post) -> QuerySet[Post]:
    """The others of the same desk."""
    return PostQuerySet(Post).held(today()).filter(role=ROLE, place=post.place_id).exclude(pk=post.pk).select_related("person", "place")


IN_WORDS: Mapping[str, Promise] = {
    State.REPORTED: _("已收到，等待受理"),
    State.RECEIVED: _("已受理，正在办理"),
    State.DOUBTED: _("正在核实"),
    State.CLOSED: _("已办结"),
    State.REFERRED: _("已转有关部门办理"),
    State.UNFOUNDED: _("已核实办结"),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What may be read out of a report by its number: when it came, where it stands, in general words."""

    number: str
    at: datetime
    state: str
    acknowledged: bool


def receipt(number: str) -> Receipt | None:
    """What came of a report. Whoever holds its number hears the same few words, whatever the case is."""
    with scope.whole_country(why="whoever holds the number of a report may hear where it stands"):
        row = Report.objects.select_related("case").filter(number=number.strip().upper()).first()
        if row is None:
            return None
        heard = row.hops.exclude(acknowledged_at=None).exists()
        return Receipt(row.number, row.told_at, str(IN_WORDS.get(row.case.state, _("正在办理"))), heard)


def context_of(calls: Sequence[Call]) -> dict[str, Any]:
    """What a list of calls shows besides them."""
    late = set(CallBack.objects.filter(call__in=calls, done_at=None, due_at__lt=now()).values_list("call_id", flat=True))
    waits = set(CallBack.objects.filter(call__in=calls, done_at=None).values_list("call_id", flat=True))
    return {"late": late, "waits": waits}
