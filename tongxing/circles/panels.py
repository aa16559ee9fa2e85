"""The circle on a child's file."""

from __future__ import annotations

from dataclasses import replace

from tongxing.children.file import holds
from tongxing.children.models import Category
from tongxing.children.page.panels import Panel
from tongxing.children.page.reader import Reader
from tongxing.circles import rules
from tongxing.circles.drawing import Circle, Viewer, circle
from tongxing.ground.today import today


def owed(reader: Reader) -> bool:
    """Whether a circle is to stand around the child of a file (`queries.to_care_for`)."""
    on, child = today(), reader.child
    standing = any(rules.within(since, until, on) for since, until in ((child.left_behind_since, child.left_behind_until), (child.unsupported_since, child.unsupported_until)))
    confirmed = any(row.state == Category.State.CONFIRMED and holds(row, on) for row in reader.file.categories)
    return rules.owed(current=child.state == "current", standing=standing, confirmed=confirmed)


def load(reader: Reader) -> Circle:
    """Names and vacancies alone: telephones and loads are on the circle's own page."""
    viewer = Viewer(reader.post, today())
    found = circle(reader.child, owed=owed(reader), viewer=viewer, detailed=False)
    return replace(found, initial=reader.name(reader.child.name)[:1])


CIRCLE = Panel(template="circles/panel.html", load=load, column="main", order=10)
