"""对外提供登记: what was given to whom, why, when, how many children, which columns. Read by who gives, and by the auditor."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongxing.accounts.models import Person, Post
from tongxing.accounts.stamps import exported_by
from tongxing.files.models import Provision
from tongxing.ground import catalogues
from tongxing.ground.pages import chips
from tongxing.ground.today import CHINA, parse_day
from tongxing.ledgers.writing import write_list
from tongxing.places import queries as places

LONGEST: Final = 60
MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One provision in words."""

    provision: Provision
    who: str
    place: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks for, as far as it makes sense."""

    recipient: str = ""
    since: date | None = None
    until: date | None = None
    whole: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        text = " ".join(asked.get("recipient", "").replace("\0", "").split())[:LONGEST]
        return cls(text, parse_day(asked.get("since", "")), parse_day(asked.get("until", "")), asked.get("whole") == "1")

    @property
    def any(self) -> bool:
        return self != Filters()

    def chips(self) -> list[dict[str, str]]:
        """The filters in force, each with the address without it."""
        own = {
            "recipient": (self.recipient, _("交给：%(text)s") % {"text": self.recipient}),
            "since": (str(self.since or ""), _("从 %(day)s 起") % {"day": self.since}),
            "until": (str(self.until or ""), _("到 %(day)s 止") % {"day": self.until}),
            "whole": ("1" if self.whole else "", _("含完整号码")),
        }
        return chips({key: word for key, (value, word) in own.items() if value}, {key: value for key, (value, _word) in own.items()})


def provisions(filters: Filters) -> QuerySet[Provision]:
    """What was given away from the places that the active post answers for or audits."""
    found = Provision.objects.all()
    if filters.recipient:
        found = found.filter(recipient__contains=filters.recipient)
    if filters.since:
        found = found.filter(at__gte=_start(filters.since))
    if filters.until:
        found = found.filter(at__lt=_start(filters.until + timedelta(days=1)))
    return found.filter(masked=False) if filters.whole else found


def lines(found: Iterable[Provision]) -> list[Line]:
    rows = list(found)
    people = dict(Person.objects.filter(pk__in={row.person_id for row in rows}).values_list("id", "name"))
    where = places.short_names(row.scope_place for row in rows)
    return [Line(row, people.get(row.person_id, ""), where.get(row.scope_place, "")) for row in rows]


def workbook(filters: Filters, by: Post) -> bytes:
    """The register as a workbook."""
    out = io.BytesIO()
    rows = [_row(line) for line in lines(provisions(filters).order_by("-at", "-id")[:MOST])]
    stamp = exported_by(by)
    write_list(catalogues.read(Path(__file__).parent / "given.toml", {}), rows, out, watermark=stamp)
    return out.getvalue()


def _row(line: Line) -> dict[str, Any]:
    one = line.provision
    return {
        "at": f"{one.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        "recipient": one.recipient,
        "purpose": one.purpose,
        "title": one.title,
        "children": one.children,
        "columns": "、".join(one.columns),
        "masked": one.masked,
        "who": line.who,
        "place": line.place,
    }


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)
