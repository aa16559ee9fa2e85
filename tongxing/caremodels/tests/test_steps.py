"""How long a case may stay in a state: what files may say, what holds at a place, and how it is said."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.people import COUNTY, VILLAGE
from tongxing.accounts.models import Post
from tongxing.caremodels import actions, differing, explaining, queries
from tongxing.caremodels.loading import Draft, library
from tongxing.caremodels.shapes import Lapse, Step
from tongxing.caremodels.tests.test_loading import BASE, faults
from tongxing.ground.today import today
from tongxing.places.models import Place

STEP = '\n[[step]]\nid = "intake"\nstate = "reported"\nevents = ["ill"]\nwithin = "30m"\nescalate = [{ after = "0m", to = "county" }]\nsource = "试验"\n'
POLICE = '\n[[role]]\nid = "police"\nname = "公安"\nkind = "outside"\ndepartment = "police"\nsource = "试验"\n'
ANYONE = '\n[[role]]\nid = "who"\nname = "谁"\nkind = "anyone"\nsource = "试验"\n'
CHAIN = '\n[[chain]]\nid = "up"\nname = "上报"\nevents = ["ill"]\nlinks = [{ sender = "child_director", to = ["who"], within = "1h" }]\nsource = "试验"\n'
CASES = [
    ("a state that no case has", STEP.replace('"reported"', '"reportd"'), r"unknown state “reportd”; .*“reported”"),
    ("an unknown event", STEP.replace('"ill"', '"il"'), r"unknown event “il”; .*“ill”"),
    ("no time at all", STEP.replace('"30m"', '"0m"'), r"the step “intake” gives no time at all"),
    (
        "the higher before the lower",
        STEP.replace('[{ after = "0m", to = "county" }]', '[{ after = "2h", to = "county" }, { after = "0m", to = "city" }]'),
        r"escalates to “city” before",
    ),
    ("the same step twice", STEP + STEP, r"the step “intake” holds twice"),
    ("a parameter that is not declared", STEP.replace('"30m"', '"$soon"'), r"unknown parameter “\$soon”"),
    ("a key that is none", STEP.replace("within", "withn"), r"unknown key “step.withn”; .*“step.within”"),
    ("a department that is none", POLICE.replace('department = "police"', 'department = "polce"'), r"unknown department “polce”; .*“police”"),
    ("a department of one who works here", POLICE.replace('"outside"', '"family"'), r"names a department, but its kind is “family”"),
    ("a chain that tells anyone", ANYONE + CHAIN, r"tells “who”, whom nobody can find"),
]


def make(within: str, state: str = "reported", *events: str) -> Step:
    return Step(id="any", state=state, events=events, within=Lapse.parse(within), source="试验", since=date(2020, 1, 1))


@pytest.mark.parametrize(("what", "text", "message"), CASES, ids=[what for what, _text, _message in CASES])
def test_a_fault_is_said_with_what_was_meant(tmp_path: Path, what: str, text: str, message: str):
    (fault,) = faults(tmp_path, base=BASE + text)
    assert re.search(message, fault), fault


def test_what_is_right_is_read(tmp_path: Path):
    assert not faults(tmp_path, base=BASE + STEP + POLICE)


def test_a_step_covers_what_is_narrower_and_no_stricter():
    assert make("30m").covers(make("1h", "reported", "missing"))
    assert not make("30m", "reported", "missing").covers(make("1h"))
    assert not make("2h").covers(make("1h", "reported", "missing"))
    assert not make("30m", "received").covers(make("1h"))


@pytest.mark.parametrize("state", ["reported", "received", "emergency", "assessed", "planned", "following", "doubted"])
@pytest.mark.parametrize("event", ["missing", "dropout", "outstanding_issue"])
@pytest.mark.django_db
def test_the_law_leaves_no_state_without_a_clock(places: dict[int, Place], state: str, event: str):
    assert queries.step(VILLAGE, today(), state, event)


@pytest.mark.django_db
def test_an_urgent_report_is_taken_in_within_minutes_another_within_a_working_day(places: dict[int, Place]):
    assert {event: str(found.within) for event in ("missing", "dropout") if (found := queries.step(VILLAGE, today(), "reported", event))} == {"missing": "30m", "dropout": "1wd"}


@pytest.mark.django_db
def test_what_a_county_sets_for_itself_holds_there_instead(places: dict[int, Place], officer: Post):
    given = {"followup_per": "month", "entrusted_per": "month", "report_per": "month", "guidance_per": "month"}
    actions.adopt(place=COUNTY, model="national", parameters={**given, "intake_urgent_within": "1h", "told_within": "10m"}, since=today(), by=officer)
    found = queries.step(VILLAGE, today(), "reported", "missing")
    assert found
    assert str(found.within) == "1h"
    (chain,) = [chain for chain in queries.chains(VILLAGE, today()) if chain.id == "mandatory"]
    assert {str(link.within) for link in chain.links} == {"10m"}


def test_a_step_is_said_in_a_sentence():
    said = explaining.sentences(library().draft("national"))
    assert any(sentence.startswith("个案（脱离监护单独居住、疑似失踪") and "在“待受理”：不超过30分钟；一逾期，提醒县级；逾期超过2小时，提醒市级" in sentence for sentence in said)


def test_a_change_of_a_step_shows_in_the_difference():
    old = library().draft("national")
    new = Draft(old.text.replace('after = "4h", to = "city"', 'after = "6h", to = "city"'), "national/model.toml")
    before, after = differing.sentences(old, new)
    assert "逾期超过4小时，提醒市级" in before
    assert "逾期超过6小时，提醒市级" in after
