"""What may stand in a file of this repository."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tongxing.ground.folders import ROOT

LONGEST = 500
READ_BY_PEOPLE = (".py", ".html", ".css", ".scss", ".js", ".mjs", ".ts", ".toml", ".md", ".sh", ".typ")
GENERATED = ("THIRD_PARTY.md",)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git keeps or would keep."""
    done = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return tuple(sorted(path for name in set(done.stdout.split("\0")) if name and (path := ROOT / name).is_file()))


def sources(*suffixes: str) -> list[Path]:
    return [path for path in tracked() if path.suffix in suffixes]


@cache
def text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    found = re.compile(pattern)
    return [f"{name(path)}:{number}: {line.strip()[:120]}" for path in paths for number, line in enumerate(text(path).splitlines(), 1) if found.search(line)]


def test_no_file_is_longer_than_five_hundred_lines():
    assert not [f"{name(path)}: {lines}" for path in sources(*READ_BY_PEOPLE) if path.name not in GENERATED and (lines := len(text(path).splitlines())) > LONGEST]


def test_no_file_is_named_after_nothing():
    assert not [name(path) for path in tracked() if path.stem in ("utils", "util", "helpers", "helper", "misc", "common")]


def test_no_file_names_a_place_of_one_machine():
    here = "/(?:work|home|root|Users|mnt|private)/|/var/(?:tmp|folders)/|[A-Z]:\\\\\\\\Users"
    assert not lines_with(rf"(?<![\w.<>-])(?:{here})\w", [path for path in tracked() if name(path) != "tests/architecture/test_files.py"])


def test_no_file_names_a_registry():
    hosts = r"registry\.npm|pypi\.org|pythonhosted|npmmirror|mirrors?\.|artifactory|nexus\.|verdaccio"
    assert not lines_with(hosts, [path for path in tracked() if name(path) not in ("tests/architecture/test_files.py", "THIRD_PARTY.md")])


def test_lock_files_hold_no_address():
    locks = [ROOT / "pnpm-lock.yaml", ROOT / "requirements/run.txt", ROOT / "requirements/dev.txt"]
    assert not lines_with("://|--index-url|--find-links|tarball:", locks)


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_every_locked_package_has_its_hash(lock: str):
    pinned = re.findall(r"^[\w.\-\[\]]+==.*?(?=^\S|\Z)", (ROOT / f"requirements/{lock}.txt").read_text(), re.MULTILINE | re.DOTALL)
    assert pinned
    assert not [each.splitlines()[0] for each in pinned if "--hash=sha256:" not in each]


def test_there_are_no_signals():
    assert not lines_with(r"db\.models\.signals|import receiver|@receiver|dispatch import Signal", [path for path in sources(".py") if "architecture" not in path.parts])


def test_there_is_one_clock():
    """`tongxing.ground.today` alone asks the machine what time it is; where only a duration is wanted, `time` will do."""
    ours = [path for path in sources(".py") if path.is_relative_to(ROOT / "tongxing") and name(path) != "tongxing/ground/today.py" and "tests" not in path.parts]
    assert not lines_with(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|timezone\.(?:now|localdate)\(", ours)


def test_rules_know_nothing_of_django():
    rules = [path for path in sources(".py") if path.is_relative_to(ROOT / "tongxing") and "tests" not in path.parts and (path.name == "rules.py" or path.parent.name == "rules")]
    assert not lines_with(r"^\s*(?:from|import) (?:django(?!\.utils\.translation)|tongxing\.\w+\.(?:models|actions|queries))", rules)


def test_views_do_not_write():
    """A view calls an action; `.save(` and its like in a view is an action that lost its way."""
    views = [path for path in sources(".py") if path.name == "views.py" or path.parent.name == "views"]
    assert not lines_with(r"\.objects\.(?:create|bulk_create|update_or_create|get_or_create)\(|\.(?:bulk_update|delete)\(\)", views)


def test_nothing_is_left_to_do_in_a_comment():
    unfinished = "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"))
    assert not lines_with(rf"(?:#|//|/\*|<!--|\{{#).*\b(?:{unfinished})\b", sources(*READ_BY_PEOPLE))


def test_every_module_and_test_folder_is_a_package():
    folders = {path.parent for path in sources(".py") if path.is_relative_to(ROOT / "tongxing") or path.is_relative_to(ROOT / "tests")}
    assert not [name(folder) for folder in folders if not (folder / "__init__.py").exists()]
