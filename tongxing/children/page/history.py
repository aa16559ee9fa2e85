"""The history of every fact, from the journal: who, when, from what to what. Protected values stay masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongxing.accounts.models import Person, Post
from tongxing.children import codes, history
from tongxing.children.fields import FIELDS
from tongxing.children.models import Category, State
from tongxing.children.page import words
from tongxing.children.page.reader import Reader
from tongxing.children.page.shapes import Change, Event
from tongxing.crypto import masking
from tongxing.crypto.sealed import CannotOpen
from tongxing.files.models import Kind
from tongxing.ground.codes import Table
from tongxing.journal.models import Record

SHOWN = 50
MASKS: dict[str, Callable[[str], str]] = {"id_number": masking.mask_id_number, "phone": masking.mask_phone}
TABLES: Mapping[str, Table[Any]] = {
    "sex": codes.SEX,
    "ethnic_group": codes.ETHNIC_GROUP,
    "registration": codes.REGISTRATION,
    "health": codes.HEALTH,
    "disability_kind": codes.DISABILITY_KIND,
    "disability_grade": codes.DISABILITY_GRADE,
    "income": codes.INCOME,
    "aid": codes.AID,
    "guardianship": codes.GUARDIANSHIP,
    "living_with": codes.LIVING_WITH,
    "relation": codes.RELATION,
    "consent": codes.CONSENT,
    "illness": codes.ILLNESS,
}
SEALED = frozenset({"id_number", "phone", "address", *(key for key, field in FIELDS.items() if field.sealed)})
PLACES = ("residence", "registered_place", "place", "transfer")
NAMELESS = frozenset({"household", "photo"})  # what changed says more than the ids it changed from and to


def records(reader: Reader, *, limit: int = SHOWN, before: int | None = None) -> list[Record]:
    """The newest lines first; one more than asked tells that there are older ones."""
    found = Record.objects.filter(child_id=reader.child.id)
    if before:
        found = found.filter(seq__lt=before)
    return list(found.order_by("-seq")[:limit])


def events(reader: Reader, found: Iterable[Record], places: dict[int, str]) -> list[Event]:
    rows = list(found)
    people = dict(Person.objects.filter(pk__in={row.by for row in rows if row.by}).values_list("pk", "name"))
    posts = {post.id: post for post in Post.objects.filter(pk__in={row.post for row in rows if row.post}).select_related("place")}
    return [
        Event(
            at=row.at,
            text=_whose(reader, row, history.verb(row.verb)),
            who=people.get(row.by, "") if row.by else _("系统"),
            post=str(posts[row.post]) if row.post in posts else "",
            changes=changes(reader, row, places),
            tone={"confirmed": "green", "approve": "green", "return": "amber"}.get(row.verb, ""),
        )
        for row in rows
    ]


def _whose(reader: Reader, row: Record, text: str) -> str:
    """修改亲属信息（父亲 张强）, where the line is about one of the child's relatives."""
    relative = next((each for each in reader.file.relatives if row.subject_kind == "relative" and str(each.id) == row.subject_id), None)
    return f"{text}（{words.relation(relative)} {reader.name(relative.name)}）" if relative else text


def changes(reader: Reader, row: Record, places: dict[int, str]) -> list[Change]:
    return [
        Change(history.label(name), say(reader, row, name, pair[0], places), say(reader, row, name, pair[1], places))
        for name, pair in row.diff.items()
        if name not in history.HIDDEN
    ]


def say(reader: Reader, row: Record, name: str, value: Any, places: dict[int, str]) -> str:
    """One side of a change in words."""
    value = history.opened(reader.file.key, name, value)
    if value in (None, "", []):
        return ""
    if name in NAMELESS:
        return _("已登记")
    if name in SEALED:
        return opened(reader, row, name, str(value))
    if name in TABLES:
        return _("、").join(_coded(TABLES[name], str(each)) for each in (value if isinstance(value, list) else [value]))
    return _plain(name, value, places)


def _coded(table: Table[Any], value: str) -> str:
    return table.text(value) if value in table else value


def _schooling(value: Any) -> str:
    stage, school, grade = value
    return " ".join(part for part in (school or codes.SCHOOL_STAGE.text(stage or ""), words.grade(stage or "", grade)) if part)


def _plain(name: str, value: Any, places: dict[int, str]) -> str:
    if name in PLACES:
        return places.get(value, str(value))
    if name in SAYS:
        return SAYS[name](value)
    if name in (sayings := history.sayings()):
        return sayings[name](value)
    return (_("是") if value else _("否")) if isinstance(value, bool) else str(value)


def opened(reader: Reader, row: Record, name: str, value: str) -> str:
    """A protected value, masked; what cannot be opened any more is named so."""
    key = reader.file.key
    field = f"relative:{row.subject_id}:{name}" if row.subject_kind == "relative" else name
    try:
        plain = key.open(field, bytes.fromhex(value)) if key else ""
    except (CannotOpen, ValueError):
        return _("（已加密）")
    return MASKS.get(name, masking.mask_address)(plain) if plain else _("（已加密）")


def _category(value: str) -> str:
    name, _space, state = value.partition(" ")
    scheme, _dot, kind = name.partition(".")
    if scheme not in codes.SCHEMES:
        return _("不公开的类别")
    label = codes.SCHEMES[scheme].kinds.text(kind)
    return f"{label} {Category.State(state).label}" if state in Category.State.values else label


def _determination(value: str) -> str:
    status, _space, sign = value.partition(" ")
    if value in ("approved", "refused"):
        return _("批准") if value == "approved" else _("不批准")
    label = codes.STATUS.text(status) if status in codes.STATUS else status
    return _("非%(status)s") % {"status": label} if sign == "-" else label


def _of_relative(value: str) -> str:
    """``51 imprisoned`` → 父亲 服刑在押."""
    parts = value.split(" ")
    said = [codes.RELATION.text(parts[0]) if re.fullmatch(r"\d\d", parts[0]) and parts[0] in codes.RELATION else parts[0]]
    for part in parts[1:]:
        found = next((table.text(part) for table in (codes.CIRCUMSTANCE, codes.RETURN_KIND) if part in table), part)
        said.append(found)
    return " ".join(said)


def place_codes(found: Iterable[Record]) -> set[int]:
    """The places that these lines name."""
    return {value for row in found for name in PLACES for value in row.diff.get(name, ()) if isinstance(value, int)}


SAYS: Mapping[str, Callable[[Any], str]] = {
    "state": lambda value: str(State(value).label),
    "category": _category,
    "schooling": _schooling,
    "determination": _determination,
    "status": _determination,
    "relative": _of_relative,
    "circumstance": _of_relative,
    "absence": _of_relative,
    "kind": lambda value: str(Kind(value).label) if value in Kind.values else str(value),
}
