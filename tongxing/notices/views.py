"""Pages of notices: received, sent, one notice, who has read it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.roles import ROLES
from tongxing.accounts.stamps import exported_by
from tongxing.files import enclosures, intake, storage
from tongxing.files.downloads import download
from tongxing.ground import dialogs
from tongxing.ground.ids import uuid7
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.ledgers.catalogue import Catalogue, Column
from tongxing.ledgers.writing import XLSX, write_list
from tongxing.notices import actions, forms, queries
from tongxing.notices.actions import MaybeNames, NoticeError
from tongxing.notices.models import Notice, Receipt, ReceiptQuerySet
from tongxing.outbox import texts
from tongxing.places import codes
from tongxing.places import queries as place_queries

RECEIVED = {"waiting": gettext_lazy("没有办结"), "unread": gettext_lazy("没有阅读"), "unconfirmed": gettext_lazy("没有确认"), "read": gettext_lazy("已阅读")}
READERS_LIST = Catalogue(
    id="receipts",
    title="阅读情况",
    columns=(
        Column(key="name", heading="姓名"),
        Column(key="role", heading="岗位", width=16),
        Column(key="place", heading="地点", width=40),
        Column(key="read", heading="阅读时间", width=18),
        Column(key="confirmed", heading="确认时间", width=18),
    ),
)
READERS = {"unread": gettext_lazy("没有阅读"), "unconfirmed": gettext_lazy("没有确认"), "read": gettext_lazy("已阅读"), "confirmed": gettext_lazy("已确认")}


@requires("notices.view")
@require_GET
def received(request: HttpRequest) -> HttpResponse:
    """What was sent to the person at the desk, the newest first."""
    filters = _filters(request, RECEIVED)
    rows = queries.in_state(queries.received(request.post.person_id), filters["state"])
    if filters["q"]:
        rows = rows.filter(notice__title__icontains=filters["q"])
    context = {
        "page": cut(rows, request.GET.dict(), order=("-sent_at", "-id")),
        "filters": filters,
        "states": RECEIVED.items(),
        "active_filters": _chips(filters, RECEIVED),
        "may_send": request.post.may("notices.send"),
        "day": today(),
    }
    return render(request, "notices/received.html", context)


@requires("notices.send")
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """What was sent from the post's place and below, and how far it was read."""
    filters = _filters(request, {})
    rows = queries.sent(request.post)
    if filters["q"]:
        rows = rows.filter(title__icontains=filters["q"])
    context = {"page": cut(rows, request.GET.dict(), order=("-sent_at", "-id")), "filters": filters, "active_filters": _chips(filters, {}), "may_send": True}
    return render(request, "notices/sent.html", context)


@requires("notices.send")
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write a notice and send it."""
    initial = {"id": uuid7(), "place": request.post.place, "roles": ["child_director", "supervisor"]}
    return _write(request, None, initial)


@requires("notices.send")
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Send a corrected notice in place of one."""
    old = _managed(request, notice_id)
    names = ("title", "text", "place", "roles", "due", "urgent", "confirm", "standing")
    return _write(request, old, {"id": uuid7()} | {name: getattr(old, name) for name in names})


@requires("notices.view")
@require_GET
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One notice: to its readers the text and what is asked of them, to its sender also who has read it."""
    shown, receipt = _found(request, notice_id)
    manages = queries.manages(request.post, shown)
    rows = queries.readers(shown, request.post).held(today())
    waiting = rows.waiting().count() if shown.in_force else 0
    context = {
        "notice": shown,
        "receipt": receipt,
        "manages": manages,
        "hidden": not shown.in_force and not manages,
        "correction": Notice.unscoped.filter(corrects=shown).first(),
        "files": list(enclosures.of(shown.id)),
        "counts": {"people": rows.count(), "read": queries.in_state(rows, "read").count(), "confirmed": queries.in_state(rows, "confirmed").count(), "waiting": waiting},
        "sees_readers": request.post.may("notices.send"),
        "group_text": texts.for_group(_("通知“%(title)s”还有%(count)s人没有办结") % {"title": shown.title, "count": waiting}) if waiting else "",
        "day": today(),
    }
    return render(request, "notices/notice.html", context)


@requires("notices.view")
@require_POST
def read(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The person at the desk has read it; the page says so by itself where scripts run."""
    shown, receipt = _found(request, notice_id)
    if receipt is not None:
        actions.read(notice=shown, by=request.post)
    if not request.htmx:
        return redirect("notices:notice", notice_id=shown.id)
    return render(request, "notices/receipt.html", {"notice": shown, "receipt": queries.found(request.post, notice_id)[1]})  # type: ignore[index]


@requires("notices.view")
@require_POST
def confirm(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The person at the desk confirms to have read it and to keep to it."""
    shown, receipt = _found(request, notice_id)
    if receipt is None:
        raise Http404
    try:
        actions.confirm(notice=shown, by=request.post)
    except NoticeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已确认。"))
    return redirect("notices:notice", notice_id=shown.id)


@requires("notices.send")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Take a notice back, with a reason."""
    shown = _managed(request, notice_id)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(notice=shown, reason=form.cleaned_data["reason"], by=request.post)
        except NoticeError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, _("已撤回。"))
            return dialogs.done(request, reverse("notices:notice", args=[shown.id]))
    words = {"confirm_text": _("收到的人打开时会看到通知已撤回和原因；没有读过的不再提醒。"), "confirm_word": _("撤回"), "confirm_danger": True}
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": f"{_('撤回')} · {shown.title}", **words})


