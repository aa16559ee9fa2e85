"""A child's circle: its page, who joins, who leaves, who comes instead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts import actions as accounts
from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.models import Person, Post
from tongxing.children.errors import CannotDo
from tongxing.children.models import Child
from tongxing.children.views.acting import ask, refuse, sent
from tongxing.circles import actions, codes, forms, people, queries, roles, rules
from tongxing.circles.drawing import Viewer, circle
from tongxing.circles.models import Membership
from tongxing.circles.roles import RoleAt
from tongxing.ground.ids import parse_all
from tongxing.ground.today import today


def near_words(near: rules.Near) -> str:
    return {
        rules.Near.SCHOOL_AND_VILLAGE: _("同校同村"),
        rules.Near.SCHOOL: _("同校"),
        rules.Near.VILLAGE: _("同村"),
        rules.Near.TOWNSHIP: _("同乡镇"),
        rules.Near.COUNTY: _("同县"),
    }[near]


def child_of(child_id: UUID) -> Child:
    """The child within the scope; outside it there is none (404)."""
    if found := Child.objects.filter(pk=child_id).first():
        return found
    raise Http404


def circle_url(child_id: UUID) -> str:
    return reverse("circles:child", args=[child_id])


@requires("children.view")
@require_GET
def child(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """The circle of one child: the rings, and every place with who stands there."""
    found = child_of(child_id)
    viewer = Viewer(request.post, today())
    owed = Child.objects.filter(queries.to_care_for(viewer.on), pk=child_id).exists()
    drawn = circle(found, owed=owed, viewer=viewer)
    name = viewer.name(found)
    past = list(
        Membership.objects.filter(child=child_id, until__lte=viewer.on, person__isnull=False).exclude(end_reason="error").select_related("person").order_by("-until", "-id")[:20]
    )
    note_read(request, child_id=child_id, place=found.scope_place)
    context = {
        "child": found,
        "name": name,
        "initial": name[:1],
        "circle": drawn,
        "past": [{"row": row, "word": roles.known_name(row.role), "why": why(row)} for row in past],
        "viewer": viewer,
        "plan_url": drawn.plan_url,
        "card_url": reverse("circles:card", args=[child_id]) if request.post.may("children.print") else "",
    }
    return render(request, "circles/child.html", context)


def why(row: Membership) -> str:
    """Why somebody left, in words."""
    return codes.LEAVING.text(row.end_reason) if row.end_reason in codes.LEAVING else ""


@requires("circles.edit")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, child_id: UUID, role: str) -> HttpResponse:
    """Somebody for a place of the circle: proposed, searched for, or written down here. ``replaces`` names whom the new one follows."""
    found = child_of(child_id)
    asked = _role(found, role)
    if roles.of_peers(asked):
        return _companion(request, found, asked)
    replaced = _replaced(request, found, role)
    form = forms.JoinForm(sent(request), team=asked.team, replacing=replaced is not None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                person = _person(form.cleaned_data, request.post)
                _join(found, asked, person, replaced, form.cleaned_data, request.post)
        except CannotDo as refused:
            refuse(form, refused, {"to": "person"})
        else:
            _say(request, found, asked, person)
            return redirect("circles:child", child_id)
    text = request.GET.get("q", "")
    day = today()
    proposed = people.proposed(found, asked, request.post, day)
    searched = people.search(text, request.post, day)
    context = {
        "child": found,
        "role": asked,
        "word": _(asked.name),
        "form": form,
        "text": text,
        "proposed": [{"known": known, "near": near_words(each.near), "load": each.load, "full": each.full, "quota": asked.load} for known, each in proposed],
        "searched": [{"known": known, "fit": people.fit(known, day)} for known in searched],
        "replaced": replaced,
        "back": circle_url(child_id),
        "picked": str(form["person"].value() or ""),
    }
    return render(request, "circles/add.html", context, status=422 if form.is_bound else 200)


def _role(found: Child, role: str) -> RoleAt:
    asked = next((each for each in roles.at(found.scope_place, today()) if each.id == role), None)
    if asked is None:
        raise Http404
    return asked


def _replaced(request: HttpRequest, found: Child, role: str) -> Membership | None:
    """The membership that ends when the new one begins."""
    wanted = request.GET.get("replaces")
    if not wanted:
        return None
    ids = parse_all([wanted])
    row = Membership.objects.select_related("person").filter(pk__in=ids, child=found, role=role, until=None, person__isnull=False).first()
    if row is None:
        raise Http404
    return row


def _person(data: dict[str, Any], by: Post) -> Person:
    """Who was picked, who is known by this name and telephone, or somebody new without an account."""
    if data.get("person"):
        picked = people.within(by, today()).filter(pk=data["person"]).first()
        if picked is None:
            raise CannotDo(_("没有找到这个人，请重新查找。"))
        return picked
    return people.reached(data["name"], data["phone"]) or accounts.add_person(name=data["name"], phone=data["phone"], by=by)


def _join(found: Child, asked: RoleAt, person: Person, replaced: Membership | None, data: dict[str, Any], by: Post) -> None:
    if replaced is None:
        actions.join(child_id=found.pk, role=asked.id, person=person, by=by, since=data["since"], team=data.get("team", ""))
        return
    assert replaced.person
    actions.hand_over(person=replaced.person, to=person, reason=data["reason"], note=data["note"], memberships=[replaced.pk], by=by)


def _say(request: HttpRequest, found: Child, asked: RoleAt, person: Person) -> None:
    """What was done, and what stands against the model: more than asked for, above a ceiling, no yearly check."""
    day = today()
    messages.success(request, _("%(name)s已是%(child)s的“%(role)s”。") % {"name": person.name, "child": found.name, "role": _(asked.name)})
    rows = list(queries.members([found.pk], day).filter(role=asked.id))
    (slot,) = rules.slots([asked], map(queries.fact, rows), day)
    if slot.over:
        messages.warning(request, _("“%(role)s”按规定至多%(most)d人，现在有%(n)d人。") % {"role": _(asked.name), "most": slot.most or 0, "n": slot.held})
    carried = queries.load_of(person.pk, day)[asked.id]
    if rules.fill(carried, asked.load) is rules.Fill.OVER and asked.load:
        messages.warning(request, _("%(name)s现在包保%(n)d名儿童，超过上限%(most)d名。") % {"name": person.name, "n": carried, "most": asked.load.children})
    if not people.fit(people.known([person], day)[0], day):
        messages.warning(request, _("%(name)s没有本年度从业查询，补办以前看不到孩子的档案（未成年人保护法第六十二条）。") % {"name": person.name})


def _companion(request: HttpRequest, found: Child, asked: RoleAt) -> HttpResponse:
    """Another child of the scope as a companion, the nearest first."""
    day = today()
    offered = people.companions(found, asked.id, day)
    problem = ""
    if request.method == "POST":
        chosen = next((each for each in offered if str(each.child.pk) == request.POST.get("peer")), None)
        try:
            if chosen is None:
                raise CannotDo(_("请选择一个孩子。"))
            actions.pair_peers(child_id=found.pk, peer_id=chosen.child.pk, role=asked.id, by=request.post)
        except CannotDo as refused:
            problem = str(refused)
        else:
            messages.success(request, _("%(one)s和%(other)s已结成手拉手伙伴。") % {"one": found.name, "other": chosen.child.name})
            return redirect("circles:child", found.pk)
    context = {
        "child": found,
        "word": _(asked.name),
        "problem": problem,
        "offered": [{"each": each, "near": near_words(each.near)} for each in offered],
        "day": day,
        "back": circle_url(found.pk),
    }
    return render(request, "circles/companion.html", context, status=422 if problem else 200)


@requires("circles.edit")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Somebody leaves the circle, with the reason."""
    row = Membership.objects.select_related("person", "child").filter(pk=membership_id).first()
    if row is None:
        raise Http404
    name = row.person.name if row.person else _("手拉手伙伴")

    def do(data: dict[str, Any]) -> str:
        actions.leave(membership_id=membership_id, reason=data["reason"], on=data["on"], note=data["note"], by=request.post)
        return _("已结束：%(name)s（%(role)s）。") % {"name": name, "role": roles.known_name(row.role)}

    return ask(
        request,
        form=forms.EndForm(sent(request)),
        title=_("结束包保：%(name)s") % {"name": name},
        word=_("结束包保"),
        text=_("%(child)s的“%(role)s”将空缺。有人接手的，请用“更换”，不留空当。") % {"child": row.child.name, "role": roles.known_name(row.role)},
        do=do,
        back=circle_url(row.child_id),
        danger=True,
    )
