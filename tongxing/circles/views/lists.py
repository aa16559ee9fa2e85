"""The list of vacancies, and the page that pairs many children at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children.errors import CannotDo
from tongxing.children.finding import giving
from tongxing.children.finding.conditions import sees_names
from tongxing.children.models import Child
from tongxing.children.views.acting import refuse, sent
from tongxing.circles import actions, forms, people, roles, rules, vacancies
from tongxing.circles.drawing import Viewer
from tongxing.circles.roles import RoleAt
from tongxing.circles.views.circle import near_words
from tongxing.ground.ids import parse_all
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.places import queries as places
from tongxing.places.codes import Level, show

AT_ONCE = 100  # children on one pairing page
OFFERED = 5


@requires("circles.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Children who lack somebody in their circle, with the next step beside each."""
    question = vacancies.question(request.GET.dict(), request.post, today())
    page = cut(question.rows(), request.GET.dict(), order=("scope_place", "sort_key", "id"))
    lacking = vacancies.vacant(page.rows, question.at, question.on)
    villages = places.short_names({child.scope_place for child in page.rows})
    viewer = Viewer(request.post, question.on)
    context = {
        "page": page,
        "lines": [{"child": child, "name": viewer.name(child), "village": villages.get(child.scope_place, ""), "vacant": lacking[child.pk]} for child in page.rows],
        "question": question,
        "roles": {role.id: _(role.name) for role in question.asked.values()},
        "areas": places.children_of(request.post.place_id),
        "place": show(question.place) if question.place else "",
        "active_filters": _chips(question),
        "counts": _counts(question),
        "may_pair": viewer.edits,
        "export_url": reverse("circles:export") if request.post.may("children.export") else "",
        "export_dialog": True,
        "print_url": _print_url(question) if request.post.may("children.print") else "",
        "day": question.on,
        "sees_villages": request.post.place.level < Level.VILLAGE,
    }
    return render(request, "circles/vacancies.html", context)


def _counts(question: vacancies.Question) -> list[dict[str, Any]]:
    """How many children lack each role, and the link that asks for it alone."""
    found = []
    for role in question.asked.values():
        address = {**question.address, "role": role.id}
        current = question.role == role.id
        narrowed = vacancies.Question(question.post, question.on, role.id, question.place, question.school, question.at)
        link = urlencode({key: value for key, value in address.items() if not (current and key == "role")})
        found.append({"word": _(role.name), "n": narrowed.rows().order_by().count(), "link": f"?{link}", "current": current})
    return found


def _print_url(question: vacancies.Question) -> str:
    return reverse("circles:print") + (f"?place={show(question.place)}" if question.place else "")


def _chips(question: vacancies.Question) -> list[dict[str, str]]:
    words = {
        "role": roles.known_name(question.role) if question.role else "",
        "place": places.short_names({question.place}).get(question.place, "") if question.place else "",
        "school": question.school,
    }
    return chips(words, question.address)


@requires("children.export")
def export(request: HttpRequest) -> HttpResponse:
    """The vacancies of this address as a workbook: to whom and why."""
    question = vacancies.question(request.GET.dict(), request.post, today())
    return giving.dialog(request, _("导出空缺名单"), lambda: vacancies.roll(question))


@requires("circles.edit")
@require_http_methods(["GET", "POST"])
def pairing(request: HttpRequest) -> HttpResponse:
    """One role for many children: who is proposed for each and what everybody would carry; nothing is written before it is confirmed."""
    day = today()
    question = vacancies.question(request.GET.dict(), request.post, day)
    known = {role.id: role for each in question.at.values() for role in each}
    role = known.get(request.GET.get("role", ""))
    if role is None:
        return render(request, "circles/pairing_choose.html", {"roles": _lacking(question, known), "kept": request.GET.urlencode()})
    if roles.of_peers(role):
        return _companions(request, role)
    picked = parse_all(request.GET.getlist("pick"))
    children = _children(question, picked)
    form = forms.SinceForm(sent(request))
    if request.method == "POST" and form.is_valid():
        known_here = set(people.candidates(role, request.post, day)[0])
        pairs = {child.pk: ids[0] for child in children if (ids := parse_all([request.POST.get(f"to-{child.pk}", "")]))}
        try:
            if not known_here.issuperset(pairs.values()):
                raise CannotDo(_("有人不在可以安排的名单里，请重新选择。"))
            with transaction.atomic():
                made = actions.assign_many(pairs=pairs, role=role.id, since=form.cleaned_data["since"], by=request.post)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("已为%(n)d名孩子安排“%(role)s”。") % {"n": len(made), "role": _(role.name)})
            return redirect(reverse("circles:vacancies") + "?" + urlencode({"role": role.id}))
    return render(request, "circles/pairing.html", _plan(request, role, children, form), status=422 if form.is_bound else 200)


