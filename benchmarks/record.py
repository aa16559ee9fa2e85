"""Writes a figure into the table of docs/performance.md, in place of the row with the same id."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "performance.md"
HEAD = """# Figures

Each row is written by its command in `benchmarks/`: a ratio to the least work that any program must do for the same result, measured in the same run.

| id | what | ratio | goal | date | commit | machine |
|---|---|---|---|---|---|---|
"""


def record(figure: str, what: str, ratio: float | str, goal: str) -> None:
    """Keep the table sorted by id, one row each, and print the row."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    row = f"| {figure} | {what} | {ratio if isinstance(ratio, str) else format(ratio, '.2f')} | {goal} | {datetime.now(UTC):%Y-%m-%d} | {commit} | {machine} |"
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else HEAD
    lines = text.rstrip("\n").split("\n")
    rows = [line for line in lines if line.startswith("| ") and not line.startswith(("| id ", f"| {figure} "))]
    kept = [line for line in lines if not line.startswith("| ") or line.startswith("| id ")]
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join([*kept, *sorted([*rows, row])]) + "\n", encoding="utf-8")
    print(row)
