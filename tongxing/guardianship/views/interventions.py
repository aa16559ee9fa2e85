"""Measures against guardians who do not guard: the register, one measure, looking again, the paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing import printing
from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children import codes as child_codes
from tongxing.children import printouts as child_printouts
from tongxing.children.errors import CannotDo
from tongxing.children.forms.acts import WhyForm
from tongxing.children.views.acting import ask, refuse, sent
from tongxing.crypto import actions as crypto
from tongxing.files import outputs
from tongxing.files.models import OutputKind
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.guardianship import actions, codes, colleagues, gathered, measure_forms, parties
from tongxing.guardianship.actions import interventions
from tongxing.guardianship.models import Intervention
from tongxing.guardianship.papers import notices
from tongxing.guardianship.views.finding import case_of, child_of
from tongxing.journal.models import Access
from tongxing.places import queries as places
from tongxing.places.codes import CodeError, Level, parse, show, span

STATES = ("check", "unheeded", "heeded", "unknown")


def intervention_of(intervention_id: UUID) -> Intervention:
    """The measure; outside the scope, or restricted to others, there is none."""
    if found := Intervention.objects.select_related("child").filter(pk=intervention_id).first():
        return found
    raise Http404


def child_url(child_id: UUID) -> str:
    return reverse("guardianship:child", args=[child_id])


@requires("guardianship.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The register of admonitions and what followed, the newest first."""
    on, asked = today(), request.GET
    try:
        place = parse(asked.get("place", "")) if asked.get("place") else None
    except CodeError:
        place = None
    kind = asked.get("kind", "") if asked.get("kind", "") in codes.MEASURE else ""
    state = asked.get("state", "") if asked.get("state", "") in STATES else ""
    rows = Intervention.objects.filter(voided_on=None, merged_from=None)
    wanted = {"check": Q(next_check__lte=on), "unheeded": Q(heeded__in=("no", "partly")), "heeded": Q(heeded="yes"), "unknown": Q(heeded="")}
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(wanted[state]) if state else rows
    rows = rows.filter(scope_place__range=span(place)) if place else rows
    page = cut(rows.select_related("child"), asked.dict(), order=("-on", "-id"))
    villages = places.short_names({row.scope_place for row in page.rows})
    words = {
        "kind": codes.MEASURE.text(kind) if kind else "",
        "state": _words()[state] if state else "",
        "place": places.short_names({place}).get(place, "") if place else "",
    }
    context = {
        "page": page,
        "lines": [line(row, villages.get(row.scope_place, "")) for row in page.rows],
        "kinds": codes.MEASURE.choices(),
        "kind": kind,
        "states": _words(),
        "state": state,
        "areas": places.children_of(request.post.place_id),
        "place": show(place) if place else "",
        "active_filters": chips(words, {"kind": kind, "state": state, "place": show(place) if place else ""}),
        "sees_villages": request.post.place.level < Level.VILLAGE,
        "on": on,
    }
    return render(request, "guardianship/interventions.html", context)


def _words() -> dict[str, str]:
    return {"check": _("到了查看日期"), "unheeded": _("没有改正"), "heeded": _("已改正"), "unknown": _("还没有查看")}


def line(row: Intervention, village: str) -> dict[str, Any]:
    """A measure in words."""
    return {
        "row": row,
        "child": row.child.name,
        "village": village,
        "kind": codes.MEASURE.text(row.kind),
        "authority": codes.AUTHORITY.text(row.authority),
        "person": f"{row.person_name}（{child_codes.RELATION.text(row.relation)}）",
        "about": _("、").join(codes.CONDUCT.text(each) for each in row.about),
        **heeded_words(row),
    }


