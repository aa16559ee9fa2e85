"""Who is behind, by place, duty and person; and whom care has not reached."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.models import Post
from tongxing.accounts.roles import Sees
from tongxing.care.boards import coverage as reached
from tongxing.care.boards import exports, finding, standing, urging
from tongxing.care.boards.forms import EmptyForm
from tongxing.care.boards.periods import WORDS, Period, period
from tongxing.care.boards.standing import Board, By, Row
from tongxing.children.views.acting import sent
from tongxing.ground import dialogs, scope
from tongxing.ground.today import now, today
from tongxing.journal.models import Access
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import CodeError, Level
from tongxing.places.models import Place

LEAST = 5  # a smaller count may point at somebody: readers who see no children are not shown it


def sees_children(post: Post) -> bool:
    """Whether who is behind a number is the post's own to see."""
    return post.definition.sees is Sees.PLACE and post.may("children.view")


def place_of(request: HttpRequest) -> Place:
    """The place in the address, or the post's own. Who sees no children reads the own place alone."""
    lo, hi = codes.span(request.post.place_id)
    try:
        code = codes.parse(request.GET["place"]) if request.GET.get("place") else request.post.place_id
    except CodeError:
        raise Http404 from None
    found = places.by_code(code) if lo <= code <= hi and (code == request.post.place_id or sees_children(request.post)) else None
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest) -> tuple[Place, Period, By, str]:
    place = place_of(request)
    given = request.GET.get("by", "")
    by: By = next((each for each in standing.BYS if each == given), "place" if place.level < Level.VILLAGE else "person")
    if not sees_children(request.post):
        by = "duty"
    if by == "person" and place.level < Level.COUNTY:
        by = "place"
    return place, period(request.GET.get("period", ""), today()), by, request.GET.get("duty", "")[:130]


def read(post: Post, place: Place, wanted: Period, by: By, duty: str) -> Board:
    """The board for a post. Who sees no children reads the counts of the own place by duty, the small ones left out."""
    if not sees_children(post):
        with scope.whole_country(why="counts of the post's own place; small ones are left out before anybody sees them"):
            return standing.hidden(standing.by_duty(place.code, wanted, now()), LEAST)
    match by:
        case "duty":
            return standing.by_duty(place.code, wanted, now())
        case "person":
            return standing.by_person(place.code, wanted, now())
        case _:
            return standing.by_place(place.code, wanted, now(), duty=duty)


