"""Entries for tests, written by the action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.tests.make import seen_by
from tongxing.forms import queries as forms
from tongxing.ground.today import today
from tongxing.log import actions
from tongxing.log.models import Entry
from tongxing.log.shapes import Circumstances, Doer, NewEntry, NewPaper, Subject

COMMON: Mapping[str, object] = {"carer_present": "yes", "changed": "no"}
OWN: Mapping[str, object] = {"mood": "calm", "study_state": "steady", "conduct": ["fine"], "body": "well"}
SECRET = "爷爷住院，家里没有人做饭"


def told(children: Sequence[Child], *, on: date | None = None, where: str = "home", seen: bool = True, spoken_to: tuple[str, ...] = ("carer",), **more: Any) -> Circumstances:
    return Circumstances(on=on or today(), where=where, seen={child.id: seen for child in children}, spoken_to=spoken_to, **more)


def of_visit(
    by: Post,
    *children: Child,
    on: date | None = None,
    own: Mapping[UUID, Mapping[str, object]] | None = None,
    entry_id: UUID | None = None,
    papers: Sequence[NewPaper] = (),
    doer: Doer | None = None,
    circumstances: Circumstances | None = None,
    **common: object,
) -> NewEntry:
    """What is said of a home visit."""
    first = children[0]
    circumstances = circumstances or told(children, on=on)
    return {
        "form": forms.definition("home_visit"),
        "subject": Subject("child", first.id, first.scope_place),
        "children": [child.id for child in children],
        "told": circumstances,
        "answers": {**COMMON, **common},
        "own_answers": {child.id: {**(OWN if circumstances.seen.get(child.id, True) else {}), **(own or {}).get(child.id, {})} for child in children},
        "by": by,
        "doer": doer,
        "entry_id": entry_id,
        "papers": papers,
    }


def visit(by: Post, *children: Child, **more: Any) -> Entry:
    """A home visit, as the post sees its place."""
    with seen_by(by):
        return actions.append(**of_visit(by, *children, **more))


def activity(by: Post, children: Sequence[Child], *, title: str = "中秋亲情交流", place: int | None = None, on: date | None = None, entry_id: UUID | None = None) -> Entry:
    """One activity of many children, about the place of the post."""
    with seen_by(by):
        return actions.append(
            form=forms.definition("activity"),
            subject=Subject.of_place(place or by.place_id),
            children=[child.id for child in children],
            told=Circumstances(on=on or today(), where="childrens_home"),
            answers={"title": title, "theme": "affection"},
            own_answers={},
            by=by,
            entry_id=entry_id,
        )
