"""Where the people around a child sit when the circle is drawn as rings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import cos, inf, radians, sin

from tongxing.circles import drawing

SEAT = 21.0
NEAREST = 72.0
APART = 58.0  # two rings
CLOSER = 27.0  # more than two: each has few seats, and they are turned away from each other
LABEL = 18.0  # the role under a seat
TURNS = 72


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the circle, with where it is drawn."""

    place: drawing.Seat
    x: float
    y: float

    @property
    def label(self) -> str:
        """The name where it fits into the seat, else its beginning."""
        name = self.place.name or ""
        return name if len(name) <= 3 else f"{name[:2]}…"

    @property
    def role_y(self) -> float:
        return self.y + SEAT + 13


@dataclass(frozen=True, slots=True)
class Drawing:
    """The rings and who sits on them, in a square of ``size``."""

    radii: Sequence[float]
    seats: Sequence[Seat]

    @property
    def size(self) -> float:
        return 2 * (self.radii[-1] + SEAT + LABEL)

    @property
    def centre(self) -> float:
        return self.size / 2

    @property
    def middle(self) -> float:
        return self.centre - LABEL / 2 + 2


def drawn(places: Sequence[drawing.Seat]) -> Drawing:
    """Spread the places of each ring evenly; each ring is turned so that it comes nearest to nobody of the rings within."""
    outermost = max((place.ring for place in places), default=1)
    step = APART if outermost <= 2 else CLOSER
    radii = [NEAREST + step * number for number in range(max(outermost, 2))]
    empty = Drawing(radii, ())
    found: list[Seat] = []
    for number, radius in enumerate(radii, start=1):
        ring = [place for place in places if place.ring == number]
        if ring:
            turned = [_seated(ring, radius, turn, empty) for turn in range(TURNS)]
            found += max(turned, key=partial(_room, others=tuple(found)))
    return Drawing(radii, found)


def _seated(ring: Sequence[drawing.Seat], radius: float, turn: int, on: Drawing) -> list[Seat]:
    angles = [radians(-90.0 + 360.0 * turn / TURNS + 360.0 * index / len(ring)) for index in range(len(ring))]
    return [Seat(place, round(on.centre + radius * cos(angle), 1), round(on.middle + radius * sin(angle), 1)) for place, angle in zip(ring, angles, strict=True)]


def _room(seats: Sequence[Seat], others: Sequence[Seat]) -> float:
    """How far the nearest of the others is, in seats with their labels; 1 and more: they do not touch."""
    width, height = 2 * SEAT + 22, 2 * SEAT + LABEL
    return min((max(abs(one.x - other.x) / width, abs(one.y - other.y) / height) for one in seats for other in others), default=inf)
