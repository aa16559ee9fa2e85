"""What the pages of letters share: tabs, chips, places in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.finding.conditions import sees_names
from tongxing.children.models import Child
from tongxing.crypto import masking
from tongxing.ground.ids import parse
from tongxing.letters import codes
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.units.models import Unit


def tabs(post: Post, now: str) -> list[dict[str, object]]:
    """The rooms of letters; a department has its inbox alone."""
    if not post.may("letters.write"):
        return []
    words = {"list": _("联函"), "needs": _("分类需求"), "matters": _("受理协办"), "statistics": _("部门统计")}
    return [{"word": word, "url": reverse(f"letters:{view}"), "current": view == now} for view, word in words.items()]


def name_of(child: Child, post: Post) -> str:
    return child.name if sees_names(post) else masking.mask_name(child.name)


def place_of(text: str, post: Post) -> int:
    """The place that an address asks for, 0 where it names none below the post's."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 12 and place_codes.within(int(text), post.place_id) else 0


def villages(children: Iterable[Child], post: Post) -> dict[int, str]:
    """Places of children as they read below one's own."""
    above = post.place.full_name
    return {code: name.removeprefix(above) or name for code, name in places.full_names({child.scope_place for child in children}).items()}


def picks(texts: Iterable[str], department: str) -> dict[UUID, tuple[str, ...]]:
    """Which children are picked for which needs of a department: ``<child>:<kind>`` each."""
    found: dict[UUID, list[str]] = {}
    for text in texts:
        child, _colon, kind = text.partition(":")
        child_id, need = parse(child), codes.NEED.get(kind)
        if child_id and need and need.department == department and kind not in found.setdefault(child_id, []):
            found[child_id].append(kind)
    return {child_id: tuple(kinds) for child_id, kinds in found.items() if kinds}


def unit_of(department: str, place: int) -> str:
    """What a department of the county is called; empty where it is not entered."""
    names = (
        Unit.objects.filter(kind="department", department=department, place__in=place_codes.chain(place), valid_until=None)
        .order_by("-place", "name")
        .values_list("name", flat=True)
    )
    return names.first() or ""


def filled(params: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: params.get(name, "")[:80].replace("\0", "").strip() for name in names}
