"""Strict reading of TOML data files into frozen dataclasses.

Policy and code tables are data that officials' offices maintain: a misspelt key must be an error that names file, line and the
nearest known key, never a value silently ignored.
"""

import dataclasses
import difflib
import re
import tomllib
import types
import typing
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_hints = cache(get_type_hints)  # each field's annotation is compiled anew by every call
_SCALARS: Mapping[type, str] = {str: "text", bool: "true or false", int: "a whole number", float: "a number", date: "a date"}


class DataFileError(Exception):
    """A data file says something that its shape does not allow; the message names the file, the line and what was expected."""


class Source:
    """The file being read: knows its text, so that an error can name a line. ``called`` is its name in messages."""

    def __init__(self, path: Path, *, text: str | None = None, called: str = "") -> None:
        self.called = called or path.name
        self.lines = (path.read_text(encoding="utf-8") if text is None else text).splitlines()

    def parse(self) -> dict[str, Any]:
        try:
            return tomllib.loads("\n".join(self.lines))
        except tomllib.TOMLDecodeError as wrong:
            raise DataFileError(f"{self.called}: not valid TOML: {wrong}") from wrong

    def error(self, message: str, token: str = "", *, start: int = 1) -> DataFileError:
        """The error at the first line from ``start`` that holds the token, or at ``start`` itself."""
        pattern = re.compile(rf"(?<![\w-]){re.escape(token)}(?![\w-])") if token else None
        line = next((number for number, text in enumerate(self.lines[start - 1 :], start) if pattern and pattern.search(text)), start if start > 1 else None)
        where = f"{self.called}:{line}" if line else self.called
        return DataFileError(f"{where}: {message}")

    @cached_property
    def _headers(self) -> Mapping[str, list[int]]:
        """By the name of a table array the lines at which its items begin."""
        found: dict[str, list[int]] = defaultdict(list)
        for line, text in enumerate(self.lines, 1):
            head = text.split("#")[0].strip()
            if head.startswith("[[") and head.endswith("]]"):
                found[head[2:-2]].append(line)
        return found

    def table(self, at: str, number: int, *, start: int = 1) -> int:
        """The line of the table array's item of this number, counted from 0 and from line ``start``; ``start`` where it is written in one line."""
        headers = [line for line in self._headers.get(at, ()) if line >= start]
        return headers[number] if number < len(headers) else start


def read[T](path: Path, shape: type[T]) -> T:
    """Return the file's content as ``shape``, a dataclass whose fields are the only keys the file may hold.

    Raises ``DataFileError``.
    """
    source = Source(path)
    return fitted(source, source.parse(), shape)


def fitted[T](source: Source, data: Mapping[str, Any], shape: type[T]) -> T:
    """The parsed content as ``shape``. A field's metadata may name its ``key`` where that is no name in Python (``for``, ``from``).
    A class with ``parse`` (which raises ``ValueError``) is written as text.

    Raises ``DataFileError``.
    """
    return typing.cast("T", _record(source, data, shape, at="", start=1))


def shaped[T](data: Mapping[str, Any], shape: type[T], name: str) -> T:
    """What was kept of a file (its tables as JSON) as ``shape`` again; ``name`` is what an error calls it."""
    return fitted(Source(Path(name), text=""), data, shape)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that most looks like it; empty where none is known."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.0)), "")


def _record(source: Source, data: Mapping[str, Any], shape: type, at: str, start: int) -> object:
    hints = _hints(shape)
    fields = {str(field.metadata.get("key", field.name)): field for field in dataclasses.fields(shape)}
    for key in data:
        if key not in fields:
            raise source.error(f"unknown key “{at}{key}”; the nearest known key is “{at}{nearest(key, fields)}”", key, start=start)
    values: dict[str, object] = {}
    for key, field in fields.items():
        if key in data:
            values[field.name] = _value(source, data[key], hints[field.name], f"{at}{key}", start)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            entry = next((str(value) for value in data.values() if isinstance(value, str)), "")
            raise source.error(f"“{at}{key}” is missing" + (f" at “{entry}”" if entry else ""), entry, start=start)
    try:
        return shape(**values)
    except ValueError as wrong:
        raise source.error(str(wrong), start=start) from wrong


def _value(source: Source, value: Any, kind: Any, at: str, start: int) -> object:
    if isinstance(kind, typing.TypeAliasType):
        kind = kind.__value__
    origin = get_origin(kind)
    if origin is Literal:
        return _choice(source, value, get_args(kind), at, start)
    if origin in (Union, types.UnionType):
        return _either(source, value, [option for option in get_args(kind) if option is not type(None)], at, start)
    if origin in (tuple, frozenset):
        inner = get_args(kind)[0]
        items = []
        for number, item in enumerate(_is(source, value, list, "a list", at, start)):
            items.append(_value(source, item, inner, at, source.table(at, number, start=start) if dataclasses.is_dataclass(inner) else start))
        return tuple(items) if origin is tuple else frozenset(items)
    if isinstance(kind, type) and hasattr(kind, "parse"):
        return _parsed(source, value, kind, at, start)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(source, _is(source, value, dict, "a table", at, start), kind, f"{at}.", start)
    return _scalar(source, value, kind, at, start)


def _either(source: Source, value: Any, options: list[Any], at: str, start: int) -> object:
    fitting = next((option for option in options if type(value) is option), options[0])
    if len(options) > 1 and type(value) is not fitting:
        raise source.error(f"“{at}” must be {' or '.join(_SCALARS.get(option, str(option)) for option in options)}, not “{value}”", at.rpartition(".")[2], start=start)
    return _value(source, value, fitting, at, start)


def _parsed(source: Source, value: Any, kind: Any, at: str, start: int) -> object:
    """A value of a class of its own, which is written as text."""
    text = _is(source, value, str, "text", at, start)
    try:
        return kind.parse(text)
    except ValueError as wrong:
        raise source.error(str(wrong), text, start=start) from wrong


def _scalar(source: Source, value: Any, kind: Any, at: str, start: int) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is kind or (kind is date and isinstance(value, date) and not isinstance(value, datetime)):
        return typing.cast("object", value)
    raise source.error(f"“{at}” must be {_SCALARS.get(kind, kind)}, not “{value}”", at.rpartition(".")[2], start=start)


def _is(source: Source, value: Any, kind: type, called: str, at: str, start: int) -> Any:
    if not isinstance(value, kind):
        raise source.error(f"“{at}” must be {called}", at.rpartition(".")[2], start=start)
    return value


def _choice(source: Source, value: Any, allowed: tuple[Any, ...], at: str, start: int) -> object:
    if value not in allowed:
        near = nearest(str(value), map(str, allowed))
        raise source.error(f"“{at}” may not be “{value}”; the nearest known value is “{near}”", str(value), start=start)
    return typing.cast("object", value)
