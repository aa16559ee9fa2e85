"""Children without a guardian: found, and somebody in place (YN-9)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import codes as child_codes
from tongxing.ground.today import today
from tongxing.guardianship import unattended
from tongxing.guardianship.unattended import Part
from tongxing.places import queries as places
from tongxing.places.codes import CodeError, Level, parse, show, span

WORDS = {
    Part.OPENING: _("期初无人监护"),
    Part.FOUND: _("本期发现"),
    Part.RESOLVED: _("本期落实"),
    Part.LEFT: _("本期退出"),
    Part.OPEN: _("期末无人监护"),
}
TONES = {Part.OPENING: "grey", Part.FOUND: "amber", Part.RESOLVED: "green", Part.LEFT: "grey", Part.OPEN: "red"}


@requires("guardianship.view")
@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """Opening, found, resolved, left, open: the numbers, by place below, and the children behind each."""
    asked = request.GET
    first, last = _period(asked.get("from", ""), asked.get("to", ""))
    try:
        place = parse(asked.get("place", "")) if asked.get("place") else None
    except CodeError:
        place = None
    part = Part(asked["part"]) if asked.get("part") in Part else Part.OPEN
    found = unattended.spells(first, last, place)
    counts = unattended.counts(found, first, last)
    kept = {"from": first.isoformat(), "to": last.isoformat(), **({"place": show(place)} if place else {})}
    rows = unattended.children(found, part, first, last)
    villages = places.short_names({child.scope_place for child, _spell in rows})
    context = {
        "first": first,
        "last": last,
        "place": show(place) if place else "",
        "areas": places.children_of(request.post.place_id),
        "facets": [
            {"word": WORDS[each], "n": counts[each], "tone": TONES[each] if counts[each] else "grey", "link": "?" + urlencode({**kept, "part": each}), "current": each is part}
            for each in Part
        ],
        "part": WORDS[part],
        "lines": [
            {"child": child, "village": villages.get(child.scope_place, ""), "spell": spell, "now": child_codes.GUARDIANSHIP.text(child.guardianship), "open": spell.until is None}
            for child, spell in rows
        ],
        "below": _below(found, place or request.post.place_id, first, last, kept),
        "sees_villages": request.post.place.level < Level.VILLAGE,
    }
    return render(request, "guardianship/unattended.html", context)


def _period(first: str, last: str) -> tuple[date, date]:
    """The period asked for; this year up to today where the address names none that can be."""
    on = today()
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return date(on.year, 1, 1), on
    return (begin, end) if begin <= end and begin.year >= 1990 else (date(on.year, 1, 1), on)


def _below(found: list[unattended.Spell], place: int, first: date, last: date, kept: dict[str, str]) -> list[dict[str, Any]]:
    """The same numbers for each place below."""
    lines = []
    for area in places.children_of(place):
        lo, hi = span(area.code)
        mine = [each for each in found if lo <= each.place <= hi]
        if mine:
            counts = unattended.counts(mine, first, last)
            lines.append({"name": area.short_name, "link": "?" + urlencode({**kept, "place": show(area.code)}), "counts": [(WORDS[each], counts[each]) for each in Part]})
    return lines
