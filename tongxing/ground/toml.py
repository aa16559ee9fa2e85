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
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_SCALARS: Mapping[type, str] = {str: "text", bool: "true or false", int: "a whole number", float: "a number", date: "a date"}


class DataFileError(Exception):
    """A data file says something that its shape does not allow; the message names the file, the line and what was expected."""


class _Source:
    """The file being read: knows its text, so that an error can name a line."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines = text.splitlines()

    def error(self, message: str, token: str = "") -> DataFileError:
        pattern = re.compile(rf"(?<![\w-]){re.escape(token)}(?![\w-])") if token else None
        line = next((number for number, text in enumerate(self.lines, 1) if pattern and pattern.search(text)), None)
        where = f"{self.name}:{line}" if line else self.name
        return DataFileError(f"{where}: {message}")


def read[T](path: Path, shape: type[T]) -> T:
    """Return the file's content as ``shape``, a dataclass whose fields are the only keys the file may hold.

    Raises ``DataFileError``.
    """
    source = _Source(path.name, path.read_text(encoding="utf-8"))
    try:
        data = tomllib.loads("\n".join(source.lines))
    except tomllib.TOMLDecodeError as wrong:
        raise DataFileError(f"{path.name}: not valid TOML: {wrong}") from wrong
    return typing.cast("T", _record(source, data, shape, at=""))


def shaped[T](data: Mapping[str, Any], shape: type[T], name: str) -> T:
    """What was kept of a file (its tables as JSON) as ``shape`` again; ``name`` is what an error calls it."""
    return typing.cast("T", _record(_Source(name, ""), data, shape, at=""))


def _record(source: _Source, data: Mapping[str, Any], shape: type, at: str) -> object:
    hints = get_type_hints(shape)
    fields = {field.name: field for field in dataclasses.fields(shape)}
    for key in data:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1, cutoff=0.0)
            raise source.error(f"unknown key “{at}{key}”; the nearest known key is “{at}{near[0]}”", key)
    values: dict[str, object] = {}
    for name, field in fields.items():
        if name in data:
            values[name] = _value(source, data[name], hints[name], f"{at}{name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            entry = next((str(value) for value in data.values() if isinstance(value, str)), "")
            raise source.error(f"“{at}{name}” is missing" + (f" at “{entry}”" if entry else ""), entry)
    try:
        return shape(**values)
    except ValueError as wrong:
        raise source.error(str(wrong)) from wrong


def _value(source: _Source, value: Any, kind: Any, at: str) -> object:
    origin = get_origin(kind)
    if origin is Literal:
        return _choice(source, value, get_args(kind), at)
    if origin in (Union, types.UnionType):
        (inner,) = [option for option in get_args(kind) if option is not type(None)]
        return _value(source, value, inner, at)
    if origin in (tuple, frozenset):
        items = [_value(source, item, get_args(kind)[0], at) for item in _is(source, value, list, "a list", at)]
        return tuple(items) if origin is tuple else frozenset(items)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(source, _is(source, value, dict, "a table", at), kind, f"{at}.")
    return _scalar(source, value, kind, at)


def _scalar(source: _Source, value: Any, kind: Any, at: str) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is kind or (kind is date and isinstance(value, date) and not isinstance(value, datetime)):
        return typing.cast("object", value)
    raise source.error(f"“{at}” must be {_SCALARS.get(kind, kind)}, not “{value}”", at.rpartition(".")[2])


def _is(source: _Source, value: Any, kind: type, called: str, at: str) -> Any:
    if not isinstance(value, kind):
        raise source.error(f"“{at}” must be {called}", at.rpartition(".")[2])
    return value


def _choice(source: _Source, value: Any, allowed: tuple[Any, ...], at: str) -> object:
    if value not in allowed:
        near = difflib.get_close_matches(str(value), [str(choice) for choice in allowed], n=1, cutoff=0.0)
        raise source.error(f"“{at}” may not be “{value}”; the nearest known value is “{near[0]}”", str(value))
    return typing.cast("object", value)
