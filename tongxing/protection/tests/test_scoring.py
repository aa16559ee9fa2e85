"""A score is the sum of its answers, explains itself, and shows where two assessors differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tongxing.ground.toml import DataFileError
from tongxing.protection import measures, scales, scoring
from tongxing.protection.scales import Scale
from tongxing.protection.scoring import NoScore

ALL = list(scales.scales().values())
COLOURS = scales.scale("four_colours")
HUBEI = scales.scale("hubei")
CALM = {each.id: each.options[0].value for each in HUBEI.indicators}
NAMES = [each.id for each in ALL]
TEXT = """[scale]
id = "tiny"
label = "小"
hint = "试验"
source = "试验"

[[domain]]
id = "safety"
label = "安全"

[[indicator]]
id = "alone"
label = "独自在家"
domain = "safety"
yes = 5
band = "high"

[[band]]
id = "low"
label = "低"
tone = "green"
least = 0
again = "90d"

[[band]]
id = "high"
label = "高"
tone = "red"
least = 4
again = "7d"
"""
FAULTS = [
    ("a typo in a key", TEXT.replace("yes = 5", "yess = 5"), r"tiny.toml:15: unknown key “indicator.yess”"),
    ("an unknown domain", TEXT.replace('domain = "safety"', 'domain = "safty"'), r"unknown domain “safty”; the nearest is “safety”"),
    ("an unknown band", TEXT.replace('band = "high"', 'band = "hihg"'), r"unknown band “hihg”; the nearest is “high”"),
    ("bands that leave a gap below", TEXT.replace("least = 0", "least = 1"), r"the first begins at 0"),
    ("bands out of order", TEXT.replace("least = 4", "least = 0"), r"each further one above the one before"),
    ("a band that nobody reaches", TEXT.replace("least = 4", "least = 6"), r"no answers make more than 5"),
    ("no answers", TEXT.replace('yes = 5\nband = "high"\n', ""), r"either options or “yes”"),
    ("an answer of less than nothing", TEXT.replace("yes = 5", "yes = -5"), r"needs an answer of 0 points, none below"),
    ("a domain with nothing in it", TEXT.replace("[[indicator]]", '[[domain]]\nid = "health"\nlabel = "健康"\n\n[[indicator]]', 1), r"no indicator belongs to the domain “health”"),
    ("an indicator twice", TEXT + TEXT[TEXT.index("[[indicator]]") : TEXT.index("[[band]]")], r"the indicator “alone” stands twice"),
]


def answers(scale: Scale) -> st.SearchStrategy[dict[str, str]]:
    """Any answers to any of the indicators."""
    return st.fixed_dictionaries({}, optional={each.id: st.sampled_from([option.value for option in each.options]) for each in scale.indicators})


def rank(result: scoring.Result) -> int:
    return result.scale.bands.index(result.band)


@pytest.mark.parametrize(("what", "text", "message"), FAULTS, ids=[what for what, _text, _message in FAULTS])
def test_a_fault_is_said_with_what_was_meant(tmp_path: Path, what: str, text: str, message: str):
    path = tmp_path / "tiny.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=message):
        scales.read(path)


@pytest.mark.parametrize("scale", ALL, ids=NAMES)
def test_bands_cover_every_total_once(scale: Scale):
    for points in range(scale.most + 1):
        (band,) = [each for each in scale.bands if each.least <= points <= scale.upto(each)]
        assert scale.at(points) == band


@pytest.mark.parametrize("scale", ALL, ids=NAMES)
def test_what_is_suggested_stands_in_the_catalogue(scale: Scale):
    for each in scale.indicators:
        assert each.helps
        assert set(each.helps) <= set(measures.measures()), each.id


@pytest.mark.parametrize("scale", ALL, ids=NAMES)
@given(data=st.data())
def test_a_score_is_the_sum_of_its_domains_and_of_its_answers(scale: Scale, data: st.DataObject):
    result = scoring.score(scale, data.draw(answers(scale)))
    assert result.total == sum(part.points for part in result.parts)
    assert sum(part.most for part in result.parts) == scale.most
    assert sum(part.asked - part.answered for part in result.parts) == len(result.unanswered)
    assert result.complete == (not result.unanswered)
    assert rank(result) <= scale.bands.index(result.worst)
    assert result.because


@pytest.mark.parametrize("scale", ALL, ids=NAMES)
@given(data=st.data())
def test_the_order_of_answers_does_not_matter(scale: Scale, data: st.DataObject):
    given_ = data.draw(answers(scale))
    shuffled = data.draw(st.permutations(list(given_.items())))
    assert scoring.score(scale, given_) == scoring.score(scale, dict(shuffled))


@pytest.mark.parametrize("scale", ALL, ids=NAMES)
@given(data=st.data())
def test_a_worse_answer_never_makes_a_better_result(scale: Scale, data: st.DataObject):
    given_ = data.draw(answers(scale))
    indicator = data.draw(st.sampled_from(scale.indicators))
    one, other = sorted(data.draw(st.tuples(*[st.sampled_from(indicator.options)] * 2)), key=lambda option: option.points)
    better, worse = scoring.score(scale, {**given_, indicator.id: one.value}), scoring.score(scale, {**given_, indicator.id: other.value})
    assert better.total <= worse.total
    assert rank(better) <= rank(worse)


@pytest.mark.parametrize("scale", ALL, ids=NAMES)
@given(data=st.data())
def test_answering_more_never_goes_beyond_the_worst_that_was_said(scale: Scale, data: st.DataObject):
    given_ = data.draw(answers(scale))
    before, after = scoring.score(scale, given_), scoring.score(scale, data.draw(answers(scale)) | given_)
    assert rank(before) <= rank(after) <= scale.bands.index(before.worst)


def test_nothing_wrong_is_said_too():
    result = scoring.score(HUBEI, CALM)
    assert (result.band.id, result.total, result.helps) == ("normal", 0, ())
    assert result.because[-1] == "已答的各项都没有发现问题。"


def test_a_score_explains_itself():
    result = scoring.score(HUBEI, CALM | {"contact": "never", "money": "irregular", "carer": "weak"})
    assert (result.band.id, result.total) == ("insufficient", 17)
    assert result.because == (
        f"得分17（最高{HUBEI.most}），“监护不足”是12到29分。",
        "“父母多久联系一次孩子”：联系不上，8分。",
        "“平时由谁照看”：年老、病残、顾不过来的人，6分。",
        "“生活费”：时有时无，3分。",
    )
    assert result.helps == ("guardianship_guidance", "entrustment", "placement", "benefits")


def test_one_answer_may_decide_alone():
    result = scoring.score(HUBEI, CALM | {"carer": "nobody"})
    assert (result.band.id, result.decisive) == ("missing", ("carer",))
    assert "“平时由谁照看”：没有人，单凭这一项就是“监护缺失”。" in result.because


def test_what_is_not_answered_is_said_with_the_worst_that_it_could_be():
    result = scoring.score(COLOURS, {each.id: "no" for each in COLOURS.indicators if each.id != "danger"})
    assert (result.band.id, result.worst.id, result.unanswered) == ("green", "red", ("danger",))
    assert result.because[-1] == "还有1项没有回答，最坏可能是“红色（高风险）”。"


def test_in_english_nothing_is_left_in_chinese():
    worst = {each.id: each.options[-1].value for each in HUBEI.indicators if each.id != "mood"}
    with translation.override("en"):
        said = " ".join(scoring.score(HUBEI, worst).because)
    assert not any("\u3400" <= letter <= "\u9fff" for letter in said)


def test_two_assessors_are_held_side_by_side_the_widest_apart_first():
    one, other = scoring.score(HUBEI, CALM | {"violence": "injured"}), scoring.score(HUBEI, {key: value for key, value in CALM.items() if key != "money"} | {"contact": "monthly"})
    found = scoring.differences([one, other])
    assert [(each.indicator.id, each.spread) for each in found] == [("violence", 20), ("contact", 3), ("money", 0)]
    assert [option.value if option else None for option in found[2].options] == ["enough", None]
    assert not scoring.differences([one, one])
    assert not scoring.differences([])


def test_what_the_scale_does_not_know_is_refused_by_name():
    with pytest.raises(NoScore) as wrong:
        scoring.score(HUBEI, {"carer": "dog", "weather": "fine"})
    assert wrong.value.wrong == {"weather": "没有名为“weather”的指标", "carer": "“平时由谁照看”没有这个选项"}
