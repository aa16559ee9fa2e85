"""Who adopts what, and what holds where then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tongxing.accounts.models import Post
from tongxing.caremodels import actions, queries
from tongxing.caremodels.actions import NotAdopted
from tongxing.caremodels.models import Adoption, ModelVersion
from tongxing.caremodels.shapes import Lapse
from tongxing.ground.today import today
from tongxing.journal.models import Record
from tongxing.places.codes import span
from tongxing.places.models import Place

pytestmark = pytest.mark.django_db

LIANGZIHU = {"school_talk_per": "month", "visit_within": "3d", "mastery_per": "quarter"}


def duties(place: int, on: date | None = None) -> set[str]:
    return {rule.duty.obligation for rule in queries.rules(*span(place), on or today())}


def adopt(place: int = COUNTY, **said: object) -> Adoption:
    return actions.adopt(**{"place": place, "model": "liangzihu", "parameters": LIANGZIHU, "since": today(), "by": None} | said)  # type: ignore[arg-type]


def test_without_adoption_the_law_holds_and_nothing_that_a_place_must_set(places: dict[int, Place]):
    assert {rule.duty.obligation for rule in queries.rules(VILLAGE, VILLAGE, today()) if rule.duty.quota} == {"national.contact_asked"}
    assert {rule.duty.deadline.dated for rule in queries.rules(VILLAGE, VILLAGE, today()) if rule.duty.deadline} == {True}
    assert not duties(VILLAGE, date(2021, 5, 31))


def test_a_promise_of_the_family_is_no_rule(places: dict[int, Place]):
    assert "national.weekly_contact" not in duties(VILLAGE)


def test_a_county_adopts_for_all_its_villages(places: dict[int, Place], officer: Post):
    adoption = adopt(by=officer)
    (visit,) = [rule for rule in queries.rules(VILLAGE, VILLAGE, today()) if rule.duty.id == "home_visit"]
    assert (visit.lo, visit.hi) == span(COUNTY)
    assert (visit.model, visit.version_id, visit.since) == ("liangzihu", adoption.version_id, today())
    (ill,) = [rule.duty for rule in queries.rules(VILLAGE, VILLAGE, today()) if rule.duty.id == "visit_when_ill"]
    assert ill.deadline
    assert ill.deadline.within == Lapse(3, "d")
    assert "director_home_visit" not in duties(VILLAGE, today() - timedelta(days=1))


def test_adopting_is_in_the_journal(places: dict[int, Place], officer: Post):
    adoption = adopt(by=officer)
    from tongxing.ground import scope

    with scope.whole_country(why="the test reads what was written"):
        record = Record.objects.get(subject_id=str(adoption.id))
    assert (record.verb, record.place, record.diff["model"]) == ("adopted", COUNTY, [None, "liangzihu"])


def test_a_part_is_adopted_without_the_rest(places: dict[int, Place]):
    adopt(parts=["eight_ones"], parameters={})
    assert "director_home_visit" in duties(VILLAGE)
    assert "liangzihu.visit_when_ill" not in duties(VILLAGE)
    assert not {"ill", "grade_dropped", "quarrel"} & {event.id for event in queries.events(VILLAGE, today())}
    assert {paper.id for _model, paper in queries.papers(VILLAGE, today())} == {"contact_card", "work_record", "growth_record"}


def test_all_parts_named_are_the_whole(places: dict[int, Place]):
    assert adopt(parts=["three_controls", "eight_ones", "five_visits", "four_masteries"]).parts == []


@pytest.mark.parametrize("role", ["director", "supervisor"])
def test_only_a_county_and_above_may_adopt(places: dict[int, Place], role: str, request: pytest.FixtureRequest):
    by: Post = request.getfixturevalue(role)
    with pytest.raises(NotAdopted):
        adopt(by.place_id, by=by)


def test_nobody_adopts_for_another_county(places: dict[int, Place], officer: Post):
    with pytest.raises(NotAdopted):
        adopt(420500000000, by=officer)


def test_the_same_model_is_not_adopted_twice_at_a_place(places: dict[int, Place]):
    adopt()
    with pytest.raises(NotAdopted, match="请先停止或改为变更"):
        adopt(since=today() + timedelta(days=10))
    assert Adoption.objects.count() == 1


def test_a_parameter_that_the_place_must_set_is_asked_for(places: dict[int, Place]):
    with pytest.raises(NotAdopted) as refused:
        adopt(parameters={"school_talk_per": "month", "visit_within": "3d"})
    assert set(refused.value.wrong) == {"mastery_per"}


@pytest.mark.parametrize(
    ("name", "value"), [("visit_within", "40d"), ("visit_within", "soon"), ("mastery_per", "sometimes"), ("vist_within", "3d")], ids=["bound", "length", "choice", "typo"]
)
def test_a_parameter_that_does_not_fit_is_refused_by_name(places: dict[int, Place], name: str, value: str):
    with pytest.raises(NotAdopted) as refused:
        adopt(parameters={**LIANGZIHU, name: value})
    assert set(refused.value.wrong) == {name}


def test_a_township_tightens_and_does_not_loosen(places: dict[int, Place]):
    adopt()
    with pytest.raises(NotAdopted, match="下级只能更严"):
        adopt(TOWNSHIP, parameters={**LIANGZIHU, "visit_within": "5d"})
    with pytest.raises(NotAdopted, match="已采用同样的内容"):
        adopt(TOWNSHIP)
    adopt(TOWNSHIP, parameters={**LIANGZIHU, "visit_within": "1d"})
    found = [rule.duty.deadline.within for rule in queries.rules(VILLAGE, VILLAGE, today()) if rule.duty.id == "visit_when_ill" and rule.duty.deadline]
    assert found == [Lapse(3, "d"), Lapse(1, "d")]  # both hold, the strictest need wins
    assert len([rule for rule in queries.rules(VILLAGE, VILLAGE, today()) if rule.duty.id == "home_visit"]) == 1


def test_a_village_does_without_it_with_the_countys_leave_only(places: dict[int, Place], officer: Post, supervisor: Post):
    adoption = adopt()
    with pytest.raises(NotAdopted):
        actions.grant_opt_out(adoption=adoption, place=NEXT_VILLAGE, since=today(), reason="移民搬迁", by=supervisor)
    actions.grant_opt_out(adoption=adoption, place=NEXT_VILLAGE, since=today(), reason="移民搬迁", by=officer)
    assert "director_home_visit" in duties(VILLAGE)
    assert "director_home_visit" not in duties(NEXT_VILLAGE)
    whole = [(rule.lo, rule.hi) for rule in queries.rules(*span(COUNTY), today()) if rule.duty.id == "home_visit"]
    assert whole == [(COUNTY, NEXT_VILLAGE - 1), (NEXT_VILLAGE + 1, span(COUNTY)[1])]


def test_a_place_opts_out_of_a_part(places: dict[int, Place]):
    actions.grant_opt_out(adoption=adopt(), place=NEXT_VILLAGE, parts=["five_visits"], since=today(), reason="由学校承担", by=None)
    assert "liangzihu.visit_when_ill" not in duties(NEXT_VILLAGE)
    assert "director_home_visit" in duties(NEXT_VILLAGE)


def test_an_adoption_ends_and_says_why(places: dict[int, Place]):
    adoption = adopt(since=today() - timedelta(days=20))
    with pytest.raises(NotAdopted):
        actions.end_adoption(adoption=adoption, on=today(), reason=" ", by=None)
    actions.end_adoption(adoption=adoption, on=today(), reason="改用其他模式", by=None)
    assert "director_home_visit" not in duties(VILLAGE)
    assert "director_home_visit" in duties(VILLAGE, today() - timedelta(days=1))


def test_a_change_is_an_end_and_a_beginning(places: dict[int, Place]):
    before = adopt(since=today() - timedelta(days=20))
    after = actions.change_adoption(adoption=before, parameters={**LIANGZIHU, "visit_within": "2d"}, since=today(), reason="上级要求", by=None)
    before.refresh_from_db()
    assert (before.until, after.since) == (today(), today())


def test_two_models_stand_side_by_side(places: dict[int, Place]):
    adopt()
    actions.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=today(), by=None)
    circle = [role.id for role in queries.roles(VILLAGE, today()) if role.kind == "circle"]
    assert circle == ["loving_neighbour", "proxy_parent", "paired_teacher", "village_cadre", "case_social_worker", "care_team"]
    assert "director_home_visit" in duties(VILLAGE)
    assert [tags.id for tags in queries.tags(VILLAGE, today())] == ["coach"]
    assert [chain.id for chain in queries.chains(VILLAGE, today())] == ["mandatory", "concern", "school", "village"]


def test_versions_are_kept_once_and_never_changed(places: dict[int, Place]):
    from django.db import DatabaseError, transaction

    actions.sync_versions()
    count = ModelVersion.objects.count()
    assert actions.sync_versions() == []
    assert adopt().version.text.startswith("[model]")
    assert ModelVersion.objects.count() == count
    with pytest.raises(DatabaseError), transaction.atomic():
        ModelVersion.objects.update(text="")
