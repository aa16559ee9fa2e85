"""A model with a fault is refused with file, line, what is wrong and what was probably meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongxing.caremodels.loading import Draft, Library
from tongxing.ground.toml import DataFileError

BASE = """[model]
id = "base"
name = "基础"
about = "试验"
source = "试验"
since = 2020-01-01

[[role]]
id = "child_director"
name = "儿童主任"
kind = "post"
post = "child_director"
source = "试验"

[[event]]
id = "ill"
name = "身体不佳"
source = "试验"

[[duty]]
id = "visit"
name = "家访"
who = "child_director"
for = "left_behind"
quota = { count = 1, per = "month" }
by = { kinds = ["home_visit"] }
source = "试验"
"""
OTHER = """[model]
id = "other"
name = "另一个"
about = "试验"
source = "试验"
since = 2020-01-01
extends = ["base"]
"""
FORM = '[form]\nid = "home_visit"\nlabel = "家访"\nsource = "试验"\n\n[[section]]\nid = "family"\nlabel = "家庭"\n'
DUTY = """
[[duty]]
id = "call"
name = "通话"
who = "child_director"
quota = { count = 1, per = "week" }
by = { kinds = ["home_visit"] }
source = "试验"
"""
PARAMETER = '\n[[parameter]]\nid = "times"\nname = "次数"\nkind = "number"\nleast = 1\nmost = 3\nsource = "试验"\n'


def write(folder: Path, **models: str) -> Path:
    for name, text in models.items():
        (folder / name / "forms").mkdir(parents=True, exist_ok=True)
        (folder / name / "model.toml").write_text(text, encoding="utf-8")
    first = next(iter(models))
    (folder / first / "forms/home_visit.toml").write_text(FORM, encoding="utf-8")
    return folder


def faults(folder: Path, **models: str) -> list[str]:
    return Library(write(folder, **models), strict=False).faults


def test_what_is_right_is_read(tmp_path: Path):
    books = Library(write(tmp_path, base=BASE, other=OTHER))
    assert books.lineage("other") == ["base", "other"]
    (duty,) = books.models["base"].duties
    assert (duty.obligation, duty.minutes, str(duty.grace)) == ("base.visit", 60, "0d")


CASES = [
    ("a typo in a key", BASE.replace("quota =", "qouta ="), r"base/model.toml:25: unknown key “duty.qouta”; .*“duty.quota”"),
    ("a typo in a key of a quota", BASE.replace("count = 1", "cuont = 1"), r"base/model.toml:25: unknown key .*“duty.quota.count”"),
    ("a typo in a role", BASE.replace('who = "child_director"', 'who = "child_directer"'), r"base/model.toml:23: .*unknown role “child_directer”; .*“child_director”"),
    ("a typo in a post", BASE.replace('post = "child_director"', 'post = "director"'), r"base/model.toml:12: .*unknown post “director”; .*“child_director”"),
    ("a typo in a kind of entry", BASE.replace('"home_visit"]', '"home_visits"]'), r"base/model.toml:26: .*unknown kind of entry “home_visits”; .*“home_visit”"),
    ("a typo in a section", BASE.replace('"home_visit"]', '"home_visit"], sections = ["famly"]'), r"base/model.toml:26: .*unknown section “famly”; .*“family”"),
    ("a typo in a fact", BASE.replace('for = "left_behind"', 'for = "left_behnd"'), r"base/model.toml:24: .*unknown fact “left_behnd”; .*“left_behind”"),
    ("a value that a fact never has", BASE.replace('for = "left_behind"', "for = 'stage == \"primery\"'"), r"base/model.toml:24: .*never “primery”; .*“primary”"),
    ("a window that is no window", BASE.replace('"month"', '"monthly"'), r"base/model.toml:25: .*may not be “monthly”; .*“month”"),
    ("a quota of zero", BASE.replace("count = 1", "count = 0"), r"base/model.toml:25: the quota of the duty “visit” asks 0 times"),
    ("a weekday of a month", BASE.replace('"month" }', '"month", weekday = "friday" }'), r"base/model.toml:25: .*names a weekday"),
    ("a month by the lunar calendar", BASE.replace('per = "month"', 'per = "month", calendar = "lunar"'), r"base/model.toml:25: .*lunar calendar, which goes with per = “birthday” only"),
    ("a calendar that is none", BASE.replace('per = "month"', 'per = "birthday", calendar = "moon"'), r"base/model.toml:25: .*moon"),
    ("an unknown event", BASE.replace('quota = { count = 1, per = "month" }', 'on = "il"\nwithin = "3d"'), r"base/model.toml:25: .*unknown event “il”; .*“ill”"),
    ("an event without a time", BASE.replace('quota = { count = 1, per = "month" }', 'on = "ill"'), r"base/model.toml:2\d: .*“on” and “within” together"),
    ("a time that is no time", BASE.replace('quota = { count = 1, per = "month" }', 'on = "ill"\nwithin = "3 days"'), r"base/model.toml:26: “3 days” is no length of time"),
    ("neither quota nor event", BASE.replace('quota = { count = 1, per = "month" }\n', ""), r"base/model.toml:21: .*either a quota or an event"),
    ("a value without a source", BASE.replace('by = { kinds = ["home_visit"] }\nsource = "试验"\n', 'by = { kinds = ["home_visit"] }\n'), r"base/model.toml:21: “duty.source” is missing"),
    ("the same duty twice at a time", BASE + DUTY.replace('"call"', '"visit"') + "since = 2022-01-01\n", r"base/model.toml:\d+: the duty “visit” holds twice from 2022-01-01"),
    ("a role that ends before it begins", BASE.replace('post = "child_director"\n', 'post = "child_director"\nuntil = 2019-01-01\n'), r"ends before it begins"),
    ("more than at most", BASE.replace('kind = "post"\npost = "child_director"', 'kind = "circle"\nring = 1\nleast = 3\nmost = 2'), r"at least 3 and at most 2"),
    ("an obligation that nobody else has", BASE + DUTY + 'obligation = "base.vist"\n', r"no other duty has the obligation “base.vist”; the nearest one is “base.visit”"),
    ("a promise that someone else keeps", BASE + DUTY.replace("[[duty]]\n", '[[duty]]\nabout = "home"\n') + 'obligation = "base.visit"\n', r"cannot be the same promise"),
    ("a duty that is not there", BASE + DUTY + 'also_discharges = ["visits"]\n', r"unknown duty “visits”; .*“visit”"),
    ("an unknown festival", BASE.replace('per = "month"', 'per = "festival", festivals = ["mid_autum"]'), r"unknown festival “mid_autum”; .*“mid_autumn”"),
    ("an unknown tag", BASE + DUTY + 'tags = ["coach.emotion"]\n', r"unknown tag “coach.emotion”"),
    ("an unknown part", BASE + DUTY + 'part = "firts"\n\n[[part]]\nid = "first"\nname = "一"\nsource = "试验"\n', r"unknown part “firts”; .*“first”"),
    ("a part with nothing in it", BASE + '\n[[part]]\nid = "first"\nname = "一"\nsource = "试验"\n', r"nothing belongs to the part “first”"),
    ("a chain that nobody begins", BASE + '\n[[chain]]\nid = "up"\nname = "上报"\nevents = ["ill"]\nlinks = [{ sender = "child_director", to = ["police"], within = "0m" }]\nsource = "试验"\n', r"unknown role “police”"),
    ("a parameter that is not declared", BASE.replace("count = 1", 'count = "$times"'), r"base/model.toml:25: unknown parameter “\$times”"),
    ("a parameter that is not used", BASE + PARAMETER, r"the parameter “times” is used nowhere"),
    ("a parameter whose bounds are crossed", BASE.replace("count = 1", 'count = "$times"') + PARAMETER.replace("least = 1", "least = 5"), r"a least \(5\) above its most \(3\)"),
    ("a default out of bounds", BASE.replace("count = 1", 'count = "$times"') + PARAMETER + "default = 9\n", r"cannot have its own default"),
    ("a bound that makes a quota of zero", BASE.replace("count = 1", 'count = "$times"') + PARAMETER.replace("least = 1", "least = 0\ndefault = 1"), r"asks 0 times"),
    ("an option that is no window", BASE.replace('"month"', '"$per"') + PARAMETER.replace('"times"', '"per"').replace('"number"\nleast = 1\nmost = 3', '"choice"\noptions = [{ value = "month", label = "每月" }, { value = "daily", label = "每天" }]'), r"may not be “daily”"),
    ("text that is no TOML", BASE + "[[duty\n", r"base/model.toml: not valid TOML"),
    ("a folder with another name", BASE.replace('id = "base"', 'id = "bass"'), r"must be the folder's name, “base”"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_fault_is_named_with_its_place(tmp_path: Path, text: str, said: str):
    (fault, *_more) = faults(tmp_path, base=text)
    assert re.search(said, fault), fault


def test_an_unknown_model_to_stand_on(tmp_path: Path):
    (fault,) = faults(tmp_path, base=BASE, other=OTHER.replace('["base"]', '["bass"]'))
    assert fault == "other/model.toml:7: extends the unknown model “bass”; the nearest known one is “base”"


def test_a_cycle_of_extends_shows_its_way_round(tmp_path: Path):
    found = faults(tmp_path, base=BASE.replace("since = 2020-01-01", 'since = 2020-01-01\nextends = ["other"]'), other=OTHER)
    assert "base/model.toml:7: extends itself: base → other → base" in found


def test_two_models_with_another_idea_of_the_same_role(tmp_path: Path):
    role = '\n[[role]]\nid = "child_director"\nname = "村主任"\nkind = "post"\npost = "child_director"\nsource = "试验"\n'
    (fault,) = faults(tmp_path, base=BASE, other=OTHER + role)
    assert "the role “child_director” is “儿童主任” (post, ring None) in base" in fault


def test_two_models_may_promise_the_same(tmp_path: Path):
    assert not faults(tmp_path, base=BASE, other=OTHER + DUTY + 'obligation = "base.visit"\n')


def test_values_with_dates_follow_each_other(tmp_path: Path):
    twice = BASE.replace('source = "试验"\n', 'source = "试验"\n') + "until = 2022-01-01\n" + DUTY.replace('"call"', '"visit"') + "since = 2022-01-01\n"
    assert not faults(tmp_path, base=twice)


def test_strictly_read_all_faults_come_at_once(tmp_path: Path):
    with pytest.raises(DataFileError) as refused:
        Library(write(tmp_path, base=BASE.replace("quota =", "qouta ="), other=OTHER.replace("about =", "abuot =")))
    assert len(str(refused.value).splitlines()) == 2


def test_a_model_without_what_it_is_not_told_leaves_it_out():
    draft = Draft(BASE.replace("count = 1", 'count = "$times"') + PARAMETER, "base/model.toml")
    assert draft.without({}).duties == ()
    (duty,) = draft.without({"times": 3}).duties
    assert duty.quota
    assert duty.quota.count == 3
