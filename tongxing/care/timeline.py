"""The timeline of a child's file: everything that was done, the newest first, by kind, category, person and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.care import reading
from tongxing.care.reading import Line
from tongxing.children.page.panels import TabOf
from tongxing.children.page.reader import Reader
from tongxing.forms import queries as forms
from tongxing.forms.loading import TAGS
from tongxing.ground.ids import parse
from tongxing.ground.pages import Page, cut
from tongxing.ground.today import parse_day, today
from tongxing.log import queries as log
from tongxing.log.models import Participation

LATELY = timedelta(days=92)  # what nobody renewed or did for a quarter is marked
BALANCES = (("coach", noop("五员")), ("protection", noop("六位一体")), ("goal", noop("五有")))
MASTERIES = {"family": noop("家庭情况"), "thought": noop("思想表现"), "study": noop("学业成绩"), "behaviour": noop("日常行为")}


@dataclass(frozen=True, slots=True)
class Mastery:
    """One of the four that a director knows of a child (LZH-4), and since when."""

    label: str
    on: date | None
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What care/timeline.html draws."""

    months: Sequence[tuple[date, Sequence[Line]]]
    page: Page[Participation]
    asked: Mapping[str, str]
    kinds: Sequence[tuple[str, str]]
    people: Sequence[tuple[UUID, str]]
    tags: Sequence[tuple[str, str]]
    filtered: bool
    masteries: Sequence[Mastery]
    balance: Sequence[tuple[str, Sequence[tuple[str, int]]]]
    """How often each of the five coaches (LZH-5), the six protections (YC-11), the five goals (P6-1) was served in the last quarter."""
    log_url: str
    print_url: str
    before_url: str
    after_url: str
    clear_url: str


def load(reader: Reader, params: Mapping[str, str]) -> Timeline:
    child = reader.child
    asked = {key: params.get(key, "") for key in ("kind", "tag", "person", "since", "until")}
    wanted = log.Filter(
        kind=asked["kind"] if asked["kind"] in forms.definitions() else "",
        tag=asked["tag"] if asked["tag"] in TAGS else "",
        person=parse(asked["person"]),
        since=parse_day(asked["since"]),
        until=parse_day(asked["until"]),
    )
    page = cut(log.timeline(child.id, wanted), params, order=("-on", "-entry_id"))
    lines = reading.lines(log.moments(page.rows), reader.post)
    known, tags, lately = log.kinds(child.id), log.balance(child.id), log.balance(child.id, today() - LATELY)
    address = reader.tab("timeline")
    kept = {key: value for key, value in asked.items() if value}
    return Timeline(
        months=[(month, list(found)) for month, found in groupby(lines, key=lambda line: line.on.replace(day=1))],
        page=page,
        asked=asked,
        kinds=sorted(((kind, _(forms.definition(kind).form.label)) for kind in known if kind in forms.definitions()), key=lambda each: each[1]),
        people=log.doers(child.id),
        tags=[(tag.value, TAGS.text(tag.value)) for tag in TAGS if tag.value in tags],
        filtered=bool(kept),
        masteries=masteries(child.id),
        balance=[(_(word), [(TAGS.text(tag.value), lately.get(tag.value, 0)) for tag in TAGS if tag.value.startswith(f"{group}.")]) for group, word in BALANCES],
        log_url=f"{reverse('care:kinds')}?child={child.id}" if reader.may("log.write") else "",
        print_url=reverse("care:growth", args=[child.id]) if reader.may("children.print") else "",
        before_url=f"{address}&{urlencode({**kept, 'before': page.before})}" if page.before else "",
        after_url=f"{address}&{urlencode({**kept, 'after': page.after})}" if page.after else "",
        clear_url=address,
    )


def masteries(child_id: UUID) -> list[Mastery]:
    """The four, each with the day on which it was last answered; what is older than a quarter is stale."""
    found, on = log.mastered(child_id), today()
    return [Mastery(_(label), found.get(section), section not in found or on - found[section] > LATELY) for section, label in MASTERIES.items()]


TIMELINE = TabOf("timeline", noop("工作记录"), "care/timeline.html", load, right="log.view")
