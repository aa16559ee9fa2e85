"""The list of agreements, and of children who have none; many at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import codes as child_codes
from tongxing.children.errors import CannotDo
from tongxing.children.finding import giving
from tongxing.children.finding.conditions import sees_names
from tongxing.children.models import Child
from tongxing.children.queries.files import files
from tongxing.crypto.masking import mask_name
from tongxing.ground.ids import parse_all
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.guardianship import actions, lists, parties, printouts, queries, tasks
from tongxing.guardianship.actions import NewAgreement
from tongxing.guardianship.models import Agreement
from tongxing.guardianship.rules import Standing
from tongxing.guardianship.views.finding import link
from tongxing.places import queries as places
from tongxing.places.codes import Level, show

AT_ONCE = 200  # papers drafted or renewed in one act


@requires("guardianship.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Papers, those that run out first."""
    asked = lists.question(request.GET.dict(), request.post, today())
    page = cut(asked.rows(), request.GET.dict(), order=("until", "id"))
    context = {
        "page": page,
        "lines": lists.lines(page.rows, asked),
        "asked": asked,
        "standings": lists.STANDINGS,
        "facets": _facets(asked),
        "areas": places.children_of(request.post.place_id),
        "place": show(asked.place) if asked.place else "",
        "active_filters": _chips(asked),
        "may_edit": request.post.may("guardianship.edit"),
        "may_print": request.post.may("children.print"),
        "export_url": reverse("guardianship:export") if request.post.may("children.export") else "",
        "export_dialog": True,
        "sees_villages": request.post.place.level < Level.VILLAGE,
    }
    return render(request, "guardianship/agreements.html", context)


def _facets(asked: lists.Question) -> list[dict[str, Any]]:
    """How many papers stand how, and how many children have none."""
    tones = {Standing.SOON: "amber", Standing.LAPSED: "red", Standing.WAITING: "blue", Standing.RUNNING: "green"}
    found = []
    place = f"&place={show(asked.place)}" if asked.place else ""
    for key, tone in tones.items():
        n = asked.rows(key).order_by().count()
        current = asked.standing == key
        found.append({"word": lists.STANDINGS[key], "n": n, "tone": tone if n else "grey", "link": "?" + (place[1:] if current else f"standing={key}{place}"), "current": current})
    n = asked.rows(lists.UNTOLD).order_by().count()
    current = asked.standing == lists.UNTOLD
    found.append(
        {"word": _("没有书面告知"), "n": n, "tone": "amber" if n else "grey", "link": "?" + (place[1:] if current else f"standing={lists.UNTOLD}{place}"), "current": current}
    )
    n = asked.without().order_by().count()
    found.append(
        {"word": _("父母外出，没有确认书"), "n": n, "tone": "red" if n else "grey", "link": reverse("guardianship:without") + (f"?{place[1:]}" if place else ""), "current": False}
    )
    return found


def _chips(asked: lists.Question) -> list[dict[str, str]]:
    words = {
        "standing": str(_("没有书面告知") if asked.standing == lists.UNTOLD else lists.STANDINGS[Standing(asked.standing)]) if asked.standing else "",
        "place": places.short_names({asked.place}).get(asked.place, "") if asked.place else "",
        "q": asked.text,
    }
    return chips(words, asked.address)


@requires("children.export")
def export(request: HttpRequest) -> HttpResponse:
    """The papers of this address as a workbook: to whom and why."""
    asked = lists.question(request.GET.dict(), request.post, today())
    return giving.dialog(request, _("导出监护确认书名单"), lambda: lists.roll(asked))


@requires("guardianship.view")
@require_GET
def without(request: HttpRequest) -> HttpResponse:
    """Children whose parents are away and for whom no paper holds, with whom the village would name."""
    asked = lists.question(request.GET.dict(), request.post, today())
    page = cut(asked.without(), request.GET.dict(), order=("scope_place", "sort_key", "id"))
    found = files([child.pk for child in page.rows], parties.PARTS)
    waiting = queries.waiting_for(found)
    villages = places.short_names({child.scope_place for child in page.rows})
    clear = sees_names(request.post)
    lines = []
    for child in page.rows:
        offered = parties.proposed(found[child.pk], asked.on)
        lines.append(
            {
                "child": child,
                "name": child.name if clear else mask_name(child.name),
                "village": villages.get(child.scope_place, ""),
                "guardianship": child_codes.GUARDIANSHIP.text(child.guardianship),
                "alarm": child.guardianship == "nobody",
                "proposed": (offered.word if clear else mask_name(offered.name)) if offered else "",
                "waiting": waiting.get(child.pk),
            }
        )
    words = {"place": places.short_names({asked.place}).get(asked.place, "") if asked.place else "", "q": asked.text}
    context = {
        "page": page,
        "lines": lines,
        "asked": asked,
        "areas": places.children_of(request.post.place_id),
        "place": show(asked.place) if asked.place else "",
        "active_filters": chips(words, asked.address),
        "may_edit": request.post.may("guardianship.edit"),
        "export_url": reverse("guardianship:export_without") if request.post.may("children.export") else "",
        "export_dialog": True,
        "day": asked.on,
        "sees_villages": request.post.place.level < Level.VILLAGE,
    }
    return render(request, "guardianship/without.html", context)


