"""Pages of joint meetings: the list, one meeting with its minutes, what was agreed and who does it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tongxing import printing
from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo
from tongxing.children.views.acting import ask, refuse, sent
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.letters import forms, printouts
from tongxing.letters.actions import meetings as acts
from tongxing.letters.models import Action, Attendance, Meeting, Member
from tongxing.letters.views import showing

STATES = {"open": gettext_lazy("没有完成"), "overdue": gettext_lazy("逾期"), "done": gettext_lazy("已完成"), "dropped": gettext_lazy("已取消")}


def tabs(now: str) -> list[dict[str, object]]:
    words = {"list": _("会议"), "actions": _("工作事项"), "programmes": _("网络和行动"), "hazards": _("校园周边隐患"), "members": _("成员单位")}
    return [{"word": word, "url": reverse(f"meetings:{view}"), "current": view == now} for view, word in words.items()]


@requires("meetings.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Joint meetings, the newest first."""
    q = showing.filled(request.GET.dict(), "q")["q"]
    rows = Meeting.objects.annotate(items=Count("actions"), undone=Count("actions", filter=Q(actions__done_on=None, actions__dropped_on=None)))
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(agenda__icontains=q) | Q(minutes__icontains=q))
    page = cut(rows, request.GET.dict(), order=("-on", "-id"))
    context = {
        "page": page,
        "q": q,
        "active_filters": chips({"q": f"“{q}”" if q else ""}, {"q": q}),
        "tabs": tabs("list"),
        "may_edit": request.post.may(acts.RIGHT),
        "day": today(),
    }
    return render(request, "meetings/list.html", context)


def _meeting(meeting_id: UUID) -> Meeting:
    return get_object_or_404(Meeting.objects.select_related("post__person", "post__place"), pk=meeting_id)


def members_of(scope_place: int) -> QuerySet[Member]:
    return Member.objects.filter(scope_place=scope_place, until=None).select_related("post__person").order_by("-leads", "name")


