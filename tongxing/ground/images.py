"""Rows as plain values before and after an act, so that the act can be taken back where nobody has changed them since.

An image is a row's columns as JSON can keep them (bytes in hex). A ``Change`` is what became of one row; of a row that was
there before and after, it keeps the columns that differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, models, transaction

type Plain = str | int | bool | list[Plain] | dict[str, Plain] | None
type Image = dict[str, Plain]
type Images = dict[tuple[str, str], Image]  # part and primary key → image


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one row: ``before`` None: made; ``after`` None: removed; else the columns that differ."""

    part: str
    pk: str
    before: Image | None
    after: Image | None

    def as_data(self) -> list[object]:
        return [self.part, self.pk, self.before, self.after]

    @classmethod
    def from_data(cls, data: list[object]) -> Change:
        part, pk, before, after = data
        return cls(str(part), str(pk), before, after)  # type: ignore[arg-type]


def image(row: models.Model, without: Collection[str] = ()) -> Image:
    """A row's columns but for these."""
    return {column.attname: _plain(getattr(row, column.attname)) for column in row._meta.concrete_fields if column.attname not in without}  # noqa: SLF001


def changes(before: Images, after: Images) -> list[Change]:
    """Every row that is not as it was."""
    found = []
    for part, pk in dict.fromkeys((*before, *after)):
        old, new = before.get((part, pk)), after.get((part, pk))
        if old is None or new is None:
            found.append(Change(part, pk, old, new))
        elif differing := [name for name in new if new[name] != old[name]]:
            found.append(Change(part, pk, {name: old[name] for name in differing}, {name: new[name] for name in differing}))
    return found


def differs(row: models.Model, known: Mapping[str, Plain]) -> list[str]:
    """The columns in which a row is not as it was known."""
    return [name for name, value in known.items() if _plain(getattr(row, name)) != value]


def restore(row: models.Model, columns: Mapping[str, Plain]) -> None:
    """Give a row these values, in memory."""
    for name, value in columns.items():
        setattr(row, name, _python(_field(row, name), value))


def made(model: type[models.Model], columns: Mapping[str, Plain]) -> models.Model:
    """A row as its image has it, in memory."""
    row = model()
    restore(row, columns)
    return row


def by_value(change: Change, together: Mapping[str, str] | None = None) -> list[Change]:
    """A change of several columns as changes of one. A sealed value and the digest that finds it are one; so are ``together`` (column → with which)."""
    old, new = change.before, change.after
    if old is None or new is None:
        return [change]
    values: dict[str, list[str]] = {}
    for name in new:
        value = (together or {}).get(name, name)
        values.setdefault(value.removesuffix("_sealed").removesuffix("_digest").replace("id_number", "id"), []).append(name)
    return [Change(change.part, change.pk, {name: old[name] for name in names}, {name: new[name] for name in names}) for names in values.values()]


def take_back(model: type[models.Model], found: Iterable[Change], *, fixed: Mapping[str, object] | None = None) -> bool:
    """Undo these changes of one table together, if all rows are as the changes left them; False, and nothing is written, if not.

    ``fixed`` are columns that a row which comes back gets as they are today, such as the place it has moved to.
    """
    rows = model._base_manager  # noqa: SLF001
    changed = list(found)
    held = {str(row.pk): row for row in rows.filter(pk__in=[each.pk for each in changed])}
    for each in changed:
        row = held.get(each.pk)
        if (each.after is None) != (row is None) or (row is not None and each.after is not None and differs(row, each.after)):
            return False
    try:
        with transaction.atomic():
            rows.filter(pk__in=[each.pk for each in changed if each.before is None]).delete()
            for each in changed:
                if each.before is not None and each.after is not None:
                    restore(held[each.pk], each.before)
                    held[each.pk].save(update_fields=list(each.before))
            for each in changed:
                if each.after is None and each.before is not None:
                    row = made(model, each.before)
                    for name, value in (fixed or {}).items():
                        setattr(row, name, value)
                    row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _plain(value: object) -> Plain:
    match value:
        case None | bool() | int() | str():
            return value
        case bytes() | memoryview():
            return bytes(value).hex()
        case date():  # a datetime is a date
            return value.isoformat()
        case UUID():
            return str(value)
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {str(name): _plain(each) for name, each in value.items()}
        case _:
            raise TypeError(f"no image of {type(value).__name__}")


def _python(field: models.Field[object, object], value: Plain) -> object:
    if value is None or isinstance(field, models.JSONField):
        return value
    return bytes.fromhex(str(value)) if isinstance(field, models.BinaryField) else field.to_python(value)


def _field(row: models.Model, name: str) -> models.Field[object, object]:
    return next(column for column in row._meta.concrete_fields if column.attname == name)  # noqa: SLF001
