"""The grounds of revocation at their edges. Source: P8-8."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.children.rules.ages import add_months
from tongxing.guardianship.grounds import conditions, grounds
from tongxing.guardianship.weighing import Admonition, Proof, Verdict, Weighed, months_between, of_ground, refusing_since, weigh

DAY = date(2026, 6, 15)
DAYS = st.dates(date(2016, 1, 1), date(2030, 12, 31))
VERDICTS = st.sampled_from(list(Verdict))


def told(on: date, about: str, *, counts: bool = True, heeded: str = "", heeded_on: date | None = None, since: date | None = None) -> Admonition:
    return Admonition(on, frozenset({about}), counts, heeded, heeded_on, since)


def proof(condition: str, *, supports: bool = True, since: date | None = None) -> Proof:
    return Proof(condition, supports, since)


def verdict(condition: str, admonitions: tuple[Admonition, ...] = (), proofs: tuple[Proof, ...] = (), befallen: tuple[str, ...] = (), on: date = DAY) -> Verdict:
    return weigh(conditions()[condition], admonitions, proofs, befallen, on).verdict


def ground(name: str, admonitions: tuple[Admonition, ...] = (), proofs: tuple[Proof, ...] = (), befallen: tuple[str, ...] = (), on: date = DAY) -> Verdict:
    return of_ground(grounds()[name], {key: weigh(condition, admonitions, proofs, befallen, on) for key, condition in conditions().items()})


def test_there_are_six_grounds_in_the_order_of_the_plan():
    assert list(grounds()) == ["harm", "unattended", "refusal", "vice", "begging", "crime"]


@given(since=DAYS)
def test_six_months_are_met_on_the_day_and_not_on_the_day_before(since: date):
    day = add_months(since, 6)
    refused = (told(since, "refusal"),)
    assert verdict("six_months", refused, on=day) is Verdict.MET
    assert verdict("six_months", refused, on=day - timedelta(days=1)) is Verdict.NOT_MET


@given(since=DAYS, later=st.integers(0, 3000))
def test_months_only_grow(since: date, later: int):
    assert months_between(since, since + timedelta(days=later)) <= months_between(since, since + timedelta(days=later + 1))


def test_what_was_found_out_about_the_beginning_counts_from_there():
    assert refusing_since([told(date(2026, 5, 1), "refusal", since=date(2025, 12, 1))], [], DAY) == date(2025, 12, 1)
    assert verdict("six_months", (told(date(2026, 5, 1), "refusal", since=date(2025, 12, 1)),)) is Verdict.MET
    assert verdict("six_months", (told(date(2026, 5, 1), "refusal"),)) is Verdict.NOT_MET
    assert verdict("six_months", (told(date(2026, 5, 1), "refusal"),), (proof("six_months", since=date(2025, 12, 15)),)) is Verdict.MET


def test_a_refusal_that_was_put_right_begins_anew():
    before = told(date(2025, 10, 1), "refusal", heeded="yes", heeded_on=date(2026, 3, 1))
    again = told(date(2026, 4, 1), "refusal")
    assert verdict("six_months", (before,)) is Verdict.MISSING
    assert refusing_since([before, again], [], DAY) == date(2026, 4, 1)
    assert verdict("six_months", (before, again)) is Verdict.NOT_MET


@pytest.mark.parametrize(("about", "expected"), [("refusal", date(2025, 1, 1)), ("schooling", None), ("begging", None)])
def test_only_refusal_counts_as_refusal(about: str, expected: date | None):
    assert refusing_since([told(date(2025, 1, 1), about)], [], DAY) == expected


def test_six_months_alone_are_no_ground():
    long = (told(date(2025, 1, 1), "refusal"),)
    assert ground("refusal", long) is Verdict.MISSING
    assert ground("refusal", long, (proof("no_livelihood"),)) is Verdict.MET
    assert ground("refusal", long, (proof("adrift"),)) is Verdict.MET
    assert ground("refusal", (told(date(2026, 5, 1), "refusal"),), (proof("adrift"),)) is Verdict.NOT_MET
    assert ground("refusal", long, (proof("adrift", supports=False), proof("no_livelihood", supports=False))) is Verdict.NOT_MET
    assert ground("refusal", long, (proof("adrift", supports=False),)) is Verdict.MISSING


def begging(number: int, *, counts: bool = True, last: str = "no") -> tuple[Admonition, ...]:
    return tuple(told(date(2026, 1, 1 + each), "begging", counts=counts, heeded=last if each == number - 1 else "no", heeded_on=date(2026, 2, 1)) for each in range(number))


@given(number=st.integers(0, 6))
def test_three_criticisms_are_enough_and_two_are_not(number: int):
    expected = Verdict.MISSING if number == 0 else Verdict.NOT_MET if number < 3 else Verdict.MET
    assert verdict("three_times", begging(number)) is expected


def test_a_villages_word_is_not_the_criticism_of_police_and_rescue_stations():
    assert verdict("three_times", begging(5, counts=False)) is Verdict.MISSING
    assert verdict("three_times", (*begging(2), *begging(3, counts=False))) is Verdict.NOT_MET


def test_three_criticisms_of_something_else_do_not_count():
    others = tuple(told(date(2026, 1, each), "refusal", heeded="no", heeded_on=date(2026, 2, 1)) for each in (1, 2, 3))
    assert verdict("three_times", others) is Verdict.MISSING
    assert ground("begging", others, (proof("begging"), proof("life_disturbed"))) is Verdict.MISSING


def test_whether_the_last_criticism_was_heeded_must_be_known():
    assert verdict("three_times", begging(3, last="")) is Verdict.MISSING
    assert verdict("three_times", begging(3, last="partly")) is Verdict.MISSING
    assert verdict("three_times", begging(4, last="yes")) is Verdict.MISSING  # it was put right: counting begins anew


def test_begging_needs_the_three_times_and_the_disturbed_life():
    assert ground("begging", begging(3), (proof("begging"),)) is Verdict.MISSING
    assert ground("begging", begging(3), (proof("begging"), proof("life_disturbed"))) is Verdict.MET
    assert ground("begging", begging(2), (proof("begging"), proof("life_disturbed"))) is Verdict.NOT_MET


@pytest.mark.parametrize("name", ["harm", "crime", "vice", "refusal", "unattended"])
def test_three_criticisms_are_asked_by_begging_alone(name: str):
    assert "three_times" not in {each for group in grounds()[name].all for each in group}


def test_harm_and_crime_need_no_admonition():
    assert ground("harm", (), (proof("harmed"), proof("serious_damage"))) is Verdict.MET
    assert ground("harm", (), (proof("harmed"),)) is Verdict.MISSING
    assert ground("crime", (), (proof("crime"), proof("vile"))) is Verdict.MET


def test_prison_counts_by_the_file_and_still_needs_the_refusal_to_entrust():
    in_prison = ("imprisoned",)
    assert ground("vice", (), (proof("refuses_entrusting"), proof("danger")), in_prison) is Verdict.MET
    assert ground("vice", (), (proof("danger"),), in_prison) is Verdict.MISSING
    assert ground("vice", (), (proof("refuses_entrusting", supports=False), proof("danger")), in_prison) is Verdict.NOT_MET
    assert ground("vice", (), (proof("vice"), proof("refuses_entrusting"), proof("hardship"))) is Verdict.MET


def test_left_alone_needs_danger_and_words_that_were_not_heeded():
    alone, danger = proof("unattended"), proof("faced_danger")
    assert ground("unattended", (), (alone, danger)) is Verdict.MISSING
    assert ground("unattended", (told(date(2026, 1, 1), "unattended", heeded="no", counts=False),), (alone, danger)) is Verdict.MET
    assert ground("unattended", (told(date(2026, 1, 1), "unattended", heeded="yes"),), (alone, danger)) is Verdict.MISSING


@given(st.fixed_dictionaries(dict.fromkeys(conditions(), VERDICTS)))
def test_a_ground_is_met_only_where_every_group_is(verdicts: dict[str, Verdict]):
    weighed = {name: Weighed(conditions()[name], each) for name, each in verdicts.items()}
    for each in grounds().values():
        found = of_ground(each, weighed)
        groups = [[verdicts[name] for name in group] for group in each.all]
        assert (found is Verdict.MET) == all(Verdict.MET in group for group in groups)
        assert (found is Verdict.NOT_MET) <= any(all(v is Verdict.NOT_MET for v in group) for group in groups)


@given(st.lists(st.builds(told, DAYS, st.sampled_from(["refusal", "begging", "unattended"]), heeded=st.sampled_from(["", "no", "partly"])), max_size=6), DAYS)
def test_one_more_day_never_takes_a_met_refusal_away(admonitions: list[Admonition], on: date):
    every = tuple(admonitions)
    if verdict("six_months", every, on=on) is Verdict.MET:
        assert verdict("six_months", every, on=on + timedelta(days=1)) is Verdict.MET
