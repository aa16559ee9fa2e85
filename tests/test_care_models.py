"""The words of care models mean what the register means by them, and the models of the sources say what they should."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError
from django.utils import translation

from tongxing.caremodels import explaining
from tongxing.caremodels.loading import library
from tongxing.caremodels.management.commands import caremodels as command
from tongxing.caremodels.vocabulary import vocabulary
from tongxing.children import codes
from tongxing.ground.codes import Table
from tongxing.ground.folders import ROOT

TABLES = {table.id: table for table in vars(codes).values() if isinstance(table, Table)}
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize("fact", [fact for fact in vocabulary().fact if fact.table], ids=lambda fact: fact.id)
def test_the_values_of_a_fact_are_those_of_its_code_table(fact):
    assert [(each.value, each.label) for each in fact.values] == [(code.value, code.label) for code in TABLES[fact.table]]


def test_the_categories_are_those_of_the_schemes_that_lists_may_show():
    (category,) = [fact for fact in vocabulary().fact if fact.id == "category"]
    known = {f"{scheme}.{kind.value}": kind.label for scheme, each in codes.SCHEMES.items() for kind in each.kinds if not kind.restricted}
    assert {each.value: each.label for each in category.values} == known


def test_the_library_has_no_fault():
    assert not library().faults


@pytest.mark.parametrize("name", list(library()))
def test_a_model_is_explained_in_english_whole(name: str):
    """Citations stay as the source says them; everything else is English."""
    with translation.override("en"):
        sentences = explaining.sentences(library().draft(name))
    left = [sentence for sentence in sentences if CHINESE.search(sentence.partition("Source: ")[0])]
    assert not left


@pytest.mark.parametrize("name", list(library()))
def test_a_model_is_explained_in_chinese_whole(name: str):
    for sentence in explaining.sentences(library().draft(name)):
        assert "%(" not in sentence
        assert not re.search(r"[\u3400-\u9fff][,:;()]|[,:;()][\u3400-\u9fff]", sentence.partition("依据：")[0]), sentence


@pytest.mark.parametrize("name", list(library()))
def test_every_source_names_a_row_or_a_document(name: str):
    rows = set(re.findall(r"^([A-Z0-9]+-\d+)[a-z] = ", (ROOT / "tests/scenarios/rows.toml").read_text(), re.MULTILINE))
    model = library().models[name]
    items: list[Any] = [*model.roles, *model.duties, *model.events, *model.chains, *model.tag_sets, *model.papers, *model.parameters]
    for item in items:
        cited = re.findall(r"\b((?:HB|WH|JL|YL|LHK|LZH|YM|QJ|ZS|YN|YC|HN|P[1-8])-\d+)", item.source)
        assert set(cited) <= rows, f"{name}.{item.id}: {item.source}"
        assert cited or re.search(r"〔|法 第|S\d|real-life|本系统", item.source), f"{name}.{item.id}: {item.source}"


def test_files_are_checked_before_the_database_has_tables(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    def no_tables() -> list[str]:
        raise ProgrammingError('relation "caremodels_modelversion" does not exist')

    monkeypatch.setattr(command, "_unreadable", no_tables)
    call_command("caremodels", "check")
    said = capsys.readouterr()
    assert "no fault" in said.out
    assert "The database has no tables yet: only the files were checked." in said.err
