"""The board and list of cases, one's own tasks, the numbers of a city, the register of pupils who dropped out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children.finding import giving
from tongxing.children.views.acting import sent
from tongxing.ground import dialogs
from tongxing.ground.ids import uuid7
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import now, today
from tongxing.places import queries as places
from tongxing.places.codes import Level, show
from tongxing.protection import actions, codes
from tongxing.protection.actions import NewReport
from tongxing.protection.cases import exports, figured, finding, forms, seeing, words
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Task
from tongxing.protection.states import State

NEW = {"issue": "outstanding_issue", "dropout": "dropout", "judicial": "observed"}  # what is opened at the desk, and its usual situation


@requires("cases.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Cases of one's place, what burns first on top. Whoever has tasks alone is led to them; city and province see numbers."""
    post = request.post
    if not seeing.sees_places_cases(post):
        return redirect("cases:numbers" if post.place.level < Level.COUNTY else "cases:mine")
    asked = finding.question(request.GET.dict(), post)
    page = cut(asked.rows(), request.GET.dict(), order=finding.SORTS[asked.sort][0])
    rows = finding.lines(page.rows, post, asked.at)
    for child_place in {row.case.scope_place for row in rows if row.who}:
        note_read(request, child_id=None, place=child_place, what=("cases",))
    context = {
        "page": page,
        "lines": rows,
        "asked": asked,
        "counts": finding.counts(post, asked.at),
        "states": [*finding.STATES.items(), *[(state.value, state.label) for state in State]],
        "kinds": codes.KIND.choices(),
        "situations": codes.SITUATION.choices(),
        "colours": [(key, word) for key, (_tone, word) in words.COLOURS.items()],
        "owners": finding.owners(post),
        "sorts": [(key, word) for key, (_order, word) in finding.SORTS.items()],
        "areas": places.children_of(post.place_id),
        "place": show(asked.place) if asked.place else "",
        "active_filters": chips(asked.words(), asked.address),
        "export_url": reverse("cases:export") if post.may("children.export") else "",
        "export_dialog": True,
        "sees_villages": post.place.level < Level.VILLAGE,
        "works": post.may("cases.work"),
        "query": request.META.get("QUERY_STRING", ""),
    }
    return render(request, "protection/cases/list.html", context)


@requires("children.export")
def export(request: HttpRequest) -> HttpResponse:
    """The cases of this address as a workbook: to whom and why."""
    asked = finding.question(request.GET.dict(), request.post)
    return giving.dialog(request, _("导出个案名单"), lambda: exports.roll(asked))


def own_tasks(request: HttpRequest) -> QuerySet[Task]:
    """Tasks that wait for the post, or for the one for whom it stands in."""
    own = [each for each in (request.post.pk, request.post.deputy_of_id) if each]
    return Task.objects.filter(owner__in=own).select_related("case").order_by("due_at", "id")


@requires("cases.view")
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What somebody is asked to do in cases, whatever else they see of them."""
    done = request.GET.get("state") == "done"
    rows = own_tasks(request)
    rows = rows.exclude(done_at=None) if done else rows.filter(done_at=None, case__closed_at=None)
    at = now()
    page = cut(rows, request.GET.dict(), order=("made_at", "id"))
    children = seeing.children_of([row.case_id for row in page.rows])
    named = places.short_names({row.case.scope_place for row in page.rows})
    lines = [
        {
            "task": row,
            "name": _(row.name),
            "case": row.case,
            "who": _("、").join(child.name for child in children.get(row.case_id, [])),
            "place": named.get(row.case.scope_place, ""),
            "situation": words.situation(row.case.situation),
            "left": words.left(row.due_at, at) if row.due_at and not row.done_at else None,
        }
        for row in page.rows
    ]
    for found in children.values():
        for child in found:
            note_read(request, child_id=child.pk, place=child.scope_place, what=(_("个案任务"),))
    return render(request, "protection/cases/mine.html", {"page": page, "lines": lines, "done": done})


@requires("cases.view")
@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """By place right below: numbers, nobody's name."""
    if request.post.place.level >= Level.TOWNSHIP or not request.post.may("figures.collect"):
        raise Http404
    return render(request, "protection/cases/numbers.html", {"rows": finding.numbers(request.post, now()), "day": today()})


@requires("cases.work")
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """Pupils who dropped out: since when, how often persuaded, reported in writing, by law, back (P8-4)."""
    asked = finding.question({**request.GET.dict(), "kind": "dropout", "state": request.GET.get("state") or finding.ALL}, request.post)
    page = cut(asked.rows(), request.GET.dict(), order=("-opened_at", "-id"))
    context: dict[str, Any] = {
        "page": page,
        "lines": figured.register(page.rows, request.post, asked.at),
        "asked": asked,
        "states": finding.STATES.items(),
        "areas": places.children_of(request.post.place_id),
        "place": show(asked.place) if asked.place else "",
        "active_filters": chips(
            {name: word for name, word in asked.words().items() if name not in ("kind", "state")}, {k: v for k, v in asked.address.items() if k not in ("kind", "state")}
        ),
    }
    return render(request, "protection/cases/dropout.html", context)


@requires("cases.work", "figures.view")
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Children who dropped out: found, and back at school (YN-9), by place and school year."""
    if request.post.definition.sees != "place":
        raise Http404
    year = request.GET.get("year", "")
    first = int(year) if year.isdecimal() and 2000 <= int(year) <= 2100 else figured.school_year(today())
    rows = figured.found_and_back(request.post, first)
    return render(request, "protection/cases/figures.html", {"rows": rows, "total": figured.total(rows), "year": first, "years": figured.years(today()), "day": today()})


@requires("cases.work")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Open a case at the desk: an open issue, a pupil who dropped out, a young offender under observation."""
    if kind not in NEW:
        raise Http404
    if kind == "judicial" and not request.post.may("cases.decide"):
        raise Http404
    form = forms.OpenForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            case = _opened(request, kind, form.cleaned_data)
        except ProtectionError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已登记，个案编号%(number)s。") % {"number": case.number})
            return dialogs.done(request, reverse("cases:case", args=[case.pk]))
    title = _("登记%(kind)s") % {"kind": codes.KIND.text(kind)}
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": title, "confirm_word": _("登记"), "dialog_back": reverse("cases:list")})


def _opened(request: HttpRequest, kind: str, data: dict[str, Any]) -> Case:
    if not request.post.scope().covers(data["place"].code):
        raise ProtectionError(_("这个地方不在您的辖区。"))
    told = NewReport(id=uuid7(), channel="office", situation=NEW[kind], place=data["place"].code, words=data["words"])
    with transaction.atomic():
        report = actions.report(new=told, by=request.post)
        if kind == "judicial":
            actions.restrict(case=report.case, posts=[], by=request.post)
    return report.case
