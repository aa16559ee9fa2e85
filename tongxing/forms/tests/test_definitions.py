"""The forms' files: strict, whole, and each answerable."""

from __future__ import annotations

import pytest

from tongxing.forms import loading
from tongxing.ground.folders import ROOT
from tongxing.ground.toml import DataFileError

KIND = """
[form]
id = "kind"
label = "工作"
source = "P1-3"

[[section]]
id = "one"
label = "一"

[[section.field]]
id = "what"
label = "什么"
type = "choice"
choices = [{ value = "a", label = "甲" }, { value = "b", label = "乙" }]
"""


def read(tmp_path, text):
    file = tmp_path / "kind.toml"
    file.write_text(text)
    return loading.read(file)


def test_every_model_s_forms_load_and_say_where_they_come_from():
    forms = loading.load()
    assert {"home_visit", "child_talk", "parent_contact", "letter", "activity", "health_check", "exchange"} <= forms.keys()
    assert all(form.form.source for form in forms.values())


def test_every_kind_has_a_drawing_that_pages_have():
    drawn = set((ROOT / "assets/icons.txt").read_text().split())
    assert {form.form.icon for form in loading.load().values()} <= drawn


def test_the_home_visit_has_the_four_masteries():
    assert loading.load()["home_visit"].masteries == ("family", "thought", "study", "behaviour")


def test_the_five_events_that_call_for_a_visit_can_be_raised_by_a_visit():
    assert {"ill", "low_mood", "grade_dropped", "quarrel", "late_or_early"} <= loading.load()["home_visit"].events


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ('type = "choice"', 'type = "choise"', r"kind.toml:\d+.*nearest known value is “choice"),
        ('label = "什么"', 'lable = "什么"', "nearest known key is “section.field.label”"),
        ('source = "P1-3"', 'source = "P1-3"\nwhere = ["moon"]', "“moon” is not in the code table where"),
        ('source = "P1-3"', 'source = "P1-3"\ntags = ["coach.x"]', "“coach.x” is not in the code table tag"),
        ('value = "b"', 'value = "a"', "gives a choice twice"),
        ('id = "kind"', 'id = "other"', "must be the file's name"),
        ('type = "choice"', 'type = "choice"\nshow_if = "nothing=a"', "depends on “nothing”, which does not come before it"),
        ('type = "choice"', 'type = "choice"\nshow_if = "what"', "is no condition"),
        ('id = "one"', 'id = "one"\nfields = 3', "unknown key"),
    ],
)
def test_what_a_file_says_wrong_is_named(tmp_path, wrong, right, sentence):
    with pytest.raises(DataFileError, match=sentence):
        read(tmp_path, KIND.replace(wrong, right, 1))


def test_a_condition_names_a_choice_that_exists(tmp_path):
    more = '\n[[section.field]]\nid = "why"\nlabel = "为什么"\ntype = "text"\nshow_if = "what=c"\n'
    with pytest.raises(DataFileError, match="being “c”, which is no choice of it"):
        read(tmp_path, KIND + more)
    assert read(tmp_path, KIND + more.replace("=c", "=a|b")).field("why").shown


def test_a_kind_is_defined_once(tmp_path):
    for model in ("one", "other"):
        (tmp_path / model / "forms").mkdir(parents=True)
        (tmp_path / model / "forms" / "kind.toml").write_text(KIND)
    with pytest.raises(DataFileError, match="defined by another model too"):
        loading.load(tmp_path)
