"""What the program imports, it installs: a bare machine has nothing of what the tests need."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tongxing.ground.folders import ROOT

LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", re.MULTILINE)


def named(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(path: Path) -> set[str]:
    """The top-level modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_what_the_program_imports_it_installs() -> None:
    locked = {named(name) for name in LOCKED.findall((ROOT / "requirements" / "run.txt").read_text(encoding="utf-8"))}
    distributions = packages_distributions()
    files = [path for path in (ROOT / "tongxing").rglob("*.py") if "tests" not in path.parts]
    assert len(files) > 100
    lacking = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in files
        for module in imported(path) & distributions.keys() - sys.stdlib_module_names - {"tongxing"}
        if not locked & {named(name) for name in distributions[module]}
    }
    assert not lacking
