"""Care models: which there are and where they hold, one explained with its sources, and adopting it after reading what it would cost."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.care import adoptions
from tongxing.care.policy_forms import AdoptForm, refuse
from tongxing.caremodels import actions, queries, wording
from tongxing.caremodels.actions import NotAdopted
from tongxing.caremodels.explaining import Explainer
from tongxing.caremodels.loading import Draft, library
from tongxing.caremodels.models import Adoption
from tongxing.caremodels.shapes import Duty, Model
from tongxing.duties import cost
from tongxing.forms import queries as forms
from tongxing.ground import dialogs
from tongxing.ground.today import today
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
    brings: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A duty as the page shows it."""

    duty: Duty
    who: str
    whom: str
    often: str
    kinds: str
    sentence: str


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
        lines.append(Line(each, name == queries.NATIONAL, here, sum(adoption != here for adoption in own), _brings(each)))
    lines.sort(key=lambda line: (not line.by_law, line.here is None, not line.below))
    return render(request, "care/models.html", {"lines": lines, "may_adopt": request.post.may("caremodels.adopt")})


def _brings(model: Model) -> str:
    """What a model consists of, in numbers."""
    circle = sum(role.kind == "circle" for role in model.roles)
    numbers = [
        (len(model.duties), _("任务%(n)s项")),
        (circle, _("包保责任人%(n)s种")),
        (len(model.chains), _("报告链%(n)s条")),
        (sum(name == model.id for name in forms.models_of().values()), _("记录表%(n)s种")),
        (len(model.papers), _("卡册%(n)s种")),
    ]
    return " · ".join(text % {"n": number} for number, text in numbers if number)


@requires("places.view")
@require_GET
def model(request: HttpRequest, name: str) -> HttpResponse:
    """One model: what it asks of whom and how often, where it comes from, and where it holds."""
    draft = _draft(name)
    explainer = Explainer(draft)
    lo, hi = request.post.place.span
    held = (
        Adoption.objects.touching(lo, hi).filter(model=name).exclude(replaced_by__isnull=False, until__lte=today()).select_related("place", "version").order_by("until", "-since")
    )
    found = explainer.model
    context = {
        "model": found,
        "by_law": name == queries.NATIONAL,
        "parts": found.parts,
        "parameters": [(each, wording.choices(each)) for each in found.parameters],
        "roles": [(_(each.name), _("，").join(explainer.terms(each)), each.source) for each in found.roles],
        "promises": [_promise(explainer, duty) for duty in found.duties],
        "events": [(_(event.name), event.urgent, event.source) for event in found.events],
        "chains": [explainer.chain(chain) for chain in found.chains],
        "steps": [(step, *explainer.limit(step)) for step in found.steps],
        "tag_sets": [(_(tags.name), [_(tag.name) for tag in tags.tags], tags.source) for tags in found.tag_sets],
        "papers": [(_(paper.name), paper.source) for paper in found.papers],
        "forms": _forms_of(name, explainer),
        "stands_on": [(each, _(library().models[each].name)) for each in found.extends],
        "held": [adoptions.held(adoption) for adoption in held],
        "own": next((each for each in held if each.place_id == request.post.place_id and each.until is None), None),
        "may_adopt": request.post.may("caremodels.adopt"),
    }
    return render(request, "care/model.html", context)


def _forms_of(name: str, explainer: Explainer) -> list[tuple[str, str]]:
    """The forms that the model brings, each with the promises that it keeps."""
    brought = [kind for kind, model in forms.models_of().items() if model == name]
    return [(explainer.kind_name(kind), _("、").join(_(duty.name) for duty in explainer.model.duties if kind in duty.by.kinds)) for kind in brought]


def _promise(explainer: Explainer, duty: Duty) -> Promise:
    kinds = _("、").join(map(explainer.kind_name, duty.by.kinds))
    return Promise(duty, explainer.role_name(duty.who), explainer.whom(duty), explainer.often(duty), kinds, explainer.duty(duty))


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
                refuse(form, wrong)
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


def _draft(name: str) -> Draft:
    if name not in library():
        raise Http404
    return library().draft(name)
