"""Care models: which there are and where they hold, one explained with its sources, and adopting it after reading what it would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.care.policy_forms import PREFIX, AdoptForm, EndForm
from tongxing.caremodels import actions, queries, wording
from tongxing.caremodels.actions import NotAdopted
from tongxing.caremodels.explaining import Explainer
from tongxing.caremodels.loading import Draft, library
from tongxing.caremodels.models import Adoption
from tongxing.caremodels.shapes import Duty, Model
from tongxing.duties import cost
from tongxing.ground import dialogs
from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.models import Place

MOST = 20  # villages that are listed


@dataclass(frozen=True, slots=True)
class Line:
    """A model in the list. ``here``: the adoption that holds at the post's place; ``below``: how many places below have one of their own."""

    model: Model
    by_law: bool
    here: Adoption | None
    below: int


@dataclass(frozen=True, slots=True)
class Promise:
    """A duty as the page shows it."""

    duty: Duty
    who: str
    whom: str
    often: str
    kinds: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Held:
    """An adoption as the page shows it."""

    adoption: Adoption
    parts: Sequence[str]
    settings: Sequence[tuple[str, str]]
    may_end: bool


@requires("places.view")
@require_GET
def model_list(request: HttpRequest) -> HttpResponse:
    """All models of the files, those in force at the post's place first."""
    lo, hi = request.post.place.span
    held = list(Adoption.objects.touching(lo, hi).on(today()).select_related("place"))
    lines = []
    for name, each in library().models.items():
        own = [adoption for adoption in held if adoption.model == name]
        here = next((adoption for adoption in own if adoption.lo <= lo and hi <= adoption.hi), None)
        lines.append(Line(each, name == queries.NATIONAL, here, sum(adoption != here for adoption in own)))
    lines.sort(key=lambda line: (not line.by_law, line.here is None, not line.below))
    return render(request, "care/models.html", {"lines": lines, "may_adopt": request.post.may("caremodels.adopt")})


@requires("places.view")
@require_GET
def model(request: HttpRequest, name: str) -> HttpResponse:
    """One model: what it asks of whom and how often, where it comes from, and where it holds."""
    draft = _draft(name)
    explainer = Explainer(draft)
    lo, hi = request.post.place.span
    held = Adoption.objects.touching(lo, hi).filter(model=name).select_related("place", "version").order_by("until", "-since")
    found = explainer.model
    context = {
        "model": found,
        "by_law": name == queries.NATIONAL,
        "parts": found.parts,
        "parameters": [explainer.parameter(each) for each in found.parameters],
        "roles": [explainer.role(each) for each in found.roles],
        "promises": [_promise(explainer, duty) for duty in found.duties],
        "events": [(_(event.name), event.urgent, event.source) for event in found.events],
        "chains": [explainer.chain(chain) for chain in found.chains],
        "tag_sets": [(_(tags.name), [_(tag.name) for tag in tags.tags], tags.source) for tags in found.tag_sets],
        "papers": [(_(paper.name), paper.source) for paper in found.papers],
        "stands_on": [(each, _(library().models[each].name)) for each in found.extends],
        "held": [_held(request, adoption) for adoption in held],
        "may_adopt": request.post.may("caremodels.adopt"),
    }
    return render(request, "care/model.html", context)


def _promise(explainer: Explainer, duty: Duty) -> Promise:
    kinds = _("、").join(map(explainer.kind_name, duty.by.kinds))
    return Promise(duty, explainer.role_name(duty.who), wording.subject(duty, explainer.role_name), explainer.often(duty), kinds, explainer.duty(duty))


def _held(request: HttpRequest, adoption: Adoption) -> Held:
    draft = Draft(adoption.version.text, adoption.model)
    names = {part.id: _(part.name) for part in draft.parts}
    settings = [(_(each.name), wording.setting(each, adoption.parameters[each.id])) for each in draft.parameters if each.id in adoption.parameters]
    may_end = adoption.until is None and request.post.may("caremodels.adopt") and codes.within(adoption.place_id, request.post.place_id)
    return Held(adoption, [names.get(part, part) for part in adoption.parts], settings, may_end)


@requires("caremodels.adopt")
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, name: str) -> HttpResponse:
    """Choose where, from when and which parts, set what the source leaves open, read what it would cost, then adopt."""
    draft = _draft(name)
    form = AdoptForm(request.POST if request.method == "POST" else None, draft=draft, post=request.post)
    preview, refused = None, False
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if request.POST.get("step") == "adopt":
            try:
                adoption = actions.adopt(place=given["place"], model=name, parameters=form.settings(), since=given["since"], parts=form.chosen(), by=request.post)
            except NotAdopted as wrong:
                refused = True
                _refuse(form, wrong)
            else:
                messages.success(request, _("%(place)s已采用“%(name)s”，自%(since)s起") % {"place": adoption.place.short_name, "name": _(draft.head.name), "since": adoption.since})
                return dialogs.done(request, reverse("caremodels:model", args=[name]))
        else:
            preview = cost.of(name, given["place"], form.chosen(), form.settings())
    missing = [
        _(each.name) for each in draft.parameters if form.is_bound and form.is_valid() and _open(each.part, form) and each.default is None and each.id not in form.settings()
    ]
    context = {
        "form": form,
        "model": draft.head,
        "cost": preview,
        "missing": missing,
        "place": Place.objects.filter(code=form.cleaned_data["place"]).first() if preview else None,
    }
    if preview:
        explainer = Explainer(draft, form.settings())
        context["lines"] = [(line, _(line.duty.name), explainer.role_name(line.duty.who)) for line in preview.lines]
        names = places.short_names([village.place for village in preview.beyond[:MOST]])
        context["beyond"] = [(names.get(village.place, ""), village) for village in preview.beyond[:MOST]]
        context["vacancies"] = [(_(each.role.name), each) for each in preview.vacancies]
    return render(request, "care/adopt.html", context, status=422 if refused or form.errors else 200)


def _open(part: str, form: AdoptForm) -> bool:
    return not part or not form.chosen() or part in form.chosen()


def _refuse(form: AdoptForm, refused: NotAdopted) -> None:
    for parameter, sentence in refused.wrong.items():
        form.add_error(PREFIX + parameter if PREFIX + parameter in form.fields else None, sentence)
    if not refused.wrong:
        form.add_error(None, str(refused))


@requires("caremodels.adopt")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, adoption_id: UUID) -> HttpResponse:
    """Stop a model somewhere, with the reason."""
    adoption = get_object_or_404(Adoption.objects.select_related("place"), pk=adoption_id, place__code__range=request.post.place.span, until=None)
    name = _(library().models[adoption.model].name) if adoption.model in library() else adoption.model
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_adoption(adoption=adoption, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"], by=request.post)
        except NotAdopted as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(place)s停止采用“%(name)s”") % {"place": adoption.place.short_name, "name": name})
            return dialogs.done(request, reverse("caremodels:model", args=[adoption.model]))
    context = {
        "form": form,
        "dialog_title": _("停止采用：%(name)s（%(place)s）") % {"name": name, "place": adoption.place.short_name},
        "confirm_text": _("从停止日期起不再产生新的工作任务；以前的记录都保留。"),
        "confirm_word": _("停止采用"),
        "confirm_danger": True,
        "dialog_back": reverse("caremodels:model", args=[adoption.model]),
    }
    return dialogs.show(request, "office/confirm.html", context)


def _draft(name: str) -> Draft:
    if name not in library():
        raise Http404
    return library().draft(name)