def heeded_words(row: Intervention) -> dict[str, str]:
    """Whether it was heeded, as a flag."""
    tone = {"yes": "green", "partly": "amber", "no": "red"}.get(row.heeded, "grey")
    return {"tone": tone, "heeded": codes.HEEDED.text(row.heeded) if row.heeded else _("还没有查看")}


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Record what was done about a guardian."""
    child, case = child_of(child_id), case_of(request)
    found = parties.household(child_id)
    names = [(file.child.id, file.child.name) for file in found]
    initial = {"children": [str(child_id)], "given_by": request.post.person.name, "restricted": case is not None and case.restricted}
    form = measure_forms.InterventionForm(
        sent(request), initial=initial, children=names, people=colleagues.guardians(found[0]), colleagues=colleagues.of_place(child.scope_place, request.post)
    )
    case_id = case.pk if case else None
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.intervene(new=form.new(case_id), by=request.post)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("已登记。"))
            return redirect(child_url(child_id))
    context = {"form": form, "child": child, "back": child_url(child_id)}
    return render(request, "guardianship/intervene.html", context, status=422 if form.is_bound else 200)


@requires("guardianship.view")
@require_GET
def show_one(request: HttpRequest, intervention_id: UUID) -> HttpResponse:
    """One measure with its words, and how often this guardian was admonished."""
    row = intervention_of(intervention_id)
    key = crypto.open_keys([row.child_id]).get(row.child_id)
    note_read(request, child_id=row.child_id, place=row.scope_place, what=(_("劝诫训诫"),))
    together = Intervention.objects.filter(act_key=row.act_key).select_related("child").order_by("child__born", "id")
    context = {
        "row": row,
        "line": line(row, ""),
        "words": interventions.open_words(row, key),
        "children": [each.child for each in together],
        "counted": gathered.counted(gathered.against(row.person_key, [row.child_id]), today()),
        "may_edit": request.post.may("guardianship.edit") and row.voided_on is None,
        "paper": codes.MEASURE[row.kind].paper if row.voided_on is None and request.post.may("children.print") else "",
    }
    return render(request, "guardianship/intervention.html", context)


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def look(request: HttpRequest, intervention_id: UUID) -> HttpResponse:
    """Was it heeded?"""
    row = intervention_of(intervention_id)

    def do(data: dict[str, Any]) -> str:
        actions.look_again(intervention_id=row.pk, **data, by=request.post)
        return _("已登记。")

    text = _("%(on)s对%(who)s%(what)s，现在改正了没有？") % {"on": row.on.isoformat(), "who": row.person_name, "what": codes.MEASURE.text(row.kind)}
    back = reverse("guardianship:intervention", args=[row.pk])
    return ask(request, form=measure_forms.LookForm(sent(request)), title=_("查看改正情况"), word=_("登记"), text=text, do=do, back=back)


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def void(request: HttpRequest, intervention_id: UUID) -> HttpResponse:
    """It was entered wrongly."""
    row = intervention_of(intervention_id)

    def do(data: dict[str, Any]) -> str:
        actions.void(intervention_id=row.pk, why=data["comment"], by=request.post)
        return _("已作废。")

    return ask(request, form=WhyForm(sent(request)), title=_("作废这条登记"), word=_("作废"), do=do, back=child_url(row.child_id), danger=True)


@requires("children.print")
@require_POST
def paper(request: HttpRequest, intervention_id: UUID) -> HttpResponse:
    """劝诫书, 训诫书, 告诫书."""
    if not request.post.may("guardianship.view"):
        raise Http404
    row = intervention_of(intervention_id)
    title = codes.MEASURE[row.kind].paper
    if not title or row.voided_on is not None:
        raise Http404
    why = _("送达监护人")
    try:
        with transaction.atomic():
            asked = {"sheet": notices.PAPER, "intervention": str(row.pk)}
            output = outputs.ask(kind=OutputKind.PRINT, title=title, asked=asked, total=1, masked=False, why=why, place=request.post.place_id, by=request.post)
            child_printouts.keep(output, notices.notice_of(row, by=request.post))
    except printing.PrintError as failed:
        messages.error(request, str(failed))
        return redirect("guardianship:intervention", row.pk)
    for each in Intervention.objects.filter(act_key=row.act_key):
        note_read(request, child_id=each.child_id, place=each.scope_place, outcome=Access.Outcome.PRINTED, what=("name",), why=why)
    return redirect("office:output_file", output.id)
