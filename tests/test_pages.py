"""Pages by key, over the rows of a real table."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongxing.ground.pages import cut
from tongxing.places import actions
from tongxing.places.lists import EDITION, Listed, PlaceList
from tongxing.places.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def many(places: object) -> None:
    listed = [Listed(number, 420506001000 + number, f"{number % 7}号村") for number in range(10, 60)]
    actions.apply_list(found=PlaceList("", listed), on=EDITION, complete=False, by=None)


def walk(order: tuple[str, ...], towards: str, start: str | None) -> list[int]:
    """All rows from a key on, page by page in one direction."""
    seen: list[int] = []
    key = start
    for _page in range(10):
        page = cut(Place.objects.filter(level=5), {towards: key} if key else {}, order=order)
        seen = [*seen, *(row.code for row in page.rows)] if towards == "after" else [*(row.code for row in page.rows), *seen]
        key = page.after if towards == "after" else page.before
        if key is None:
            break
    return seen


@pytest.mark.parametrize("order", [("code",), ("-code",), ("short_name", "code"), ("-short_name", "-code"), ("parent__name", "code")])
def test_walking_forth_and_back_shows_every_row_once(order: tuple[str, ...]) -> None:
    whole = [row.code for row in Place.objects.filter(level=5).order_by(*order)]
    assert walk(order, "after", None) == whole
    last = str(whole[-1])
    assert [*walk(order, "before", last), whole[-1]] == whole


def test_the_count_is_exact_and_the_size_is_one_of_three() -> None:
    page = cut(Place.objects.filter(level=5), {"size": "50"}, order=("code",))
    assert (page.count, page.exact, page.size, len(page.rows)) == (52, True, 50, 50)
    assert cut(Place.objects.all(), {"size": "7000"}, order=("code",)).size == 20


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=20), st.text(max_size=20))
def test_any_key_may_stand_in_an_address(after: str, before: str) -> None:
    assert cut(Place.objects.filter(level=5), {"after": after, "before": before}, order=("code",)).rows
