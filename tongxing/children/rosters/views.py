"""The rosters of a term: every school, and one school's classes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children.rosters import queries
from tongxing.ground.today import today
from tongxing.units.rules import school_year

SPRING = 2


@requires("children.import")
@require_GET
def schools(request: HttpRequest) -> HttpResponse:
    """How complete the rosters are, school by school; ``missing=1`` leaves only those that lack some."""
    first = _term(request)
    found = queries.schools(first)
    missing = request.GET.get("missing") == "1"
    context = {
        "term": first.isoformat(),
        "terms": [(day.isoformat(), words(day)) for day in queries.terms(today())],
        "schools": [school for school in found if school.missing] if missing else found,
        "missing": missing,
        "complete": sum(not school.missing for school in found),
        "all": len(found),
        "classes": sum(len(school.lines) for school in found),
        "handed": sum(len(school.rosters) for school in found),
        "pupils": sum(school.pupils for school in found),
        "left_behind": sum(school.left_behind for school in found),
    }
    return render(request, "children/rosters/schools.html", context)


@requires("children.import")
@require_GET
def school(request: HttpRequest, school_id: UUID) -> HttpResponse:
    """One school: its classes, what each said, which are missing."""
    first = _term(request)
    found = next((each for each in queries.schools(first) if each.unit.id == school_id), None)
    if found is None:
        raise Http404
    return render(request, "children/rosters/school.html", {"school": found, "term": first.isoformat(), "words": words(first)})


def words(first: date) -> str:
    """2026—2027学年第一学期."""
    year = school_year(first)
    name = _("第二学期") if first.month == SPRING else _("第一学期")
    return _("%(a)d—%(b)d学年%(term)s") % {"a": year, "b": year + 1, "term": name}


def _term(request: HttpRequest) -> date:
    """The term that is asked for; what is none is the present one."""
    known = queries.terms(today())
    return next((day for day in known if day.isoformat() == request.GET.get("term", "")), known[0])
