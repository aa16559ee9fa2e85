"""The reference of growth is taken in as the WHO gives it out, and drawn around a child's own curve."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pypdf import PdfReader

from tests.scenarios.test_log import log
from tongxing.accounts.models import Post
from tongxing.care import growth
from tongxing.children.tests.make import make_child
from tongxing.ground.today import today

INVENTED = "Month\tL\tM\tS\tSD\n" + "\n".join(f"{month}\t1\t{100 + month / 2}\t0.05\t5" for month in range(61, 229))


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(growth, "var", lambda: tmp_path)
    return tmp_path


def table(folder: Path, name: str, text: str = INVENTED) -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_a_measure_lies_where_its_standard_deviation_says() -> None:
    assert growth.Row(120, 1, 140, 0.05).at(2) == pytest.approx(154)
    assert growth.Row(120, 1, 140, 0.05).at(-2) == pytest.approx(126)
    assert growth.Row(120, 0, 30, 0.1).at(0) == 30
    assert growth.Row(120, -0.5, 30, 0.1).at(2) > 36  # a skewed distribution reaches farther up


def test_the_curve_has_its_reference_only_where_there_is_one(var: Path) -> None:
    assert growth.lines("height", "1", [10.2]) == []
    call_command("growth_reference", str(table(var, "hfa-boys-z-who-2007-exp.txt")))
    upper, middle, lower = growth.lines("height", "1", [8.4, 10.2])
    assert (middle["points"][0], middle["points"][-1]) == ((8.0, 148.0), (11.0, 166.0))
    assert upper["points"][0][1] > middle["points"][0][1] > lower["points"][0][1]
    assert growth.lines("height", "2", [10.2]) == growth.lines("weight", "1", [10.2]) == []


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("heights.csv", INVENTED, "the name says neither"),
        ("hfa_boys.csv", "a,b\n1,2", "no line with the headings"),
        ("hfa_boys.txt", INVENTED.replace("131.0", "tall"), "line 3: Month, L, M and S should be numbers"),
        ("wfa_girls.txt", INVENTED.replace("0.05", "5", 1), "line 2: month 61"),
        ("wfa_girls.xlsx", "no workbook", "cannot be read"),
    ],
)
def test_what_is_no_reference_is_refused_and_what_stood_stays(var: Path, name: str, text: str, says: str) -> None:
    call_command("growth_reference", str(table(var, "hfa_girls.txt")))
    with pytest.raises(CommandError, match=says):
        call_command("growth_reference", str(table(var, "lhfa_boys.txt")), str(table(var, name, text)))
    assert growth.lines("height", "2", [10.2])
    assert not growth.lines("height", "1", [10.2])


@pytest.mark.django_db
def test_the_growth_record_says_against_what_it_is_drawn(var: Path, director: Post, browser_of: Callable[[Post], Client]) -> None:
    child, browser = make_child(), browser_of(director)
    log(browser, "health_check", child, where="school", own={"height": "131.2", "weight": "28", "body": "well"}, days=2)

    def printed() -> str:
        asked: dict[str, Any] = {"since": (today() - timedelta(days=9)).isoformat(), "until": today().isoformat(), "content": "plain"}
        made = browser.get(browser.post(f"/log/children/{child.id}/growth/", asked)["Location"])
        return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made.content)).pages)

    assert "未附参考标准" in printed()
    call_command("growth_reference", str(table(var, "hfa_boys.txt")), str(table(var, "hfa_girls.txt")))
    assert all(word in printed() for word in ("+2SD", "-2SD", "中位数", "世界卫生组织"))
