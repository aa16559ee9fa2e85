"""A small demo county, loaded whole."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from tongxing.accounts.actions import add_person
from tongxing.caremodels.models import Adoption
from tongxing.children import history
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.models import Absence, Category, Child, Confirmation, Relative, State, StatusPeriod, Transfer
from tongxing.children.rosters.catalogue import CATALOGUE as ROSTER
from tongxing.circles.models import Membership
from tongxing.circles.queries import to_care_for
from tongxing.demo import COUNTY, ledger, rosters
from tongxing.demo.families import STORIES, Teller
from tongxing.demo.load import load
from tongxing.demo.models import Demo
from tongxing.demo.people import People
from tongxing.demo.state import State as DatabaseState
from tongxing.demo.state import state
from tongxing.duties.actions import verify
from tongxing.duties.models import OPEN, Duty
from tongxing.exchange import sample as sheets
from tongxing.exchange.national import sample as national
from tongxing.exchange.national.catalogue import EXPORT
from tongxing.ground import scope
from tongxing.ground.folders import var
from tongxing.ground.models import Grant
from tongxing.ground.today import now, today
from tongxing.journal.models import Record
from tongxing.ledgers import reading
from tongxing.places.codes import span
from tongxing.places.models import Place
from tongxing.units.models import SchoolClass, Unit

pytestmark = pytest.mark.django_db


def test_the_demo_refuses_a_database_with_people_in_it() -> None:
    add_person(name="一位真人", by=None)
    assert state() is DatabaseState.REAL
    with pytest.raises(CommandError, match="real register"):
        call_command("demo")
    assert not Demo.objects.exists()


@pytest.mark.parametrize("story", STORIES)
def test_every_story_can_be_told(story: str) -> None:
    told = Teller(People(Random(3)), today()).family(date(2014, 5, 1), story)
    assert told.story == story
    assert told.father.adult.key != told.mother.adult.key


def contradictions() -> list[str]:
    """Persons of whom the living files of brothers and sisters know different things; one that has ended stays as it was."""
    known: dict[object, set[tuple[object, ...]]] = {}
    for row in Relative.objects.exclude(child__state=State.ENDED):
        known.setdefault((row.person_key, row.relation), set()).add((row.name, row.born, row.id_digest, row.phone_digest))
    return [str(said) for said in known.values() if len(said) > 1]


def promises_are_told() -> None:
    """Most promises were kept, some were not; circles stand with some empty seats; the history has words for all that happened."""
    past = Duty.objects.filter(window_until__lte=today(), ended_on=None)
    kept = past.filter(done__gte=F("need")).count()
    assert 0.4 * past.count() < kept < past.count()
    assert Duty.objects.filter(OPEN, due__lte=now()).exists()
    assert {"yiling", "yichang", "liangzihu"} <= set(Adoption.objects.values_list("model", flat=True))
    rings = Membership.objects.filter(until=None)
    assert set(rings.values_list("role", flat=True)) >= {"loving_neighbour", "paired_teacher", "village_cadre", "case_social_worker", "care_team"}
    assert Child.objects.filter(to_care_for(today())).exclude(pk__in=rings.filter(role="village_cadre").values("child")).exists()
    verification, differences = verify(*span(COUNTY))
    assert verification.duties
    assert not differences
    said = {verb: history.verb(verb) for verb in Record.objects.exclude(child_id=None).values_list("verb", flat=True).distinct()}
    assert not [verb for verb, words in said.items() if verb == words]


def test_a_small_county_is_whole_and_lives_through_its_year() -> None:
    staff = load(lambda *_said: None, share=0.1)
    with scope.whole_country(why="the test counts the county"):
        children = list(Child.objects.all())
        current = [child for child in children if child.state == State.CURRENT]
        assert 120 < len(children) < 220
        assert {State.CURRENT, State.ENDED} <= {child.state for child in children}
        left_behind = [child for child in current if child.left_behind_since and child.left_behind_since <= today()]
        assert 0.4 * len(current) < len(left_behind) < 0.9 * len(current)
        assert any(child.unsupported_since for child in current)
        assert any(child.registration != "registered" for child in children)
        assert {"primary", "junior", "kindergarten"} <= {child.school_stage for child in current}
        assert Relative.objects.filter(entrusted=True).exists()
        assert Absence.objects.filter(until=None, where_place__gt=0).exists()
        assert Category.objects.filter(state="confirmed").exists()
        assert Confirmation.objects.exists()
        assert StatusPeriod.objects.filter(status="left_behind").exists()
        days = {moment.date() for moment in Record.objects.filter(subject_kind="child").values_list("at", flat=True)}
        assert len(days) > 10  # not everything happened at once
        assert max(days) <= today()
        siblings = Child.objects.filter(household_id__in=[child.household_id for child in children]).count()
        assert siblings > len({child.household_id for child in children})
        assert not contradictions()
        assert Transfer.objects.filter(state=Transfer.State.REQUESTED).exists()
        assert Child.objects.exclude(merged_into=None).exists()
        promises_are_told()
    assert Grant.objects.exists()
    assert SchoolClass.objects.filter(school__in=Unit.objects.filter(kind="school")).exists()
    assert {post.role for post in staff.known} >= {"child_director", "supervisor", "county_officer", "auditor", "security_admin", "system_admin", "teacher", "department"}
    assert Place.objects.filter(code=420506001001).exists()
    for kind in ledger.SAMPLES:
        written = []
        for suffix in ledger.FORMATS:
            sample = (var() / "demo" / ledger.file_name(kind, suffix)).read_bytes()
            with reading.read(sample, CATALOGUE, today=today()) as found:
                rows = list(found.rows())
            assert not found.layout.unknown
            assert len(found.skipped) == 2  # the sum and the signatures
            wrong = sum(bool(row.problems) for row in rows)
            assert (wrong >= 5) == kind.mistakes
            assert len(rows) - wrong > 20
            written.append([row.values for row in rows])
        assert written[0] == written[1]  # both formats say the same
    with reading.read((var() / "demo" / rosters.NAME).read_bytes(), ROSTER, today=today()) as found:
        pupils = list(found.rows())
    assert len(pupils) > rosters.CLASSMATES
    assert not any(row.problems for row in pupils)
    with reading.read((var() / "demo" / national.NAME).read_bytes(), EXPORT, today=today()) as found:
        assert not any(row.problems for row in found.rows())
        assert not found.layout.unknown
    assert (var() / "demo" / sheets.NAME).exists()
    with pytest.raises(CommandError, match="real register"):
        call_command("demo")  # without the mark it looks like anybody's register
