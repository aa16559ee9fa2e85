"""New files as rows: made in memory with all that the rules say of them, then written with one statement a table.

``make`` takes values that were checked (``children.checks``); ``registration`` checks them, and the province-size demo invents them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongxing.accounts.models import Post
from tongxing.children import derive, history
from tongxing.children.actions import rows
from tongxing.children.actions.writing import period_rows
from tongxing.children.fields import FIELDS, phone
from tongxing.children.file import File
from tongxing.children.finding import keys
from tongxing.children.models import (
    Absence,
    Category,
    Child,
    Circumstance,
    Consent,
    Guardianship,
    Relative,
    Residence,
    Review,
    Schooling,
    SearchKey,
    State,
    StatusPeriod,
)
from tongxing.children.new import NewChild
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey, digest
from tongxing.ground import bulk
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today

TABLES = {
    "relatives": Relative,
    "circumstances": Circumstance,
    "absences": Absence,
    "guardianships": Guardianship,
    "schoolings": Schooling,
    "residences": Residence,
    "consents": Consent,
    "categories": Category,
    "status_periods": StatusPeriod,
    "reviews": Review,
}


@dataclass
class Made:
    """One new file and the words it is found by, before they are written."""

    file: File
    words: frozenset[str]


def make(new: Sequence[NewChild], *, by: Post | None, approved: bool = False, source: str = "") -> list[Made]:
    """The rows of new files. Their keys are written, nothing else."""
    ids = [each.id or uuid7() for each in new]
    data_keys = crypto.make_keys(ids)
    made = [one(each, data_keys[child_id], by=by, approved=approved, source=source) for each, child_id in zip(new, ids, strict=True)]
    for each in made:
        settle(each.file, today())
    return made


def write(made: Sequence[Made]) -> None:
    """Write the files, a statement a table."""
    files = [each.file for each in made]
    bulk.create(Child, [file.child for file in files])
    for name, model in TABLES.items():
        bulk.create(model, [row for file in files for row in getattr(file, name)])
    words = [(word, each.file.child.scope_place, each.file.child.id) for each in made for word in sorted(each.words)]
    if len(words) < bulk.FEW:
        SearchKey.unscoped.bulk_create([SearchKey(key=word, scope_place=place, child_id=child_id) for word, place, child_id in words])
    else:
        bulk.insert("children_searchkey", ("key", "scope_place", "child_id"), words)


def first(file: File) -> dict[str, list[object]]:
    """What the journal says of a file when it is opened."""
    child, key = file.child, file.key
    assert key
    return {"name": [None, history.sealed(key, "name", child.name)], "born": [None, history.sealed(key, "born", child.born)], "state": [None, child.state], "version": [0, 1]}


def settle(file: File, on: date) -> None:
    """What follows from the facts: the columns of the list and the status periods."""
    found = derive.derive(file, on)
    for name, value in found.columns.items():
        setattr(file.child, name, value)
    file.status_periods = period_rows(file.child, found.periods)


def one(new: NewChild, key: DataKey, *, by: Post | None, approved: bool, source: str) -> Made:
    """One file as its facts say, not settled yet."""
    values = {name: FIELDS[name].clean(value) for name, value in new.fields.items()}
    child = Child.fresh(id=key.owner, scope_place=new.place, state=State.CURRENT if approved else State.DRAFT, state_since=today(), source=source)
    child.confirmed_on = today() if approved else None
    child.household_id = new.household_id or uuid7()
    number = str(values.get("id_number") or "")
    for name, value in values.items():
        column = FIELDS[name].column
        setattr(child, column, key.seal(name, str(value)) if FIELDS[name].sealed and value else None if FIELDS[name].sealed else value)
    if number:
        child.id_digest, child.registration = digest("id_number", number), "registered"
    file = File(child, key)
    for relative in new.relatives:
        rows.relative(file, relative)
    if new.schooling:
        file.schoolings.append(rows.schooling(child, new.schooling))
    if new.guardianship:
        file.guardianships.append(rows.guardianship(child, new.guardianship, file.entrusted))
    file.residences.append(rows.residence(file, new.residence))
    file.consents = [Consent.fresh(child_id=child.id, scope_place=new.place, kind="statutory", since=today())]
    file.consents += [Consent.fresh(child_id=child.id, scope_place=new.place, kind=kind, given_by=given_by, since=today()) for kind, given_by in new.consents.items()]
    file.categories = [rows.category(child, category, by) for category in new.categories]
    file.reviews = [rows.review(child, "approve", by)] if approved else []
    return Made(file, keys.of_child(child.name, child_id=child.id, id_number=number, phones={phone(each.phone) for each in new.relatives if each.phone}))