@requires("meetings.view")
@require_GET
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Agenda, who came, minutes, items."""
    shown = _meeting(meeting_id)
    context = {
        "meeting": shown,
        "attendance": list(Attendance.objects.filter(meeting=shown).select_related("member").order_by("-came", "member__name")),
        "actions": lines(shown.actions.select_related("owner__post").order_by("due_on", "id"), request.post),
        "may_edit": _edits(request.post, shown.scope_place),
        "day": today(),
    }
    return render(request, "meetings/meeting.html", context)


def _edits(post: Post, place: int) -> bool:
    return post.may(acts.RIGHT) and post.place_id == place


def lines(rows: Any, post: Post) -> list[dict[str, Any]]:
    """Items with what their rows need to know."""
    on = today()
    return [
        {"action": row, "late": row.late(on), "may_tick": row.is_open and (post.may(acts.RIGHT) or row.owner.post_id == post.id), "may_drop": row.is_open and post.may(acts.RIGHT)}
        for row in rows
    ]


@requires("meetings.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Call a meeting."""
    form = forms.MeetingForm(sent(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                made = acts.call(title=data["title"], on=data["on"], at=data["at"], room=data["room"], agenda=data["agenda"], by=request.post)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("会议已登记，有账号的联络员会收到通知。"))
            return redirect("meetings:meeting", meeting_id=made.id)
    return render(request, "meetings/write.html", {"form": form, "meeting": None}, status=422 if form.is_bound else 200)


@requires("meetings.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Change when, where and about what."""
    shown = _meeting(meeting_id)
    form = forms.MeetingForm(sent(request), initial={"title": shown.title, "on": shown.on, "at": shown.time, "room": shown.room, "agenda": shown.agenda})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                acts.change(
                    meeting_id=shown.id, title=data["title"], on=data["on"], at=data["at"], room=data["room"], agenda=data["agenda"], version=_version(request), by=request.post
                )
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("已保存。"), extra_tags=f"meeting-{shown.id}")
            return redirect("meetings:meeting", meeting_id=shown.id)
    return render(request, "meetings/write.html", {"form": form, "meeting": shown}, status=422 if form.is_bound else 200)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@requires("meetings.edit")
@require_http_methods(["GET", "POST"])
def minutes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Who came, and what was said."""
    shown = _meeting(meeting_id)
    known = {row.member_id: row for row in Attendance.objects.filter(meeting=shown)}
    form = forms.MinutesForm(sent(request), initial={"minutes": shown.minutes or _skeleton(shown)})
    members = list(members_of(shown.scope_place))
    rows: list[dict[str, Any]] = []
    for member in members:
        row = known.get(member.id)
        came = f"came-{member.id}" in request.POST if request.method == "POST" else row.came if row else False
        who = request.POST.get(f"who-{member.id}", "")[:60] if request.method == "POST" else row.who if row else member.post.person.name if member.post else member.contact
        rows.append({"member": member, "came": came, "who": who})
    if request.method == "POST" and form.is_valid():
        attendance = {row["member"].id: (bool(row["came"]), str(row["who"]) if row["came"] else "") for row in rows}
        try:
            with transaction.atomic():
                acts.write_minutes(meeting_id=shown.id, minutes=form.cleaned_data["minutes"], attendance=attendance, version=_version(request), by=request.post)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("纪要已保存。"), extra_tags=f"minutes-{shown.id}")
            return redirect("meetings:meeting", meeting_id=shown.id)
    return render(request, "meetings/minutes.html", {"form": form, "meeting": shown, "rows": rows}, status=422 if form.is_bound else 200)


def _skeleton(shown: Meeting) -> str:
    """What minutes begin with: the agenda, a paragraph each."""
    return "\n".join(f"{line.strip()}\n" for line in shown.agenda.splitlines() if line.strip())


@requires("meetings.edit")
def assign(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """An item: what, who, until when."""
    shown = _meeting(meeting_id)
    members = list(members_of(shown.scope_place))
    form = forms.AssignForm(sent(request), members=[(str(member.id), member.name) for member in members])

    def do(data: dict[str, Any]) -> str:
        owner = next(member for member in members if str(member.id) == data["owner"])
        acts.assign(words=data["words"], owner=owner, due_on=data["due_on"], by=request.post, meeting=shown)
        return _("已交给%(owner)s。") % {"owner": owner.name}

    text = "" if members else _("还没有成员单位，请先登记成员单位。")
    return ask(request, form=form, title=_("增加工作事项"), word=_("增加"), do=do, back=reverse("meetings:meeting", args=[shown.id]), text=text)


@requires("meetings.view")
def print_minutes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The minutes as a PDF."""
    shown = _meeting(meeting_id)
    if request.method == "POST":
        try:
            with transaction.atomic():
                output = printouts.minutes(shown, by=request.post)
        except printing.PrintError as failed:
            messages.error(request, str(failed))
        else:
            return redirect("office:output_file", output_id=output.id)
    return redirect("meetings:meeting", meeting_id=shown.id)


@requires("meetings.view")
@require_GET
def actions_list(request: HttpRequest) -> HttpResponse:
    """Everything that member units are to do, the most urgent first."""
    asked = showing.filled(request.GET.dict(), "q", "state", "owner")
    asked["state"] = asked["state"] if asked["state"] in STATES else ""
    rows = open_actions(asked["state"])
    owners = list(Member.objects.filter(until=None).order_by("name"))
    owner = next((each for each in owners if str(each.id) == asked["owner"]), None)
    asked["owner"] = str(owner.id) if owner else ""
    if owner:
        rows = rows.filter(owner=owner)
    if asked["q"]:
        rows = rows.filter(words__icontains=asked["q"])
    page = cut(rows.select_related("owner__post", "meeting", "programme"), request.GET.dict(), order=("due_on", "id"))
    words = {"q": f"“{asked['q']}”" if asked["q"] else "", "state": str(STATES[asked["state"]]) if asked["state"] else "", "owner": owner.name if owner else ""}
    context = {
        "page": page,
        "lines": lines(page.rows, request.post),
        "asked": asked,
        "states": STATES.items(),
        "owners": [(str(each.id), each.name) for each in owners],
        "active_filters": chips(words, asked),
        "tabs": tabs("actions"),
    }
    return render(request, "meetings/actions.html", context)


def open_actions(state: str) -> QuerySet[Action]:
    """Items of the scope in a state."""
    conditions = {
        "open": Q(done_on=None, dropped_on=None),
        "overdue": Q(done_on=None, dropped_on=None, due_on__lt=today()),
        "done": Q(done_on__isnull=False),
        "dropped": Q(dropped_on__isnull=False),
    }
    return Action.objects.filter(conditions[state]) if state in conditions else Action.objects.all()


@requires("meetings.view")
def action_done(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """It is done."""
    shown = get_object_or_404(Action, pk=action_id)

    def do(data: dict[str, Any]) -> str:
        acts.done(action_id=shown.id, note=data["note"], by=request.post)
        return _("已记录完成情况。")

    return ask(request, form=forms.DoneForm(sent(request)), title=f"{_('完成')} · {shown.words[:30]}", word=_("完成"), do=do, back=_back(shown))


@requires("meetings.edit")
def action_drop(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """It is not to be done any more."""
    shown = get_object_or_404(Action, pk=action_id)

    def do(data: dict[str, Any]) -> str:
        acts.drop(action_id=shown.id, reason=data["comment"], by=request.post)
        return _("已取消。")

    return ask(
        request, form=forms.ReasonForm(sent(request)), title=f"{_('取消')} · {shown.words[:30]}", word=_("取消这个事项"), do=do, back=_back(shown), renamed={"reason": "comment"}
    )


def _back(action: Action) -> str:
    return reverse("meetings:meeting", args=[action.meeting_id]) if action.meeting_id else reverse("meetings:programmes")
