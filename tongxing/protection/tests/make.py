"""Reports and cases for tests, made by the actions."""

from __future__ import annotations

from typing import Any

from tests.people import COUNTY, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.places.models import Place
from tongxing.protection import actions
from tongxing.protection.models import Case, Hop, Report
from tongxing.units import actions as units


def make_report(*, by: Post | None = None, situation: str = "missing", place: int = VILLAGE, channel: str = "office", **more: Any) -> Report:
    """A report that was heard."""
    return actions.report(new=actions.NewReport(**{"id": uuid7(), "channel": channel, "situation": situation, "place": place, **more}), by=by)


def make_police(place: int = COUNTY) -> Post:
    """The contact of the county's police."""
    return make_contact("police", "夷陵区公安局", place)


def make_contact(department: str, name: str, place: int = COUNTY) -> Post:
    """The contact of a department."""
    units.add_unit(kind="department", name=name, place=Place.objects.get(pk=place), department=department, by=None)
    return make_post("department", place, name=f"{name}联络员", unit_name=name)


def case_of(report: Report) -> Case:
    """The case of a report as it is now."""
    with scope.whole_country(why="a test looks at everything"):
        return Case.objects.get(pk=report.case_id)


def hops_of(report: Report) -> list[Hop]:
    with scope.whole_country(why="a test looks at everything"):
        return list(Hop.objects.filter(report=report).select_related("post").order_by("told_at", "link", "role"))
