"""Pages of the member units, and of the networks and campaigns that they run together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Post, PostQuerySet
from tongxing.accounts.roles import ROLES
from tongxing.children.views.acting import ask, sent
from tongxing.ground.ids import parse
from tongxing.ground.today import today
from tongxing.letters import codes, forms
from tongxing.letters.actions import meetings as acts
from tongxing.letters.models import Member, Programme
from tongxing.letters.views.meetings import lines, members_of, tabs


@requires("meetings.view")
@require_GET
def members(request: HttpRequest) -> HttpResponse:
    """The units of the joint meeting and who speaks for them."""
    rows = Member.objects.filter(until=None).select_related("post__person", "post__place").order_by("scope_place", "-leads", "name")
    edits = request.post.may(acts.RIGHT)
    own = [{"member": row, "department": codes.ADDRESSEE.text(row.department), "may_edit": edits and row.scope_place == request.post.place_id} for row in rows]
    return render(request, "meetings/members.html", {"rows": own, "tabs": tabs("members"), "may_edit": edits})


def _posts(post: Post) -> list[tuple[str, str]]:
    """Who can be a contact: the office's own people and those of the departments."""
    roles = [role.id for role in ROLES.values() if "meetings.view" in role.rights]
    rows = PostQuerySet(Post).held(today()).filter(role__in=roles, place=post.place_id).select_related("person", "place").order_by("role", "unit_name", "id")
    return [(str(each.id), f"{each.unit_name or each.get_role_display()} · {each.person.name}") for each in rows]


def _given(data: dict[str, Any], post: Post) -> dict[str, Any]:
    known = dict(_posts(post))
    contact = Post.objects.get(pk=data["post"]) if data["post"] in known else None
    return {"name": data["name"], "department": data["department"], "post": contact, "contact": data["contact"], "leads": data["leads"]}


@requires("meetings.edit")
def member_new(request: HttpRequest) -> HttpResponse:
    """Enter a member unit."""

    def do(data: dict[str, Any]) -> str:
        return _("已登记%(name)s。") % {"name": acts.add_member(by=request.post, **_given(data, request.post)).name}

    form = forms.MemberForm(sent(request), posts=_posts(request.post))
    return ask(request, form=form, title=_("登记成员单位"), word=_("登记"), do=do, back=reverse("meetings:members"))


@requires("meetings.edit")
def member(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Change a member unit, or who speaks for it."""
    shown = get_object_or_404(Member, pk=member_id, scope_place=request.post.place_id, until=None)

    def do(data: dict[str, Any]) -> str:
        acts.change_member(member_id=shown.id, by=request.post, **_given(data, request.post))
        return _("已保存。")

    initial = {"name": shown.name, "department": shown.department, "post": str(shown.post_id or ""), "contact": shown.contact, "leads": shown.leads}
    form = forms.MemberForm(sent(request), initial=initial, posts=_posts(request.post))
    return ask(request, form=form, title=shown.name, word=_("保存"), do=do, back=reverse("meetings:members"))


@requires("meetings.edit")
def member_end(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """A unit leaves the joint meeting."""
    shown = get_object_or_404(Member, pk=member_id, scope_place=request.post.place_id, until=None)

    def do(data: dict[str, Any]) -> str:
        acts.end_member(member_id=shown.id, by=request.post)
        return _("%(name)s已退出联席会议。") % {"name": shown.name}

    return ask(request, form=forms.NeedEndForm(sent(request)), title=f"{_('退出联席会议')} · {shown.name}", word=_("退出"), do=do, back=reverse("meetings:members"), danger=True)


@requires("meetings.view")
@require_GET
def programmes(request: HttpRequest) -> HttpResponse:
    """Networks and campaigns with their items."""
    rows = Programme.objects.select_related("lead").order_by("until", "kind", "since", "id")
    edits = request.post.may(acts.RIGHT)
    shown = [
        {
            "programme": row,
            "lines": lines(row.actions.select_related("owner__post").order_by("due_on", "id"), request.post),
            "may_edit": edits and row.scope_place == request.post.place_id,
        }
        for row in rows
    ]
    groups = [(_("联动网络"), [one for one in shown if one["programme"].kind == "network"]), (_("维权行动"), [one for one in shown if one["programme"].kind == "campaign"])]  # type: ignore[attr-defined]
    known = {row.name for row in rows}
    missing = [(each.value, codes.PROGRAMME.text(each.value)) for each in codes.PROGRAMME if each.label not in known] if edits else []
    return render(request, "meetings/programmes.html", {"groups": groups, "missing": missing, "tabs": tabs("programmes"), "may_edit": edits})


@requires("meetings.edit")
def programme_new(request: HttpRequest) -> HttpResponse:
    """Begin a network or campaign; ``of`` names one that the plans know."""
    own = list(members_of(request.post.place_id))
    known = codes.PROGRAMME.get(request.GET.get("of", ""))
    initial = {"name": known.label, "kind": known.kind} if known else {"kind": "network"}
    form = forms.ProgrammeForm(sent(request), initial=initial, members=[(str(row.id), row.name) for row in own])

    def do(data: dict[str, Any]) -> str:
        lead = next((row for row in own if row.id == parse(data["lead"])), None)
        made = acts.open_programme(name=data["name"], kind=data["kind"], words=data["words"], lead=lead, by=request.post)
        return _("已开始%(name)s。") % {"name": made.name}

    return ask(request, form=form, title=_("开始网络或行动"), word=_("开始"), do=do, back=reverse("meetings:programmes"))


@requires("meetings.edit")
def programme_item(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """An item of a programme."""
    shown = get_object_or_404(Programme, pk=programme_id, scope_place=request.post.place_id, until=None)
    own = list(members_of(request.post.place_id))
    form = forms.AssignForm(sent(request), members=[(str(row.id), row.name) for row in own])

    def do(data: dict[str, Any]) -> str:
        owner = next(row for row in own if str(row.id) == data["owner"])
        acts.assign(words=data["words"], owner=owner, due_on=data["due_on"], by=request.post, programme=shown)
        return _("已交给%(owner)s。") % {"owner": owner.name}

    return ask(request, form=form, title=f"{_('增加工作事项')} · {shown.name}", word=_("增加"), do=do, back=reverse("meetings:programmes"))


@requires("meetings.edit")
def programme_end(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """A network or campaign is over."""
    shown = get_object_or_404(Programme, pk=programme_id, scope_place=request.post.place_id, until=None)

    def do(data: dict[str, Any]) -> str:
        acts.end_programme(programme_id=shown.id, by=request.post)
        return _("%(name)s已结束。") % {"name": shown.name}

    return ask(request, form=forms.NeedEndForm(sent(request)), title=f"{_('结束')} · {shown.name}", word=_("结束"), do=do, back=reverse("meetings:programmes"))