@requires("children.export")
def export_without(request: HttpRequest) -> HttpResponse:
    """The children of this address as a workbook: to whom and why."""
    asked = lists.question(request.GET.dict(), request.post, today())
    return giving.dialog(request, _("导出没有监护确认书的孩子"), lambda: lists.roll_without(asked))


@requires("guardianship.edit")
@require_POST
def draft_many(request: HttpRequest) -> HttpResponse:
    """One paper for each household of the ticked children, from the file; whoever has nobody to name is left out and counted."""
    picked = parse_all(request.POST.getlist("pick"))[:AT_ONCE]
    made, left = 0, 0
    done: set[UUID] = set()
    for child_id in Child.objects.filter(pk__in=picked).order_by("scope_place", "sort_key", "id").values_list("pk", flat=True):
        if child_id in done:
            continue
        found = parties.household(child_id)
        lacking = set(queries.without(today()).filter(pk__in=[file.child.id for file in found]).values_list("pk", flat=True))
        together = [file for file in found if file.child.id in lacking and file.child.id not in done]
        offered = parties.proposed(together[0], today()) if together else None
        done |= {file.child.id for file in together}
        try:
            if offered is None:
                raise CannotDo
            with transaction.atomic():
                actions.draft(new=NewAgreement(children=[file.child.id for file in together], guardian=offered.key), by=request.post)
            made += 1
        except CannotDo:
            left += 1
    if made:
        messages.success(request, ngettext("已按档案拟好%(n)d份确认书，可以打印。", "已按档案拟好%(n)d份确认书，可以打印。", made) % {"n": made})
    if left:
        messages.warning(request, _("%(n)d户没有拟出：档案里没有登记照看人，或者已有一份没有签订、已过期的确认书，请逐户办理。") % {"n": left})
    return redirect(reverse("guardianship:list") + ("?standing=waiting" if made else ""))


@requires("guardianship.edit")
@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Print the ticked papers, or renew them."""
    picked = list(Agreement.objects.filter(pk__in=parse_all(request.POST.getlist("pick"))).order_by("scope_place", "guardian_name", "id")[: printouts.MOST + 1])
    if not picked:
        messages.warning(request, _("请先勾选确认书。"))
        return redirect("guardianship:list")
    if request.POST.get("act") == "renew":
        return _renew(request, picked)
    if not request.post.may("children.print") or len(picked) > printouts.MOST:
        messages.warning(request, _("一次最多打印%(most)d份，请先缩小范围。") % {"most": printouts.MOST})
        return redirect("guardianship:list")
    output = printouts.ask(title="监护确认书", agreements=[row.pk for row in picked], link=link(request), by=request.post)
    tasks.print_agreements.defer(output=str(output.id), post=str(request.post.id))
    return redirect("office:output", output.id)


def _renew(request: HttpRequest, picked: list[Agreement]) -> HttpResponse:
    made, left = 0, 0
    for row in picked[:AT_ONCE]:
        try:
            with transaction.atomic():
                actions.renew(agreement_id=row.pk, by=request.post)
            made += 1
        except CannotDo:
            left += 1
    if made:
        messages.success(
            request, ngettext("已拟好%(n)d份续签的确认书，签订以后旧的自动改为已续签。", "已拟好%(n)d份续签的确认书，签订以后旧的自动改为已续签。", made) % {"n": made}
        )
    if left:
        messages.warning(request, _("%(n)d份不能续签：没有签订、已经终止，或者续签的确认书已经拟好。") % {"n": left})
    return redirect(reverse("guardianship:list") + ("?standing=waiting" if made else ""))
