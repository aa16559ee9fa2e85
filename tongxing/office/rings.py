"""Where the people around a child sit when the circle is drawn as rings."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

SIZE = 320
CENTRE = SIZE / 2
RADII = (66.0, 124.0)
SEAT = 21.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the circle: its ring (1 is the nearest), what it is for, and who sits there (``None``: vacant)."""

    ring: int
    role: str
    name: str | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    place: Place
    x: float
    y: float

    @property
    def label(self) -> str:
        """The name where it fits into the seat, else its beginning."""
        name = self.place.name or ""
        return name if len(name) <= 3 else f"{name[:2]}…"

    @property
    def role_y(self) -> float:
        return self.y + SEAT + 12


def seats(places: Sequence[Place]) -> list[Seat]:
    """Spread the places of each ring evenly; the second ring starts turned, so that names do not cover each other."""
    found: list[Seat] = []
    for number, radius in enumerate(RADII, start=1):
        ring = [place for place in places if min(place.ring, len(RADII)) == number]
        turn = -90.0 + (180.0 / len(ring) if ring and number == 2 else 0.0)
        for index, place in enumerate(ring):
            angle = radians(turn + 360.0 * index / len(ring))
            found.append(Seat(place, round(CENTRE + radius * cos(angle), 1), round(CENTRE - 6 + radius * sin(angle), 1)))
    return found