def _lacking(question: vacancies.Question, known: Mapping[str, RoleAt]) -> list[dict[str, Any]]:
    """The roles, those that most children lack first; no number where a model asks for nobody."""
    found = [{"role": role, "word": _(role.name), "n": replace(question, role=key).rows().count() if role.least else None} for key, role in known.items()]
    return sorted(found, key=lambda each: -(each["n"] or 0))


def _children(question: vacancies.Question, picked: list[UUID]) -> list[Child]:
    rows = question.rows()
    if picked:
        rows = rows.filter(pk__in=picked)
    return list(rows.order_by("scope_place", "sort_key", "id")[:AT_ONCE])


def _plan(request: HttpRequest, role: RoleAt, children: list[Child], form: Any) -> dict[str, Any]:
    day = today()
    known, offered = people.candidates(role, request.post, day)
    chosen = rules.pair({child.pk: people.spot_of(child) for child in children}, offered, role.load)
    sent_now = request.POST if request.method == "POST" else None
    villages = places.short_names({child.scope_place for child in children})
    lines, after = [], Counter({each.key: each.load for each in offered})
    for child in children:
        best = rules.proposals(people.spot_of(child), offered, role.load)[:OFFERED]
        mine = chosen.get(child.pk)
        if mine and mine.key not in {each.key for each in best}:
            best = [mine, *best[: OFFERED - 1]]
        taken = str(mine.key) if mine else ""
        current = sent_now.get(f"to-{child.pk}", "") if sent_now is not None else taken
        after.update([each.key for each in best if str(each.key) == current])
        options = [{"id": str(each.key), "word": f"{known[each.key].person.name}（{near_words(each.near)}，{_load_words(each.load, role)}）"} for each in best]
        lines.append({"child": child, "village": villages.get(child.scope_place, ""), "options": options, "current": current})
    summary = [
        {"name": known[each.key].person.name, "before": each.load, "after": after[each.key], "fill": str(rules.fill(after[each.key], role.load))}
        for each in offered
        if after[each.key] != each.load
    ]
    return {
        "role": role,
        "word": _(role.name),
        "lines": lines,
        "summary": summary,
        "free": [known[each.key].person.name for each in offered if role.load and after[each.key] < role.load.children],
        "nobody": not offered,
        "form": form,
        "full": len(children) >= AT_ONCE,
        "most": AT_ONCE,
    }


def _load_words(load: int, role: RoleAt) -> str:
    return _("%(n)d/%(quota)d名") % {"n": load, "quota": role.load.children} if role.load else _("现有%(n)d名") % {"n": load}


def _companions(request: HttpRequest, role: RoleAt) -> HttpResponse:
    """Companions for many: whoever has none, each beside the nearest child that has none."""
    day = today()
    pairs = people.matched(role.id, day, parse_all(request.GET.getlist("pick")), limit=AT_ONCE)
    if request.method == "POST":
        wanted = set(request.POST.getlist("pair"))
        done = 0
        try:
            with transaction.atomic():
                for one, other, _near in pairs:
                    if f"{one.pk}:{other.pk}" in wanted:
                        actions.pair_peers(child_id=one.pk, peer_id=other.pk, role=role.id, by=request.post)
                        done += 1
                if done != len(wanted):
                    raise CannotDo(_("名单有变化，请核对后再确认。"))
        except CannotDo as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, _("已结成%(n)d对手拉手伙伴。") % {"n": done})
            return redirect("circles:vacancies")
    names = sees_names(request.post)
    context = {"word": _(role.name), "pairs": [{"one": one, "other": other, "near": near_words(near)} for one, other, near in pairs], "day": day, "names": names}
    return render(request, "circles/companions.html", context)
