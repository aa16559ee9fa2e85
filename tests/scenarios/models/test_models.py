"""Every scenario beside a model, played with the real actions: adopted by the county, opened by the tick, kept by entries."""

from __future__ import annotations

from datetime import date

import pytest

from tests.scenarios.models.script import Act, Case, Check, cases
from tests.scenarios.models.stage import Stage
from tongxing.caremodels.loading import library
from tongxing.places.models import Place

CASES = list(cases())


@pytest.mark.django_db
@pytest.mark.parametrize("case", [pytest.param(case, id=case.id, marks=[pytest.mark.req(*case.scenario.rows)] if case.scenario.rows else []) for case in CASES])
def test_it_is_as_the_official_says(case: Case, places: dict[int, Place]):
    stage = Stage(case)
    steps: list[tuple[date, int, Act | Check]] = [(act.on, 0, act) for act in case.scenario.when]
    steps += [(check.on or case.scenario.begins, 1, check) for check in case.scenario.then]
    for _on, _after, step in sorted(steps, key=lambda each: each[:2]):
        stage.play(step)


def test_every_model_has_scenarios():
    assert {case.model for case in CASES} == set(library())
