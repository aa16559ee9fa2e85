"""Where a chain begins and goes on, and which case a report belongs to: at their edges."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongxing.caremodels.shapes import Chain, Lapse, Link
from tongxing.ground.ids import uuid7
from tongxing.ground.today import CHINA
from tongxing.protection import rules
from tongxing.protection.rules import Earlier

ROLES = ["teacher", "class_teacher", "principal", "village", "police"]
LINKS = st.lists(
    st.builds(
        Link,
        sender=st.sampled_from(ROLES),
        to=st.lists(st.sampled_from(ROLES), min_size=1, max_size=2, unique=True).map(tuple),
        within=st.sampled_from([Lapse(0, "m"), Lapse(30, "m"), Lapse(2, "h")]),
    ),
    min_size=1,
    max_size=5,
)
AT = datetime(2026, 11, 22, 12, tzinfo=CHINA)


def chain(links: list[Link]) -> Chain:
    return Chain(id="school", name="学校", events=("missing",), links=tuple(links), source="YL-6", since=date(2016, 1, 1))


@given(LINKS, st.sets(st.sampled_from(ROLES)))
def test_every_chain_begins_somewhere_and_with_the_reporters_own_links_where_there_are_any(links: list[Link], roles: set[str]):
    found = rules.starts(chain(links), roles)
    own = {number for number, link in enumerate(links) if link.sender in roles}
    assert found
    assert not own or set(found) == own


@given(LINKS, st.sampled_from(ROLES))
def test_nobody_has_no_time_at_all_to_acknowledge(links: list[Link], role: str):
    made = chain(links)
    assert all(rules.time_to_acknowledge(made, number, role).minutes > 0 for number in range(len(links)))


@given(LINKS, st.sampled_from(ROLES))
def test_a_chain_that_leads_back_comes_to_an_end(links: list[Link], role: str):
    made, done, waiting = chain(links), set[int](), rules.onward(chain(links), role)
    for _turn in range(100):
        if not waiting:
            break
        number = waiting.pop()
        done.add(number)
        waiting += [each for told in made.links[number].to for each in rules.onward(made, told, done=done | set(waiting))]
    assert not waiting


def earlier(*, days: float, ended: float | None = None, child: bool = True, words: bool = False, alike: bool = True, kind: str = "protection") -> Earlier:
    return Earlier(uuid7(), AT - timedelta(days=days), AT - timedelta(days=ended) if ended is not None else None, child=child, words=words, alike=alike, kind=kind)


def test_a_report_joins_the_open_case_of_a_fortnight():
    for days, joins in ((0, True), (14, True), (14.01, False)):
        case = earlier(days=days)
        assert (rules.belongs_to([case], kind="protection", at=AT) == case.case_id) is joins


def test_the_very_words_join_within_the_hour():
    for hours, joins in ((1, True), (1.01, False)):
        case = earlier(days=hours / 24, child=False, words=True)
        assert (rules.belongs_to([case], kind="protection", at=AT) == case.case_id) is joins


def test_neither_an_ended_case_nor_one_of_another_kind_or_matter_is_joined():
    for case in (earlier(days=1, ended=0.5), earlier(days=1, kind="dropout"), earlier(days=1, alike=False)):
        assert rules.belongs_to([case], kind="protection", at=AT) is None
        assert rules.follows([case], at=AT) == case.case_id


def test_a_case_does_not_follow_what_ended_long_ago():
    assert rules.follows([earlier(days=400, ended=181)], at=AT) is None
