"""Column catalogues of Excel lists, read from TOML beside the domain whose list it is: ``catalogues.read(path, tables)``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from tongxing.ground import toml
from tongxing.ground.codes import Table
from tongxing.ledgers.catalogue import Catalogue, Choice, Column, Group, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    id: str
    title: str  # Chinese, on top of the template
    keys: tuple[str, ...]
    source: str
    note: str = ""
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    value: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column as the file has it; ``ledgers.catalogue.Column`` says what the keys mean. ``codes`` names a code table.

    ``groups``: the same column for several groups, its key behind theirs (``father_phone``); ``{group}`` in ``also`` stands
    for each of the group's names. Neighbours with the same groups come group by group.
    """

    key: str
    heading: str
    kind: Literal["text", "name", "date", "id_number", "phone", "code", "codes", "number", "yes_no", "place"] = "text"
    codes: str = ""
    choices: tuple[_Choice, ...] = ()
    group: str = ""
    groups: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    required: bool = False
    secret: bool = False
    width: int = 12
    help: str = ""
    example: str = ""
    longest: int = 200
    least: int | None = None
    most: int | None = None
    whole: bool = False
    past: bool = False
    precision: Literal["day", "month", "year"] = "day"
    source: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    list: _Head
    column: tuple[_Column, ...]
    group: tuple[Group, ...] = ()


def read(path: Path, tables: Mapping[str, Table[Any]]) -> Catalogue:
    """The catalogue of one list: ``[list]``, ``[[group]]`` and ``[[column]]``. ``tables`` are the code tables it may name.

    Raises ``toml.DataFileError`` for whatever does not fit, with file, line and the nearest known key.
    """
    file = toml.read(path, _File)
    head = file.list
    try:
        return Catalogue(
            id=head.id,
            title=head.title,
            note=head.note,
            source=head.source,
            keys=head.keys,
            ignored=head.ignored,
            groups=file.group,
            columns=tuple(_column(path, column, tables) for column in _expanded(file)),
        )
    except ValueError as wrong:
        raise toml.DataFileError(f"{path.name}: {wrong}") from wrong


def _expanded(file: _File) -> Iterator[_Column]:
    names = {group.id: (group.heading, *group.aliases) for group in file.group}
    for groups, members in groupby(file.column, key=lambda column: column.groups):
        block = list(members)
        if not groups:
            yield from block
        for group in groups:
            for column in block:
                also = tuple(each.replace("{group}", name) for each in column.also for name in names.get(group, ()))
                yield replace(column, key=f"{group}_{column.key}", group=group, groups=(), also=also)


def _column(path: Path, column: _Column, tables: Mapping[str, Table[Any]]) -> Column:
    choices = tuple(Choice(each.value, each.label, each.aliases) for each in column.choices)
    if column.codes:
        if column.codes not in tables:
            raise toml.DataFileError(f"{path.name}: column “{column.key}” names the code table “{column.codes}”; known are {', '.join(sorted(tables))}")
        choices = tuple(Choice(code.value, code.label, code.aliases) for code in tables[column.codes])
    return Column(
        key=column.key,
        heading=column.heading,
        kind=Kind(column.kind),
        group=column.group,
        aliases=column.aliases,
        also=column.also,
        required=column.required,
        choices=choices,
        secret=column.secret,
        width=column.width,
        help=column.help,
        example=column.example,
        longest=column.longest,
        least=column.least,
        most=column.most,
        whole=column.whole,
        past=column.past,
        precision=column.precision,
        source=column.source,
    )
