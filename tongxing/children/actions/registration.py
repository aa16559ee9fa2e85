"""A child comes onto the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import checks, derive, history
from tongxing.children.actions import rows
from tongxing.children.actions.writing import key_rows, period_rows
from tongxing.children.errors import FieldErrors
from tongxing.children.fields import FIELDS
from tongxing.children.file import File
from tongxing.children.finding import keys
from tongxing.children.models import Category, Child, Consent, Review, SearchKey, State
from tongxing.children.new import NewChild
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey, digest
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.journal import actions as journal

CHUNK = 500


@dataclass
class Made:
    """The rows of one new file, before they are written."""

    file: File
    review: Review | None = None
    keys: list[SearchKey] = field(default_factory=list)


def register(*, new: NewChild, by: Post | None, approved: bool = False, source: str = "") -> Child:
    """Open a file as a draft; ``approved`` puts it on the register at once, for posts that may approve.

    Raises ``FieldErrors`` with a sentence per wrong value; nothing is written then.
    """
    return register_many(new=[new], by=by, approved=approved, source=source)[0]


@transaction.atomic
def register_many(*, new: Sequence[NewChild], by: Post | None, approved: bool = False, source: str = "") -> list[Child]:
    """Open many files with a handful of statements. The first wrong one raises ``FieldErrors``, and nothing is written."""
    for each in new:
        if errors := checks.new_child(each):
            raise FieldErrors(errors)
    _refuse_taken(new)
    ids = [each.id or uuid7() for each in new]
    keys = crypto.make_keys(ids)
    made = [_make(each, keys[child_id], by=by, approved=approved, source=source) for each, child_id in zip(new, ids, strict=True)]
    _write(made)
    journal.record_many(
        by=by,
        acts=[
            {
                "verb": "registered",
                "subject_kind": "child",
                "subject_id": each.file.child.id,
                "child_id": each.file.child.id,
                "place": each.file.child.scope_place,
                "diff": _first(each.file),
            }
            for each in made
        ],
    )
    return [each.file.child for each in made]


def _first(file: File) -> dict[str, list[object]]:
    """What the journal says of a file when it is opened."""
    child, key = file.child, file.key
    assert key
    return {"name": [None, history.sealed(key, "name", child.name)], "born": [None, history.sealed(key, "born", child.born)], "state": [None, child.state], "version": [0, 1]}


def taken(numbers: Sequence[str]) -> set[str]:
    """Those of the id numbers for which a file exists anywhere, also outside the scope: one child, one file."""
    by_digest = {digest("id_number", number): number for number in numbers if number}
    with connection.cursor() as cursor:
        cursor.execute("SELECT child_ids_taken(%s)", [list(by_digest)])
        return {by_digest[found] for found in cursor.fetchone()[0]}


def _refuse_taken(new: Sequence[NewChild]) -> None:
    numbers = [str(number) for each in new if (number := FIELDS["id_number"].clean(each.fields.get("id_number")))]
    if len(numbers) != len(set(numbers)) or taken(numbers):
        raise FieldErrors({"id_number": _("这个身份证号已有档案：一人一档。请查找该档案；不在本地的，请联系县民政局办理转移。")})


def _make(new: NewChild, key: DataKey, *, by: Post | None, approved: bool, source: str) -> Made:
    values = {name: FIELDS[name].clean(value) for name, value in new.fields.items()}
    child = Child(id=key.owner, scope_place=new.place, state=State.CURRENT if approved else State.DRAFT, state_since=today(), source=source)
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
    file.consents = [Consent(child=child, scope_place=new.place, kind="statutory", since=today())]
    file.consents += [Consent(child=child, scope_place=new.place, kind=kind, given_by=given_by, since=today()) for kind, given_by in new.consents.items()]
    file.categories = [rows.category(child, category, by) for category in new.categories]
    found = derive.derive(file, today())
    for name, value in found.columns.items():
        setattr(child, name, value)
    file.status_periods = period_rows(child, found.periods)
    return Made(file, rows.review(child, "approve", by) if approved else None, key_rows(file))


def _write(made: Sequence[Made]) -> None:
    files = [each.file for each in made]
    _create(Child, [file.child for file in files])
    for name in ("relatives", "circumstances", "absences", "guardianships", "schoolings", "residences", "consents", "status_periods"):
        found = [row for file in files for row in getattr(file, name)]
        if found:
            _create(type(found[0]), found)
    _create(Category, [row for file in files for row in file.categories])
    _create(Review, [each.review for each in made if each.review])
    _create(SearchKey, [key for each in made for key in each.keys])


def _create[Model: models.Model](model: type[Model], found: Sequence[Model]) -> None:
    if found:
        model.unscoped.bulk_create(found, batch_size=CHUNK)  # type: ignore[attr-defined]


def likely_duplicates(new: NewChild, *, limit: int = 5) -> list[Child]:
    """Files of the scope with the same name and birth date, or the same id number: to be looked at before a second file is opened."""
    key = keys.by_name(str(new.fields.get("name") or ""))
    born = new.fields.get("born")
    if not isinstance(born, date):
        return []
    same = Child.objects.filter(born=born, pk__in=SearchKey.objects.filter(key=key).values("child_id"))
    return list(same.exclude(state=State.ENDED)[:limit])
