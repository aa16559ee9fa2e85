"""Checklists say what the sources say, and a file with a fault is refused with what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongxing.ground.toml import DataFileError
from tongxing.protection import branches
from tongxing.protection.branches import Branch
from tongxing.protection.codes import SITUATION

ALL = list(branches.branches().values())
FIVE = ("living_alone", "guardian_failing", "missing", "domestic_violence", "harm")
TEXT = """[branch]
id = "fire"
label = "失火"
hint = "先救人"
source = "试验"

[[step]]
id = "called"
label = "拨打119"
who = "child_director"
within = "5m"
source = "试验"
"""
FAULTS = [
    ("a typo in a key", TEXT.replace("within", "witin"), r"fire.toml:11: unknown key “step.witin”; .*“step.within”"),
    ("an unknown doer", TEXT.replace('"child_director"', '"polise"'), r"fire.toml:10: .*unknown “polise”; .*“police”"),
    ("a step twice", TEXT + TEXT[TEXT.index("[[step]]") :], r"fire.toml:14: the step “called” stands twice"),
    ("a time that is none", TEXT.replace('"5m"', '"5 minutes"'), r"fire.toml:11: “5 minutes” is no length of time"),
    ("something needed that nobody knows", TEXT + 'needs = "examn"\n', r"fire.toml:13: .*“exam”"),
    ("never", TEXT + "times = 0\n", r"fire.toml:13: .*asked 0 times"),
    ("last of its own", TEXT + "last = true\n", r"fire.toml:13: .*put it where it belongs"),
    ("another name than the file's", TEXT.replace('"fire"', '"fir"'), r"fire.toml:2: .*it must be the file's name, “fire”"),
    ("no source", TEXT.replace('within = "5m"\nsource = "试验"\n', ""), r"“step.source” is missing at “called”"),
]


def of(branch: str, **said: object) -> list[str]:
    return [step.id for step in branches.branch(branch) if all(getattr(step, key) == value for key, value in said.items())]


@pytest.mark.parametrize(("what", "text", "message"), FAULTS, ids=[what for what, _text, _message in FAULTS])
def test_a_fault_is_said_with_what_was_meant(tmp_path: Path, what: str, text: str, message: str):
    path = tmp_path / "fire.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=message):
        branches.read(path)


def test_a_step_of_every_emergency_is_not_said_again(tmp_path: Path):
    for name in ("always", "fire"):
        (tmp_path / f"{name}.toml").write_text(TEXT.replace('"fire"', f'"{name}"').replace("[[step]]", "emergency = true\n\n[[step]]", 1), encoding="utf-8")
    with pytest.raises(DataFileError, match="“called” is a step of every emergency already"):
        branches.read_all(tmp_path)


def test_every_situation_has_its_checklist_and_every_checklist_its_situation():
    assert {each.branch for each in SITUATION if each.branch} == set(branches.branches())
    assert {each.value for each in SITUATION if each.police and not each.branch} == set()


@pytest.mark.parametrize("name", FIVE)
def test_every_emergency_begins_with_the_police_and_ends_with_word_to_the_township(name: str):
    branch = branches.branch(name)
    assert branch.emergency
    assert branch.steps[0].id == "police_came"
    assert branch.steps[-1].id == "township_notified"
    assert branch["township_notified"].required
    assert of(name, needs="exam") == ["examined"]
    assert of(name, needs="evidence") == ["evidence"]


def test_living_alone_parents_are_summoned_and_admonished_and_a_guardian_named():
    assert [each for each in of("living_alone", required=True) if each in ("parents_summoned", "parents_admonished", "guardian_named")] == [
        "parents_summoned",
        "parents_admonished",
        "guardian_named",
    ]
    assert of("living_alone", needs="placement") == of("guardian_failing", needs="placement") == ["placed"]
    assert branches.branch("living_alone")["placed"].note


def test_the_other_branches_have_what_the_plan_asks():
    assert branches.branch("missing")["searched"].who == "police"
    assert of("domestic_violence", needs="placement") == ["placed"]
    assert {"stopped", "case_filed"} <= set(of("domestic_violence", who="police", required=True))
    assert {"stopped", "protected"} <= set(of("harm"))


def test_a_street_child_is_matched_found_a_family_and_escorted():
    assert [each for each in of("street", required=True) if each in ("queried", "matched", "family_found", "escorted", "handed_over")] == [
        "queried",
        "matched",
        "family_found",
        "escorted",
        "handed_over",
    ]
    assert {"treated", "counselled", "legal_aid"} <= set(of("street"))


def test_a_dropout_is_persuaded_several_times_then_reported_in_writing():
    steps = of("dropout")
    assert branches.branch("dropout")["persuaded"].times == 3
    assert steps.index("persuaded") < steps.index("reported") < steps.index("legal_measures") < steps.index("returned")
    assert of("dropout", needs="letter") == ["reported"]


@pytest.mark.parametrize("branch", ALL, ids=lambda each: each.id)
def test_what_is_not_always_asked_says_when_it_is(branch: Branch):
    for step in branch:
        assert step.source
        assert not (step.required and step.note), f"{step.id}: asked always, or only sometimes?"


def test_an_unknown_step_names_its_branch():
    with pytest.raises(KeyError, match="'rescue' is no step of the branch missing"):
        branches.branch("missing")["rescue"]
