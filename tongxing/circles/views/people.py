"""Those who stand around children: everybody with their load, one person's page, and the hand-over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts import actions as accounts
from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Person, Post
from tongxing.accounts.queries import with_phones
from tongxing.accounts.rules import RecordCheck
from tongxing.children.errors import CannotDo
from tongxing.children.views.acting import ask, refuse, sent
from tongxing.circles import actions, forms, people, queries, roles, rules
from tongxing.circles.drawing import Viewer, marks
from tongxing.circles.models import Membership
from tongxing.circles.views.circle import near_words
from tongxing.ground.ids import parse_all
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.places import queries as places

STATES = {"lapsed": gettext_lazy("不能再包保，应更换"), "unchecked": gettext_lazy("没有本年度从业查询"), "many": gettext_lazy("包保多名儿童")}


@requires("circles.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Everybody who stands beside a child of the scope, and how many children each has."""
    day = today()
    asked, found = request.GET, _standing(day)
    known = roles.names(found.order_by().values_list("role", flat=True).distinct())
    if (role := asked.get("role", "")) in known:
        found = found.filter(role=role)
    if (state := asked.get("state", "")) in STATES:
        found = _in_state(found, state, day)
    filters = {"role": role, "state": state, "q": asked.get("q", "")}
    rows = Person.objects.filter(pk__in=found.values("person"))
    if word := " ".join(asked.get("q", "").split()).lower():
        spelled = word.replace(" ", "")
        rows = rows.filter(Q(name__startswith=word) | Q(pinyin__startswith=spelled) | Q(initials__startswith=spelled))
    page = cut(rows, asked.dict(), order=("pinyin", "id"))
    held: dict[UUID, list[Membership]] = {}
    for row in _standing(day).filter(person__in=page.rows).select_related("person", "post"):
        held.setdefault(row.person_id or row.pk, []).append(row)
    carried = queries.loads([person.pk for person in page.rows], day)
    if request.post.may("children.phones"):
        with_phones(page.rows)
    context = {
        "page": page,
        "lines": [
            {
                "person": person,
                "phone": person.phone if request.post.may("children.phones") else "",
                "roles": "、".join(dict.fromkeys(roles.known_name(row.role) for row in held.get(person.pk, ()))),
                "children": len({row.child_id for row in held.get(person.pk, ())}),
                "elsewhere": max(0, sum(carried.get(person.pk, {}).values()) - len([row for row in held.get(person.pk, ()) if rules.holds(queries.fact(row), day)])),
                "marks": {mark for row in held.get(person.pk, ()) for mark in marks(row, day)},
            }
            for person in page.rows
        ],
        "roles": known,
        "states": STATES,
        "filters": filters,
        "active_filters": chips({"role": known.get(role, ""), "state": str(STATES.get(state, "")), "q": word and _("搜索：%(text)s") % {"text": word[:20]}}, filters),
    }
    return render(request, "circles/people.html", context)


def _standing(day: Any) -> QuerySet[Membership]:
    """Memberships of people that run, in the scope."""
    return Membership.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day, person__isnull=False)


def _in_state(rows: QuerySet[Membership], state: str, day: Any) -> QuerySet[Membership]:
    if state == "lapsed":
        return rows.exclude(pk__in=Membership.objects.filter(queries.holding(day)).values("pk"))
    if state == "unchecked":
        return rows.filter(post__in=Post.objects.withheld(day))
    many = rows.order_by().values("person").annotate(n=Count("child", distinct=True)).filter(n__gt=1)
    return rows.filter(person__in=many.values("person"))


def _seen(request: HttpRequest, person_id: UUID) -> Person:
    """Somebody who stands or stood beside a child of the scope, or the reader; others are none of the reader's business (404)."""
    own = person_id == request.post.person_id
    found = Person.objects.filter(pk=person_id).first()
    if found is None or not (own or Membership.objects.filter(person=person_id).exists()):
        raise Http404
    return found


