"""The catalogue of help: what the plan names is there, and each measure has a duty that an entry keeps, or says that it has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongxing.ground.toml import DataFileError
from tongxing.protection import measures

TEXT = """[[domain]]
id = "health"
label = "健康"

[[measure]]
id = "counselling"
label = "心理疏导"
domain = "health"
who = "social_worker"
within = "5wd"
event = "help_counselling"
kinds = ["counselling"]
protection = "society"
source = "试验"
"""
FAULTS = [
    ("a typo in a key", TEXT.replace("within", "witin"), r"measures.toml:10: unknown key “measure.witin”"),
    ("an unknown domain", TEXT.replace('domain = "health"', 'domain = "helth"'), r"unknown domain “helth”; the nearest is “health”"),
    ("an unknown giver", TEXT.replace('"social_worker"', '"social_work"'), r"unknown “social_work”; .*“social_worker”"),
    ("an event without a duty", TEXT.replace('"help_counselling"', '"low_mood"'), r"“low_mood”, which opens no dated duty"),
    ("entries that do not keep it", TEXT.replace('["counselling"]', '["home_visit"]'), r"kept by other entries than its duty"),
    ("a protection that is none", TEXT.replace('"society"', '"social"'), r"“society”"),
    ("twice", TEXT + TEXT[TEXT.index("[[measure]]") :], r"measures.toml:16: the measure “counselling” stands twice"),
]


@pytest.mark.parametrize(("what", "text", "message"), FAULTS, ids=[what for what, _text, _message in FAULTS])
def test_a_fault_is_said_with_what_was_meant(tmp_path: Path, what: str, text: str, message: str):
    path = tmp_path / "measures.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=message):
        measures.read(path)


def test_the_catalogue_has_what_the_plan_names():
    assert {"guardianship_guidance", "medical", "counselling", "behaviour_correction", "legal_service", "legal_aid", "benefits"} <= set(measures.measures())


def test_only_what_has_pages_of_its_own_opens_no_duty():
    assert {each.id for each in measures.measures().values() if not each.event} == {"entrustment", "placement", "guardianship_intervention"}
    assert measures.measure("medical").department == "health"
    assert measures.measure("counselling").department == ""


def test_each_of_the_six_protections_has_a_measure():
    assert {each.protection for each in measures.measures().values()} == {"family", "school", "society", "network", "government", "judicial"}
