"""A register as large as a province's, here with a few dozen children a county."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.plugin import owner_connection
from tongxing.children import actions
from tongxing.children.identity import check_digit
from tongxing.children.models import Child, Relative, StatusPeriod
from tongxing.children.queries import twin
from tongxing.children.queries.files import files
from tongxing.children.rules import parameters
from tongxing.demo.county import County
from tongxing.demo.models import Demo
from tongxing.demo.province import build, counties, indexes, load
from tongxing.demo.province.counties import Part
from tongxing.demo.state import State, state
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal.models import Record
from tongxing.places.models import Place
from tongxing.units.models import Unit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
CATALOGUE = """
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1
"""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sixty children a county, one process; nobody is hired but the officers. What a failed test took off is put back."""
    monkeypatch.setattr(counties, "CHILDREN", 60)
    monkeypatch.setattr(load, "_staff", lambda say, parts: [_officer(part) for part in parts])
    yield
    if Demo.objects.filter(loaded_at=None).exists():
        indexes.put_back(lambda *_said: None)


def _officer(part: Part) -> dict[str, str]:
    from tests.people import make_post

    post = make_post("county_officer", part.county)
    return {"role": "县", "username": str(post.id), "name": post.person.name, "place": post.place.full_name}


def catalogue() -> list[str]:
    """Every index and constraint. A condition that has been written out and read again has other casts and parentheses."""
    with owner_connection() as owner:
        return sorted(re.sub(r"::[a-z ]+(\[\])?|[()\[\]]", "", row) for (row,) in owner.execute(CATALOGUE).fetchall())


def test_a_register_is_filled_and_agrees_with_the_rules() -> None:
    before = catalogue()
    call_command("demo", children=150, processes=1)
    assert catalogue() == before
    assert state() is State.DEMO
    with transaction.atomic(), scope.whole_country(why="the test counts the register"):
        children = list(Child.objects.all())
        assert len(children) == 150
        by_county = [sum(child.scope_place // 10**6 == county for child in children) for county in (420506, 420502, 420503)]
        assert by_county == [60, 60, 30]
        assert {child.state for child in children} >= {"current", "ended"}
        assert twin.disagreements(today(), parameters(420506000000, today())) == []
        assert actions.recompute([child.id for child in children]) == 0
        assert len({child.household_id for child in children}) < 150
        assert StatusPeriod.objects.filter(status="left_behind").exists()
        assert Unit.objects.filter(kind="school").exists()
        assert any(child.school_id for child in children)
        verbs = {record.verb for record in Record.objects.filter(subject_kind="child")}
        assert verbs >= {"registered", "confirmed"}
        assert not any(child.updated_at.date() > today() for child in children)
        file = next(file for file in files([child.id for child in children]).values() if file.child.id_digest and any(relative.phone_sealed for relative in file.relatives))
        number = file.open(file.child, "id_number")
        assert number[4:6] == "99"  # a division that was never given out
        assert check_digit(number[:17]) == number[17]
    with pytest.raises(CommandError, match="loaded here already"):
        call_command("demo", children=150)


def test_the_same_seed_gives_the_same_families() -> None:
    def told() -> list[tuple[Any, ...]]:
        part = Part(0, counties.parts(20)[0].county, 20)
        chance = Random("1")
        schools = counties.CountySchools.entered(chance, part.county, year=2026, now=today())
        county = County(counties.CountyPeople(chance, 0), schools, today(), today(), counties.townships(part.county), 20)
        return [(moment, child) for moment, child in build._told(county, 20)]

    load._places(lambda *_said: None, 20)
    assert told() == told()


def test_a_loading_that_is_cut_off_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalogue()
    whole = build.build

    def broken(part: Part, **given: Any) -> None:
        if part.number == 1:
            raise KeyboardInterrupt
        whole(part, **given)

    monkeypatch.setattr(load, "build", broken)
    with pytest.raises(KeyboardInterrupt):
        call_command("demo", children=100, processes=1)
    assert catalogue() != before
    assert state() is State.UNFINISHED
    assert Demo.objects.get().done == [0]
    with pytest.raises(CommandError, match="unfinished demo"):
        call_command("demo", children=5000)
    monkeypatch.setattr(load, "build", whole)
    call_command("demo", processes=1)  # as `make run` calls it
    assert catalogue() == before
    with transaction.atomic(), scope.whole_country(why="the test counts the register"):
        assert Child.objects.count() == 100
        assert Relative.objects.filter(child__isnull=True).count() == 0


def test_two_processes_fill_it_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    call_command("demo", children=120, processes=2)
    with transaction.atomic(), scope.whole_country(why="the test counts the register"):
        assert Child.objects.count() == 120
        assert Place.objects.count() < 10_000  # the shipped list was enough


def test_a_county_whose_list_names_no_committees_has_homes_all_the_same() -> None:
    load._places(lambda *_said: None, 60)
    county = counties.parts(60)[0].county
    for place in Place.objects.filter(level=5, code__range=(county, county + 999_999)):
        Place.objects.filter(pk=place.pk).update(name=place.short_name)
    below = counties.townships(county)
    assert below
    assert counties.homes(below)