@requires("notices.send")
@require_POST
def remind(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Remind those who have not read or not confirmed it."""
    shown = _managed(request, notice_id)
    try:
        count = actions.remind(notice=shown, by=request.post)
    except NoticeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已提醒%(count)s人。") % {"count": count})
    return redirect("notices:readers", notice_id=shown.id)


@requires("notices.send")
@require_GET
def readers(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Who has read it, and who has not: of all for the sender, of one's own place and below for others."""
    shown, rows, filters = _readers(request, notice_id)
    areas = [place for place in place_queries.children_of(request.post.place_id) if place.level < codes.Level.VILLAGE]
    context = {
        "notice": shown,
        "page": cut(rows, request.GET.dict(), order=("scope_place", "id"), size=50),
        "filters": filters,
        "states": [(value, word) for value, word in READERS.items() if shown.confirm or value not in ("unconfirmed", "confirmed")],
        "roles": [(role, ROLES[role].name) for role in shown.roles],
        "areas": areas,
        "active_filters": _chips(filters, READERS, cleared={"state": ""}),
        "export_url": reverse("notices:export", args=[shown.id]),
        "manages": queries.manages(request.post, shown),
        "day": today(),
    }
    return render(request, "notices/readers.html", context)


@requires("notices.send")
@require_GET
def export(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The list of readers as a workbook."""
    shown, rows, _filters = _readers(request, notice_id)
    stream = io.BytesIO()
    watermark = exported_by(request.post)
    count = write_list(READERS_LIST, map(_line, rows.order_by("scope_place", "id").iterator(chunk_size=1000)), stream, title=shown.title, watermark=watermark)
    note_read(request, child_id=None, place=request.post.place_id, outcome="exported", what=(READERS_LIST.title, str(count)))
    return download(stream.getvalue(), f"{shown.title}{READERS_LIST.title}.xlsx", XLSX)


@requires("notices.view")
@require_GET
def file(request: HttpRequest, notice_id: UUID, file_id: UUID) -> HttpResponse:
    """An enclosure. Of a notice that was withdrawn only its sender sees it."""
    shown, _receipt = _found(request, notice_id)
    if not shown.in_force and not queries.manages(request.post, shown):
        raise Http404
    kept = get_object_or_404(enclosures.of(shown.id), pk=file_id)
    try:
        content = enclosures.content(kept)
    except storage.FileMissing as missing:
        raise Http404 from missing
    suffix = intake.SUFFIXES[kept.media_type]
    name = kept.title if kept.title.lower().endswith(suffix) else (kept.title.rpartition(".")[0] or kept.title) + suffix
    return download(content, name, kept.media_type, shown=kept.media_type in intake.SHOWN)


def _write(request: HttpRequest, old: Notice | None, initial: dict[str, Any]) -> HttpResponse:
    form = forms.NoticeForm(request.POST or None, request.FILES or None, within=request.post.place_id, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                given = {"draft": form.draft(), "notice_id": form.cleaned_data["id"], "by": request.post}
                made = actions.correct(notice=old, **given) if old else actions.send(**given)
        except MaybeNames as named:
            form.asks_names = True
            form.add_error("no_names", str(named))
        except NoticeError as error:
            form.add_error(None, str(error))
        else:
            people = queries.readers(made).count()
            messages.success(request, _("已发给%(count)s人。") % {"count": people})
            return redirect("notices:notice", notice_id=made.id)
    return render(request, "notices/write.html", {"form": form, "old": old}, status=422 if form.is_bound else 200)


def _found(request: HttpRequest, notice_id: UUID) -> tuple[Notice, Receipt | None]:
    found = queries.found(request.post, notice_id)
    if found is None:
        raise Http404
    return found


def _managed(request: HttpRequest, notice_id: UUID) -> Notice:
    shown, _receipt = _found(request, notice_id)
    if not queries.manages(request.post, shown):
        raise Http404
    return shown


def _readers(request: HttpRequest, notice_id: UUID) -> tuple[Notice, ReceiptQuerySet, dict[str, str]]:
    shown, _receipt = _found(request, notice_id)
    filters = _filters(request, READERS, default="unconfirmed" if shown.confirm else "unread")
    filters["role"] = request.GET.get("role", "") if request.GET.get("role") in shown.roles else ""
    area = request.GET.get("place", "")
    filters["place"] = area if area.isascii() and area.isdigit() and len(area) == 12 and codes.within(int(area), request.post.place_id) else ""
    rows = queries.in_state(queries.readers(shown, request.post).held(today()), filters["state"])
    if filters["role"]:
        rows = rows.filter(post__role=filters["role"])
    if filters["place"]:
        rows = rows.filter(scope_place__range=codes.span(int(filters["place"])))
    if filters["q"]:
        rows = rows.filter(person__name__icontains=filters["q"])
    return shown, rows.select_related("person", "person__user", "post__place", "notice"), filters


def _filters(request: HttpRequest, states: dict[str, Any], default: str = "") -> dict[str, str]:
    state = request.GET.get("state", default)
    return {"q": request.GET.get("q", "")[:80].replace("\0", ""), "state": state if state in states else ""}


def _chips(filters: dict[str, str], states: dict[str, Any], cleared: dict[str, str] | None = None) -> list[dict[str, str]]:
    given = {name: value for name, value in filters.items() if value}
    words: dict[str, Callable[[str], str]] = {
        "state": lambda value: str(states[value]),
        "role": lambda value: str(ROLES[value].name),
        "place": lambda value: place_queries.full_names([int(value)]).get(int(value), value),
        "q": lambda value: f"“{value}”",
    }
    return chips({name: words[name](value) for name, value in given.items()}, given, cleared=cleared)


def _line(row: Receipt) -> dict[str, str]:
    return {
        "name": row.person.name,
        "role": str(ROLES[row.post.role].name),
        "place": row.post.place.full_name,
        "read": _moment(row.read_at),
        "confirmed": _moment(row.confirmed_at),
    }


def _moment(at: Any) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at else ""
