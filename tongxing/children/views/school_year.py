"""The turn of the school year: what it would do, class by class, and the button that does it."""

from __future__ import annotations

from functools import reduce
from itertools import groupby
from operator import or_

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions, codes
from tongxing.children.actions.school_year import Promotion
from tongxing.children.models import Child, State
from tongxing.children.rules.school_year import FOLLOWS, STAYS_AS_ENROLLED, Schooled, Turn
from tongxing.ground.ids import parse_all
from tongxing.ground.today import today
from tongxing.units.codes import STAGE
from tongxing.units.rules import grade_name, school_year

MOST = 1000  # children of one school that are shown and moved at once


@requires("children.roll_over")
def turn_page(request: HttpRequest) -> HttpResponse:
    """GET: the schools, and the preview of the chosen one. POST: move the ticked children up."""
    year = school_year(today())
    schools = _schools(year)
    chosen = request.POST.get("school", request.GET.get("school", ""))
    if chosen not in {name for name, _count, _left in schools}:
        chosen = ""
    found = actions.promotions(_pupils(chosen), year=year) if chosen else []
    if request.method == "POST" and chosen:
        ticked = set(parse_all(request.POST.getlist("pick")))
        count = actions.roll_over(child_ids=[one.child.id for one in found if one.child.id in ticked], year=year, by=request.post)
        messages.success(request, _("%(count)d名儿童已升入新学年。") % {"count": count})
        return redirect(f"{reverse('children:school_year')}?school={chosen}")
    moving = sorted((one for one in found if one.turn != Turn.ASK), key=_order)
    context = {
        "year": year,
        "next_year": year + 1,
        "schools": schools,
        "waiting": [(name, count, left) for name, count, left in schools if left],
        "chosen": chosen,
        "classes": [(title, [_row(one) for one in rows]) for title, rows in groupby(moving, key=lambda one: _words(one.now))],
        "asked": [_row(one) for one in found if one.turn == Turn.ASK],
        "moving": len(moving),
    }
    return render(request, "children/school_year.html", context)


def _schools(year: int) -> list[tuple[str, int, int]]:
    """The schools of the scope that have pupils on the register, by name: how many pupils, and how many have not been moved this year."""
    pupils = Child.objects.filter(state=State.CURRENT).exclude(school_name="").order_by("school_name")
    counted = pupils.values_list("school_name").annotate(
        count=Count("pk"), left=Count("pk", filter=_movable() & ~Q(Exists(actions.schooled_in(year).filter(child=OuterRef("pk")))))
    )
    return [(name, count, left) for name, count, left in counted]


def _movable() -> Q:
    """Whom the turn moves by itself: the SQL twin of ``rules.school_year.turn``."""
    last = {key: STAGE[key].grades if key in FOLLOWS else STAGE[key].grades - 1 for key in STAGE.values()}
    steps = [Q(school_stage=key, grade__lte=grade) for key, grade in last.items()]
    return reduce(or_, steps) & Q(enrolment__in=STAYS_AS_ENROLLED)


def _pupils(school: str) -> list[Child]:
    return list(Child.objects.filter(state=State.CURRENT, school_name=school).order_by("school_stage", "grade", "class_name", "sort_key")[:MOST])


def _row(one: Promotion) -> dict[str, object]:
    return {
        "child": one.child,
        "now": _words(one.now),
        "then": _words(one.then),
        "enters": one.turn == Turn.ENTERS,
    }


def _order(one: Promotion) -> tuple[str, int, str, str]:
    return (one.now.stage, one.now.grade or 0, one.now.class_name, one.child.sort_key)


def _words(schooled: Schooled) -> str:
    """小学 三年级2班; where no class is known, the grade."""
    stage = codes.SCHOOL_STAGE.text(schooled.stage)
    grade = grade_name(schooled.stage, schooled.grade) if schooled.grade and schooled.stage in STAGE else ""
    return f"{stage} {schooled.class_name or grade}".strip()