@requires("children.view")
@require_GET
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: which children of the scope, in which place, and how many altogether."""
    shown, day = _seen(request, person_id), today()
    viewer = Viewer(request.post, day)
    rows = list(Membership.objects.filter(person=person_id).select_related("person", "post", "child").order_by("until", "-since", "id"))
    running = [row for row in rows if row.until is None or row.until > day]
    carried = queries.load_of(person_id, day)
    asked = {role.id: role for places_roles in roles.of_places({row.child.scope_place for row in running}, day).values() for role in places_roles}
    known = people.known([shown], day)[0]
    villages = places.short_names({row.child.scope_place for row in rows})
    context = {
        "person": shown,
        "phone": shown.phone if viewer.sees_phones else "",
        "known": known,
        "loads": [
            {
                "word": roles.known_name(role),
                "n": number,
                "quota": (found.load if (found := asked.get(role)) else None),
                "fill": str(rules.fill(number, found.load if found else None)),
            }
            for role, number in sorted(carried.items())
        ],
        "running": [_line(row, viewer, villages) for row in running],
        "past": [_line(row, viewer, villages) for row in rows if row.until is not None and row.until <= day],
        "elsewhere": max(0, sum(carried.values()) - len([row for row in running if rules.holds(queries.fact(row), day)])),
        "barred": shown.record_check(day) is RecordCheck.FOUND,
        "unchecked": not people.fit(known, day),
        "may_hand_over": bool(running) and viewer.edits,
        "may_edit": viewer.edits and not known.posts,
        "may_list": request.post.may("circles.view"),
    }
    return render(request, "circles/person.html", context)


def _line(row: Membership, viewer: Viewer, villages: dict[int, str]) -> dict[str, Any]:
    return {
        "row": row,
        "child": viewer.name(row.child),
        "village": villages.get(row.child.scope_place, ""),
        "word": roles.known_name(row.role),
        "marks": marks(row, viewer.on),
    }


@requires("circles.edit")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Everything that a person holds in the scope, or what is ticked of it, goes to another; nothing is left empty by it."""
    shown, day = _seen(request, person_id), today()
    rows = list(Membership.objects.filter(person=person_id, until=None).select_related("person", "post", "child").order_by("child__sort_key", "id"))
    form = forms.HandOverForm(sent(request))
    text = request.GET.get("q", "")
    if request.method == "POST" and form.is_valid():
        picked, seen = parse_all(request.POST.getlist("pick")), parse_all(request.POST.getlist("seen"))
        to = people.within(request.post, day).filter(pk=form.cleaned_data["to"]).first()
        try:
            if to is None:
                raise CannotDo(_("没有找到接手的人，请重新查找。"))
            if not picked:
                raise CannotDo(_("请选择要交接的孩子。"))
            given = {key: form.cleaned_data[key] for key in ("reason", "on", "note")}
            with transaction.atomic():
                actions.hand_over(person=shown, to=to, memberships=picked, seen=seen, by=request.post, **given)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("%(from)s的%(n)d项包保已交给%(to)s。") % {"from": shown.name, "n": len(picked), "to": to.name})
            return redirect("circles:person", person_id)
    viewer = Viewer(request.post, day)
    villages = places.short_names({row.child.scope_place for row in rows})
    picked_now = set(request.POST.getlist("pick")) if form.is_bound else {str(row.pk) for row in rows}
    carried = queries.load_of(person_id, day)
    context = {
        "person": shown,
        "form": form,
        "text": text,
        "lines": [_line(row, viewer, villages) | {"picked": str(row.pk) in picked_now} for row in rows],
        "searched": _successors(rows, text, request.post, shown),
        "elsewhere": max(0, sum(carried.values()) - len([row for row in rows if rules.holds(queries.fact(row), day)])),
        "back": reverse("circles:person", args=[person_id]),
        "picked": str(form["to"].value() or ""),
    }
    return render(request, "circles/hand_over.html", context, status=422 if form.is_bound else 200)


def _successors(rows: list[Membership], text: str, by: Post, shown: Person) -> list[dict[str, Any]]:
    """Whom one searched for; without a search, those who are proposed for the first child."""
    day = today()
    if text:
        return [{"known": each, "fit": people.fit(each, day)} for each in people.search(text, by, day) if each.person.pk != shown.pk]
    first = next(iter(rows), None)
    asked = next((role for role in roles.at(first.child.scope_place, day) if role.id == first.role), None) if first else None
    found = people.proposed(first.child, asked, by, day) if first and asked else []
    return [{"known": known, "fit": True, "near": near_words(each.near), "load": each.load} for known, each in found if known.person.pk != shown.pk]


@requires("circles.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Name and telephone of a member without a post; who holds one is changed by the superior."""
    shown = _seen(request, person_id)
    if Post.objects.filter(person=shown).exists():
        raise Http404

    def do(data: dict[str, Any]) -> str:
        accounts.edit_person(person=shown, name=data["name"], phone=data["phone"], by=request.post)
        return _("已保存。")

    form = forms.PersonForm(sent(request), initial={"name": shown.name, "phone": shown.phone})
    return ask(request, form=form, title=_("修改姓名和电话"), word=_("保存"), do=do, back=reverse("circles:person", args=[person_id]))
