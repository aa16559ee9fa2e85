"""What a staged row says, as sealed JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from tongxing.crypto.sealed import DataKey
from tongxing.ledgers.catalogue import Catalogue, Kind
from tongxing.ledgers.cells import Value
from tongxing.ledgers.kinds import Candidate, Difference
from tongxing.ledgers.layout import Cell
from tongxing.ledgers.problems import Problem


@dataclass(frozen=True, slots=True)
class Payload:
    """``cells`` (the row as it was sent) are kept only where somebody may have to mend it.

    ``kept`` says why not all of it could be taken back.
    """

    values: Mapping[str, Value]
    cells: Sequence[Cell] = ()
    problems: Sequence[Problem] = ()
    differences: Sequence[Difference] = ()
    candidates: Sequence[Candidate] = ()
    notes: Sequence[Problem] = ()
    kept: Sequence[Problem] = ()


def seal(key: DataKey, number: int, payload: Payload) -> bytes:
    content = {
        "v": {name: _plain(value) for name, value in payload.values.items()},
        "c": list(payload.cells),
        "p": [problem.as_data() for problem in payload.problems],
        "d": [[each.column, each.old, each.new] for each in payload.differences],
        "n": [note.as_data() for note in payload.notes],
        "k": [problem.as_data() for problem in payload.kept],
        "m": [[str(each.id), each.label, each.why] for each in payload.candidates],
    }
    text = json.dumps({name: part for name, part in content.items() if part}, ensure_ascii=False, separators=(",", ":"))
    return key.seal(f"row:{number}", text)


def unseal(key: DataKey, number: int, sealed: bytes | memoryview, catalogue: Catalogue) -> Payload:
    content = json.loads(key.open(f"row:{number}", sealed))
    return Payload(
        values={name: _value(catalogue.by_key[name].kind, value) for name, value in content.get("v", {}).items()},
        cells=content.get("c", ()),
        problems=tuple(Problem.from_data(number, data) for data in content.get("p", ())),
        differences=tuple(Difference(*data) for data in content.get("d", ())),
        candidates=tuple(Candidate(UUID(each), label, why) for each, label, why in content.get("m", ())),
        notes=tuple(Problem.from_data(number, data) for data in content.get("n", ())),
        kept=tuple(Problem.from_data(number, data) for data in content.get("k", ())),
    )


def seal_trace(key: DataKey, number: int, trace: object) -> bytes:
    """What a kind needs to take the row back."""
    return key.seal(f"trace:{number}", json.dumps(trace, ensure_ascii=False, separators=(",", ":")))


def unseal_trace(key: DataKey, number: int, sealed: bytes | memoryview | None) -> object:
    return json.loads(key.open(f"trace:{number}", sealed)) if sealed else None


def _plain(value: Value) -> object:
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case tuple():
            return list(value)
        case _:
            return value


def _value(kind: Kind, plain: object) -> Value:
    match kind, plain:
        case Kind.DATE, str():
            return date.fromisoformat(plain)
        case Kind.NUMBER, str():
            return Decimal(plain)
        case Kind.CODES, list():
            return tuple(map(str, plain))
        case _, str() | bool() | int():
            return plain
        case _:
            raise TypeError(f"a staged value of kind {kind} cannot be {type(plain).__name__}")
