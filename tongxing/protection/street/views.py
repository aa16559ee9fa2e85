"""The page of a street case: what is known, who it may be, the green channel, the way home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children.forms.acts import ActForm
from tongxing.protection import measures, sealing
from tongxing.protection.actions import street
from tongxing.protection.cases.seeing import Look
from tongxing.protection.cases.views.asking import ask, note_children, sent, working
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Line, Task
from tongxing.protection.street import forms
from tongxing.protection.street.matching import Wanted, match

STEPS = (street.FOUND, street.ESCORTED, street.HANDED)


def _look(request: HttpRequest, case_id: UUID) -> Look:
    """A street case, for whoever works on all of it."""
    look = working(request, case_id)
    if look.case.kind != "street":
        raise Http404
    return look


@requires("cases.work")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """All of it; a search is sent, never asked by an address: it is written down."""
    look = _look(request, case_id)
    facts, words = street.description(look.case)
    known = {"name": words.get("name", ""), "origin": words.get("origin", ""), **{name: facts.get(name) for name in ("sex", "youngest", "oldest")}}
    form = forms.SearchForm(sent(request), initial=known)
    candidates = _search(request, look, form) if request.method == "POST" and form.is_valid() else None
    note_children(request, look)
    asked = set(Task.objects.filter(case=look.case, kind=Task.Kind.MEASURE).values_list("step", flat=True))
    context = {
        "look": look,
        "case": look.case,
        "facts": facts,
        "words": words,
        "sex": dict(forms.SEX).get(str(facts.get("sex", "")), ""),
        "form": form,
        "candidates": candidates,
        "sexes": {"1": _("男"), "2": _("女")},
        "green": [(name, measures.measure(name).label, name in asked) for name in street.GREEN],
        "done": _done(look),
        "may": look.works and not look.case.ended,
    }
    return render(request, "protection/street/page.html", context, status=422 if form.is_bound and form.errors else 200)


def _search(request: HttpRequest, look: Look, form: forms.SearchForm) -> list[Any] | None:
    data = dict(form.cleaned_data)
    why = data.pop("why")
    try:
        found = match(look.case, Wanted(**data), request.post)
        street.searched(case=look.case, by=request.post, why=why, found=len(found))
    except ProtectionError as refused:
        form.add_error("why", str(refused))
        return None
    note_read(request, child_id=None, place=look.case.scope_place, what=(look.case.number, _("流浪儿童信息比对"), str(len(found))), why=why[:200])
    return found


def _done(look: Look) -> dict[str, tuple[Line, dict[str, str]]]:
    """The last line of each step towards home, with its words."""
    key = sealing.key(look.case.pk)
    return {line.verb: (line, sealing.opened(key, line, line.words_sealed)) for line in Line.objects.filter(case=look.case, verb__in=STEPS).order_by("at", "id")}


@requires("cases.work")
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What the child looks like."""
    look = _look(request, case_id)
    facts, words = street.description(look.case)

    def do(data: dict[str, Any]) -> str:
        plain = {name: data.pop(name) for name in ("sex", "youngest", "oldest")}
        street.describe(case=look.case, by=request.post, words=data, **plain)
        return _("已记下。")

    return ask(request, form=forms.DescribeForm(sent(request), initial={**facts, **words}), title=_("描述这个孩子"), word=_("保存"), do=do, case=look.case)


@requires("cases.work")
@require_POST
def choose(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One of the candidates is the child."""
    look = _look(request, case_id)
    try:
        street.choose(case=look.case, chosen=request.POST.get("chosen", ""), by=request.post)
    except ProtectionError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已把孩子的档案关联到个案。"))
    return redirect("cases:street", case_id=case_id)


@requires("cases.work")
@require_POST
def green(request: HttpRequest, case_id: UUID, measure: str) -> HttpResponse:
    """One tap of the green channel."""
    look = _look(request, case_id)
    try:
        street.green_channel(case=look.case, measure=measure, by=request.post)
    except ProtectionError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已安排。"))
    return redirect("cases:street", case_id=case_id)


@requires("cases.work")
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, case_id: UUID, step: str) -> HttpResponse:
    """The family is found, the child is brought home, it is handed over."""
    look = _look(request, case_id)
    known: dict[str, tuple[type[ActForm], str, Callable[..., Line]]] = {
        street.FOUND: (forms.FamilyForm, _("找到家人"), street.family_found),
        street.ESCORTED: (forms.EscortForm, _("护送"), street.escort),
        street.HANDED: (forms.HandForm, _("交接"), street.hand_home),
    }
    if step not in known:
        raise Http404
    form, title, act = known[step]

    def do(data: dict[str, Any]) -> str:
        act(case=look.case, by=request.post, **data)
        return _("已记下。")

    return ask(request, form=form(sent(request)), title=title, word=_("保存"), do=do, case=look.case)


@requires("cases.work")
@require_GET
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The receipt of the handing over, to be printed and signed."""
    look = _look(request, case_id)
    done = _done(look)
    if street.HANDED not in done:
        raise Http404
    note_children(request, look, outcome="printed")
    line, words = done[street.HANDED]
    escorted = done.get(street.ESCORTED, (None, {}))[1]
    context = {"case": look.case, "line": line, "words": words, "escorted": escorted, "receiver": dict(forms.RECEIVER).get(line.data.get("receiver", ""), "")}
    return render(request, "protection/street/receipt.html", context)
