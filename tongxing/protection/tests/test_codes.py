"""What is reported, and how cases end: the lists hold together with the care models."""

from __future__ import annotations

import pytest

from tongxing.caremodels.loading import library
from tongxing.protection import codes
from tongxing.protection.codes import SITUATION, Situation

EVENTS = {event.id: event for event in library().models["national"].events}
CHAINS = library().models["national"].chains


@pytest.mark.parametrize("situation", SITUATION, ids=lambda each: each.value)
def test_a_situation_is_an_event_of_the_national_model_with_a_chain(situation: Situation):
    if not situation.event:
        assert situation.kind == "judicial"
        return
    assert EVENTS[situation.event].urgent == situation.urgent
    assert [chain.id for chain in CHAINS if situation.event in chain.events] == ["mandatory" if situation.police else "concern"]


@pytest.mark.parametrize("situation", SITUATION, ids=lambda each: each.value)
def test_every_situation_says_who_says_so_and_what_it_means(situation: Situation):
    assert situation.source
    assert situation.hint
    assert situation.urgent or not situation.police


def test_the_list_has_plan_eights_five_and_the_opinions_nine():
    assert {"living_alone", "missing", "guardian_failing", "domestic_violence", "harm"} <= set(SITUATION.values())
    for number in "一二三四五六七八九":
        assert [each.value for each in SITUATION if f"第四条第（{number}）项" in each.source], number


def test_the_list_has_what_first_informants_report():
    assert {"missing", "abducted", "dropout", "psyche", "low_mood", "behaviour"} <= set(SITUATION.values())


def test_who_must_report_is_told_from_who_may():
    obliged = codes.WHO_REPORTED.where(lambda each: each.obliged)
    assert {"school", "hospital", "village", "social_work", "rescue_station", "welfare_home"} <= obliged
    assert not {"child", "family", "neighbour", "unknown"} & obliged


def test_at_most_eight_buttons_the_urgent_ones_first():
    first = [each for each in SITUATION if each.first]
    assert len(first) <= 8
    assert list(SITUATION)[: len(first)] == first
    assert [each.urgent for each in first] == sorted((each.urgent for each in first), reverse=True)


@pytest.mark.parametrize("kind", codes.KIND.values())
def test_every_kind_of_case_can_end_well_and_otherwise(kind: str):
    found = codes.outcomes(kind)
    assert any(each.good for each in found)
    assert any(not each.good for each in found)
    assert {"referred", "moved_away", "died"} <= {each.value for each in found}
