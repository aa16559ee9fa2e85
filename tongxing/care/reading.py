"""Entries as a page shows them: in words, as much of them as the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES
from tongxing.care import referring
from tongxing.circles import roles as circle_roles
from tongxing.forms import wording
from tongxing.forms.loading import SPOKEN_TO, TAGS, WHERE
from tongxing.forms.shapes import Definition
from tongxing.forms.wording import Names, Part
from tongxing.log import queries as log
from tongxing.log.models import Entry, Paper
from tongxing.log.queries import Moment


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of an entry: a thumbnail to click on, or a link."""

    url: str
    small_url: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry as it concerns one child (or none)."""

    id: UUID
    url: str
    kind: str
    icon: str
    on: date
    began: time | None
    where: str
    doer: str
    role: str
    recorder: bool
    """Whether somebody else wrote it down (代录)."""
    seen: bool | None
    spoken_to: str
    parts: Sequence[Part]
    hidden: bool
    """Whether there are answers that this reader does not see."""
    tags: tuple[str, ...]
    pictures: Sequence[Picture]
    restricted: bool
    alarm: bool
    attempt: str
    """Why it came to nothing; empty where it did not."""
    late: str
    at: datetime


def sees_words(post: Post, entry: Entry) -> bool:
    """Sealed answers are for those who work with the child's file, for whoever wrote them, and for named people."""
    return post.may("children.edit") or post.id == entry.recorder_post or post.person_id == entry.doer or (entry.restricted_to is not None and post.id in entry.restricted_to)


def line(moment: Moment, papers: Iterable[Paper], post: Post, names: Names | None = None) -> Line:
    """One child's part of an entry. ``names`` of what answers refer to; looked up where they are not given."""
    return _line(moment.entry, moment.form, moment.answers, moment.part.seen, papers, post, names, alarm=bool(moment.part.events), attempt=moment.part.attempt)


def of_entry(entry: Entry, form: Definition, papers: Iterable[Paper], post: Post) -> Line:
    """An entry in which no child took part, or what was said once for all."""
    return _line(entry, form, entry.answers, entry.seen_in_person, papers, post, None, alarm=bool(entry.events), attempt=entry.attempt)


def _line(
    entry: Entry, form: Definition, answers: Mapping[str, object], seen: bool | None, papers: Iterable[Paper], post: Post, names: Names | None, *, alarm: bool, attempt: bool
) -> Line:
    sealed = {each.id for each in form.fields() if each.sensitive}
    open_to = sees_words(post, entry)
    shown = {key: value for key, value in answers.items() if open_to or key not in sealed}
    return Line(
        id=entry.id,
        url=reverse("care:entry", args=[entry.id]),
        kind=_(form.form.label),
        icon=form.form.icon,
        on=entry.on,
        began=entry.began,
        where=WHERE.text(entry.where),
        doer=entry.doer_name,
        role=role_word(entry.doer_role),
        recorder=entry.recorder is not None and entry.recorder != entry.doer,
        seen=seen,
        spoken_to=spoken_to(entry),
        parts=wording.parts(form, shown, referring.names([(form, shown)]) if names is None else names),
        hidden=not open_to and any(key in sealed for key in answers),
        tags=() if attempt else tuple(TAGS.text(tag) for tag in entry.tags),
        pictures=[picture(entry, paper, form) for paper in papers],
        restricted=entry.restricted_to is not None,
        alarm=alarm,
        attempt=attempted(form, seen=seen) if attempt else "",
        late=late(entry),
        at=entry.at,
    )


def attempted(form: Definition, *, seen: bool | None) -> str:
    """What it means that an entry was an attempt only."""
    return _("没见到人，不算完成") if "seen" in form.form.asks and not seen else _("没有联系上，不算完成")


def late(entry: Entry) -> str:
    """That it was entered afterwards, and how long."""
    return _("补登（迟%(n)d天）") % {"n": entry.late} if entry.late else ""


def spoken_to(entry: Entry) -> str:
    return _("、").join(SPOKEN_TO.text(each) for each in entry.spoken_to)


def met(seen: Sequence[bool | None], talked: str) -> str:
    """Whether the children were seen, and who was spoken to."""
    asked = [each for each in seen if each is not None]
    if asked and any(asked) and not all(asked):
        said = _("见到%(seen)d名，没见到%(missed)d名") % {"seen": sum(asked), "missed": len(asked) - sum(asked)}
    else:
        said = "" if not asked else _("见到孩子本人") if asked[0] else _("没见到孩子")
    return " · ".join(filter(None, (said, _("谈过：") + talked if talked else "")))


def picture(entry: Entry, paper: Paper, form: Definition) -> Picture:
    url = reverse("care:paper", args=[entry.id, paper.id])
    return Picture(url, f"{url}?small=1" if paper.media_type == "image/jpeg" else "", _(form.field(paper.field).label))


def role_word(role: str) -> str:
    """A role of accounts or of the circle in words."""
    known = ROLES.get(role)
    return str(known.name) if known else circle_roles.known_name(role) if role else ""


def lines(moments: Sequence[Moment], post: Post) -> list[Line]:
    """Several moments, with their pictures in one query."""
    papers = log.papers_of(moment.entry for moment in moments)
    names = referring.names((moment.form, moment.answers) for moment in moments)
    return [line(moment, papers.get(moment.entry.id, ()), post, names) for moment in moments]
