"""The sample ledger is what it says: every mistake is found in its cell, everything else is read."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest

from tongxing.accounts.jobs import under
from tongxing.children.ledger import sample
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.ledger.held import values
from tongxing.children.models import Child
from tongxing.children.queries.files import file
from tongxing.children.tests.ledger.test_kind import BORN, FULL, NUMBER, send, take_in
from tongxing.children.tests.make import id_number
from tongxing.ground.today import today
from tongxing.imports import actions as imports
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.ledgers import reading
from tongxing.ledgers.cells import Value

__all__ = ["send", "take_in"]
VILLAGES = ("冯家湾社区", "兴安社区")


def invented(count: int) -> list[dict[str, Value]]:
    """Rows with the register's values, as the demo gives them."""
    rows: list[dict[str, Value]] = []
    for index in range(count):
        born = date(2014, 1, 5) + timedelta(days=50 * index)
        family = "张王李赵陈"[index % 5]
        rows.append(
            {
                "name": family + "子轩梓涵浩然宇诗雨欣怡佳琪思远"[index % 14 :][:2],
                "sex": "12"[index % 2],
                "id_number": id_number(born, sex="12"[index % 2]),
                "born": born,
                "registration": "registered",
                "township": "小溪塔街道",
                "residence": VILLAGES[index % 2],
                "residence_address": f"{index % 7 + 1}组{index + 1}号",
                "living_with": "grandparents",
                "health": ("healthy",),
                "school_stage": "primary",
                "school": "小溪塔一小",
                "father_name": family + "大山",
                "father_phone": f"138{20000000 + index}",
                "father_place": "广东东莞",
                "father_since": date(2024, 3, 1),
                "mother_name": "李小梅",
                "mother_phone": f"139{30000000 + index}",
                "mother_place": "浙江宁波",
                "mother_since": date(2024, 5, 1),
                "entrusted_name": family + "老汉",
                "entrusted_relation": "61",
                "guardianship": "fair",
                "income": ("migrant_work",),
            }
        )
    return rows


def test_every_mistake_is_found_in_its_cell_and_nothing_else():
    out = io.BytesIO()
    made = sample.write(invented(80), out, unit="夷陵区小溪塔街道", on=today())
    assert len({mistake.column for mistake in made}) == 8
    with reading.read(out.getvalue(), CATALOGUE, today=today()) as read:
        assert read.layout.missing == ()
        assert read.layout.unknown == ()
        rows = list(read.rows())
    assert len(rows) == 81
    found = {problem.cell for row in rows for problem in row.problems}
    in_their_cell = {mistake.cell for mistake in made if mistake.column != "residence"}
    assert found == in_their_cell - {made[-1].cell}  # the village and the repeated child are for the register to find
    assert [skipped.code for skipped in read.skipped] == ["skip_footer", "skip_footer"]


@pytest.mark.django_db
def test_the_register_finds_the_others(officer, run_jobs):
    out = io.BytesIO()
    made = sample.write(invented(80), out, unit="夷陵区小溪塔街道", on=today())
    with under(officer):
        run = imports.upload(kind="children", content=out.getvalue(), file_name="台账.xlsx", by=officer)
    run_jobs()
    with under(officer):
        wrong = set(ImportRow.objects.filter(run=run, verdict="wrong").values_list("number", flat=True))
        assert wrong == {mistake.row for mistake in made}
        assert ImportRun.objects.get(pk=run.pk).counts == {"new": 81 - len(made), "wrong": len(made)}


def test_without_mistakes_there_are_none():
    out = io.BytesIO()
    assert sample.write(invented(30), out, unit="夷陵区", on=today(), mistakes=False) == []
    with reading.read(out.getvalue(), CATALOGUE, today=today()) as read:
        rows = list(read.rows())
    assert not any(row.problems for row in rows)
    assert [row.values["born"] for row in rows] == [row["born"] for row in invented(30)]


@pytest.mark.django_db
def test_a_file_written_as_a_row_is_the_same(send, take_in, officer):
    take_in(send(FULL | {"optional_consent_by": "张老汉", "hobbies": "画画", "mother_circumstance": "重病"}))
    with under(officer):
        held = file(Child.objects.get().id)
        assert held
        row = values(held, today())
    assert row["id_number"] == NUMBER
    assert row["born"] == BORN
    catalogue = CATALOGUE.by_key
    from tongxing.ledgers.writing import shown_as

    again = send({key: shown_as(catalogue[key])(value) for key, value in row.items()})
    assert again.counts == {"same": 1}