@requires("duties.board", "figures.view")
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Need, done, open and overdue, who is behind first; each number leads to the promises behind it."""
    place, wanted, by, duty = _asked(request)
    found = read(request.post, place, wanted, by, duty)
    address = {"place": codes.show(place.code) if place.code != request.post.place_id else "", "period": wanted.key if wanted.key != "now" else "", "by": by, "duty": duty}
    open_to = sees_children(request.post)
    tabs = [each for each in standing.BYS if (open_to or each == "duty") and (each != "person" or place.level >= Level.COUNTY)]
    context = {
        "board": found,
        "rows": [_line(row, address, by, place, open_to=open_to) for row in found.rows],
        "total": _line(Row("", "", found.total), address, by, place, open_to=open_to),
        "by": by,
        "tabs": [(each, _link(address, by=each, duty="" if each != "place" else duty)) for each in tabs],
        "periods": [(key, str(word), _link(address, period=key if key != "now" else "")) for key, word in WORDS.items()],
        "period": wanted,
        "place": place,
        "duty": duty,
        "duties": standing.by_duty(place.code, wanted, now()).duties if by == "place" and open_to else [],
        "crumbs": _crumbs(place, request.post, address),
        "open_to": open_to,
        "may_decide": request.post.may("duties.decide"),
        "export_url": f"{reverse('boards:export')}{_link(address)}" if request.post.may("figures.export") and open_to else "",
        "nameless": _nameless(found, wanted, by, place) if open_to else "",
        "coverage_url": reverse("boards:coverage") if request.post.may("duties.board") else "",
        "least": LEAST,
    }
    return render(request, "care/boards/board.html", context)


def _link(address: dict[str, str], **other: str) -> str:
    return f"?{urlencode({key: value for key, value in (address | other).items() if value})}"


def _crumbs(place: Place, post: Post, address: dict[str, str]) -> list[tuple[str, str]]:
    lo, hi = codes.span(post.place_id)
    chain = [each for each in places.chain(place.code) if lo <= each.code <= hi]
    return [(each.short_name, _link(address, place=codes.show(each.code) if each.code != post.place_id else "", by="")) for each in chain]


def _line(row: Row, address: dict[str, str], by: By, place: Place, *, open_to: bool) -> dict[str, object]:
    """What the template draws of a row: its numbers with their links, where it leads one level down, what urges it."""
    narrowed = {key: value for key, value in address.items() if key != "by"}
    alone = bool(row.key) and by == "place" and int(row.key) == place.code and place.level < Level.VILLAGE
    if row.key and by == "place":
        narrowed |= {"place": row.key, "alone": "1" if alone else ""}
    elif row.key:
        narrowed[by] = row.key
    links = bool(open_to and (row.key or not row.name))
    behind = reverse("boards:duties")
    cells = []
    for state, number in (
        ("all", row.counts.asked),
        ("kept", row.counts.kept),
        ("open", row.counts.open),
        ("overdue", row.counts.overdue),
        ("resting", row.counts.resting),
        ("waived", row.counts.waived),
        ("urged", row.counts.urged),
    ):
        cells.append({"state": state, "number": number, "url": f"{behind}{_link(narrowed, state=state)}" if links and number else ""})
    deeper = bool(row.key) and by == "place" and int(row.key) != place.code and codes.level(int(row.key)) <= Level.VILLAGE
    down = _link(address, place=row.key, by="") if deeper else _link(address, by="place", duty=row.key) if by == "duty" and row.key else ""
    return {
        "row": row,
        "alone": alone,
        "cells": cells,
        "url": down if open_to else "",
        "urge_url": f"{reverse('boards:urge')}{_link(narrowed, state='overdue', all='1')}" if links and row.counts.overdue else "",
    }


def _nameless(found: Board, wanted: Period, by: By, place: Place) -> str:
    """The whole, and place by place where something is left."""
    text = urging.nameless(found.total, wanted, place=place.short_name)
    if by != "place":
        return text
    behind = [f"{row.name} {row.counts.undone}" for row in found.rows if row.counts.undone]
    return text + ("\n" + _("未完成：") + _("、").join(behind) if behind else "")


@requires("duties.board")
def export(request: HttpRequest) -> HttpResponse:
    """The board as a workbook."""
    place, wanted, by, duty = _asked(request)
    if request.method == "POST" and request.post.may("figures.export"):
        found = read(request.post, place, wanted, by, duty)
        output = exports.export(board=found, what=by, place=place, period=wanted, duty=duty, by=request.post)
        note_read(request, child_id=None, place=request.post.place_id, outcome=Access.Outcome.EXPORTED, what=("duties_board",), why=output.title)
        return dialogs.done(request, reverse("office:output", args=[output.id]))
    text = _("%(place)s，%(period)s。只有数字，没有儿童姓名；文件带有您的姓名和时间。") % {"place": place.full_name, "period": wanted.word}
    form = EmptyForm(sent(request))
    return dialogs.show(
        request, "office/confirm.html", {"form": form, "dialog_title": _("导出 Excel"), "confirm_text": text, "confirm_word": _("导出"), "dialog_back": reverse("boards:board")}
    )


@requires("duties.board")
@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """Whom the four masteries, five coaches, six protections and five goals have reached within a quarter, and who was left out."""
    place = place_of(request)
    of = request.GET.get("set", "")
    of = of if of in reached.SETS else "mastery"
    counted = place.level >= Level.COUNTY
    context = {
        "set": of,
        "sets": [(key, str(word), f"?{urlencode({'set': key, 'place': codes.show(place.code)})}") for key, word in reached.SETS.items()],
        "table": reached.table(of, place.code, request.post, today()) if counted else None,
        "below": [] if counted else [(each.short_name, f"?{urlencode({'set': of, 'place': codes.show(each.code)})}") for each in places.children_of(place.code)],
        "place": place,
        "crumbs": [(name, f"{url}&set={of}") for name, url in _crumbs(place, request.post, {})],
        "counselling": _whole(request, place),
    }
    return render(request, "care/boards/coverage.html", context)


def _whole(request: HttpRequest, place: Place) -> list[dict[str, object]]:
    """Promises that are to reach every child (WH-2 100%全覆盖), such as one-to-one counselling: how many it reached, and who is left. What was said stays with those named."""
    asked = finding.question({"place": codes.show(place.code)}, request.post, now(), today())
    confidential = {rule_id for rule_id, rule in asked.rules.items() if any(kind in reached.CONFIDENTIAL for kind in rule.shape.by.kinds)}
    if not confidential:
        return []
    rows = [
        row
        for row in standing.by_duty(place.code, period("now", today()), now()).rows
        if row.key in {f"{asked.rules[each].model}.{asked.rules[each].duty}" for each in confidential}
    ]
    return [{"row": row, "url": f"{reverse('boards:duties')}?{urlencode({'duty': row.key, 'place': codes.show(place.code), 'state': 'undone'})}"} for row in rows]
