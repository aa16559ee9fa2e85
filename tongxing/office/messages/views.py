"""One's own messages: the list, opening one, what one wants to be called by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, signed_in
from tongxing.ground import dialogs
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import now
from tongxing.outbox import actions, addresses, gateways, queries
from tongxing.outbox.kinds import KINDS
from tongxing.outbox.models import Channel, Message, Preference
from tongxing.outbox.rules import masked

SPANS = {"7": gettext_lazy("最近7天"), "30": gettext_lazy("最近30天")}
STATES = {"unread": gettext_lazy("未读"), "urgent": gettext_lazy("紧急")}


class PreferenceForm(forms.Form):
    """What one wants to be called by."""

    sms = forms.ChoiceField(label=gettext_lazy("短信"), choices=Preference.Wanted.choices, widget=forms.RadioSelect, help_text=gettext_lazy("短信里不出现儿童的任何信息。"))
    email = forms.ChoiceField(label=gettext_lazy("电子邮件"), choices=Preference.Wanted.choices, widget=forms.RadioSelect)
    address = forms.EmailField(label=gettext_lazy("工作邮箱"), required=False, max_length=120, help_text=gettext_lazy("加密保存；不填就不发邮件。"))


@signed_in
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What one was told, the newest first."""
    given = {name: request.GET.get(name, "") for name in ("kind", "state", "days")}
    known: dict[str, Collection[str]] = {"kind": KINDS, "state": STATES, "days": SPANS}
    filters = {name: value if value in known[name] else "" for name, value in given.items()}
    since = now() - timedelta(days=int(filters["days"])) if filters["days"] else None
    rows = queries.inbox(request.user.person_id, kind=filters["kind"], state=filters["state"], since=since)
    words = {"kind": lambda value: str(KINDS[value].label), "state": lambda value: str(STATES[value]), "days": lambda value: str(SPANS[value])}
    context = {
        "page": cut(rows, request.GET.dict(), order=("-at", "-id")),
        "filters": filters,
        "kinds": [(kind.id, kind.label) for kind in KINDS.values()],
        "states": STATES.items(),
        "spans": SPANS.items(),
        "active_filters": chips({name: words[name](value) for name, value in filters.items() if value}, filters),
        "all_posts": {post.id: post for post in request.posts},
    }
    return render(request, "messages/inbox.html", context)


@signed_in
@require_POST
def open_message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Mark a message of one's own as read and go where it leads."""
    message = _own(request, message_id)
    actions.read(person=request.user.person_id, messages=[message.pk])
    return redirect(message.url)


@signed_in
@require_POST
def read(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Mark a message of one's own as read and stay."""
    actions.read(person=request.user.person_id, messages=[_own(request, message_id).pk])
    return _back(request)


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of one's own messages as read."""
    count = actions.read(person=request.user.person_id)
    messages.success(request, _("已把%(count)s条消息标为已读。") % {"count": count})
    return redirect("messages:inbox")


@signed_in
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """What one wants to be called by, and what the house does not change: urgent messages always come."""
    person = request.user.person_id
    kept = Preference.objects.filter(pk=person).first() or Preference(pk=person)
    reached = addresses.of([person]).get(person)
    initial = {"sms": kept.sms, "email": kept.email, "address": reached.email if reached else ""}
    form = PreferenceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.prefer(person=person, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return dialogs.done(request, reverse("messages:inbox"))
    quiet = addresses.quiet_hours()
    context = {
        "form": form,
        "dialog_title": _("消息提醒方式"),
        "phone": masked(reached.phone) if reached and reached.phone else "",
        "quiet": f"{quiet.since:%H:%M}—{quiet.until:%H:%M}",
        "channels": [Channel(channel).label for channel in gateways.channels()],
    }
    return dialogs.show(request, "messages/preferences.html", context)


def _own(request: HttpRequest, message_id: UUID) -> Message:
    if not hasattr(request, "post"):
        raise Http404
    return get_object_or_404(Message, pk=message_id, person_id=request.user.person_id)


def _back(request: HttpRequest) -> HttpResponse:
    kept = request.POST.get("back", "")
    return redirect(f"{reverse('messages:inbox')}{kept if kept.startswith('?') else ''}")
