"""The code tables of letters: needs and whose they are, departments and their days, how things come in and go back, programmes, hazards."""

from dataclasses import dataclass
from pathlib import Path

from tongxing.children import codes as children
from tongxing.ground.codes import Code, Table, read
from tongxing.ground.toml import DataFileError
from tongxing.units.codes import DEPARTMENT

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedKind(Code):
    """Something that a department can do for a child. ``when``: what in a file suggests it, one of them is enough (``letters.suggesting``).

    ``ages``: from which age (years) until which age (excluded) a file suggests it; by hand it may be written down at any.
    """

    department: str
    when: tuple[str, ...] = ()
    ages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee(Code):
    """A department that letters go to, and within how many working days it answers where the letter says nothing else."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Code):
    """How a matter came in. ``outer``: it carries a number of whoever sent it."""

    outer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme(Code):
    """A network or campaign that counties run."""

    kind: str  # network, campaign


NEED = read(_HERE / "need.toml", NeedKind)
ADDRESSEE = read(_HERE / "addressee.toml", Addressee)
OUTCOME = read(_HERE / "outcome.toml", Code)
NEED_END = read(_HERE / "need_end.toml", Code)
CHANNEL = read(_HERE / "channel.toml", Channel)
TOLD_BY = read(_HERE / "told_by.toml", Code)
PROGRAMME = read(_HERE / "programme.toml", Programme)
HAZARD = read(_HERE / "hazard.toml", Code)

RESTRICTED = frozenset(f"{scheme}.{kind}" for scheme, each in children.SCHEMES.items() for kind in each.restricted)


def _check() -> None:
    """Raises ``DataFileError`` where a need names what nobody is, or would tell a department of a restricted category."""
    for need in NEED:
        if need.department not in ADDRESSEE or need.department not in DEPARTMENT:
            raise DataFileError(f"need.toml: “{need.value}” names the department “{need.department}”, which is no addressee")
        for word in need.when:
            if word.startswith("category:") and word.removeprefix("category:") in RESTRICTED:
                raise DataFileError(f"need.toml: “{need.value}” would show who is in the restricted category “{word}”")


_check()


def needs_of(department: str) -> Table[NeedKind]:
    """What a department can be asked for."""
    return Table(NEED.about, tuple(need for need in NEED if need.department == department))
