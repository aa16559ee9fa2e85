"""Any county adopts any model of the sources, wholly or in part, side by side with others."""

from __future__ import annotations

from datetime import date

import pytest

from tests.people import COUNTY, VILLAGE
from tests.scenarios.models.script import cases
from tongxing.accounts.models import Post
from tongxing.caremodels import actions, queries
from tongxing.caremodels.loading import library
from tongxing.circles.tests.make import left_behind
from tongxing.duties.models import Rule
from tongxing.duties.tests.make import opened, rows
from tongxing.ground.today import today
from tongxing.places.models import Place

pytestmark = pytest.mark.django_db
GIVEN = {case.model: {each.id: each.value for each in case.given.parameters} for case in cases()}


@pytest.mark.req("HB-2a", "HB-2c")
def test_a_county_adopts_every_model_and_all_hold_side_by_side(places: dict[int, Place], officer: Post):
    for name in library():
        actions.adopt(place=COUNTY, model=name, parameters=GIVEN[name], since=today(), by=officer)
    asked = {(rule.model, rule.duty.id) for rule in queries.rules(VILLAGE, VILLAGE, today())}
    assert asked == {(model.id, duty.id) for model in library().models.values() for duty in model.duties if not duty.asked_by}


@pytest.mark.req("HB-2b")
@pytest.mark.parametrize("name", [name for name in library() if library().draft(name).parts])
def test_each_part_of_a_model_stands_alone(places: dict[int, Place], officer: Post, name: str):
    draft = library().draft(name)
    for part in draft.parts:
        wanted = {each.id for each in draft.parameters if each.part in ("", part.id)}
        adoption = actions.adopt(
            place=COUNTY, model=name, parts=[part.id], parameters={each: value for each, value in GIVEN[name].items() if each in wanted}, since=today(), by=officer
        )
        asked = {rule.duty.part for rule in queries.rules(VILLAGE, VILLAGE, today()) if rule.model == name}
        assert asked <= {"", part.id}
        actions.end_adoption(adoption=adoption, on=today(), reason="换成另一部分", by=officer)


@pytest.mark.req("HB-2c")
def test_what_two_models_promise_alike_is_one_promise(places: dict[int, Place], officer: Post):
    """Liangzihu asks the child director's home visit every month, Hunan regularly: one promise, kept by one visit."""
    for name in ("liangzihu", "hunan"):
        actions.adopt(place=COUNTY, model=name, parameters=GIVEN[name], since=today(), by=officer)
    visits = [rule for rule in queries.rules(VILLAGE, VILLAGE, today()) if rule.duty.obligation == "director_home_visit"]
    assert {rule.model for rule in visits} == {"liangzihu", "hunan"}
    child = left_behind()
    opened(date(today().year + 1, 1, 1))
    numbers = list(Rule.objects.filter(obligation="director_home_visit").values_list("id", flat=True))
    assert len(rows(subject_id=child.id, rule_id__in=numbers)) == 1
