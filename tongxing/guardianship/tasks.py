"""Prints of guardianship behind the pages."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from tongxing.accounts.jobs import making
from tongxing.guardianship import printouts


@app.task(queue="prints")
def print_agreements(*, output: str, post: str) -> None:
    """Print the papers that an output asks for. Run again after a killed worker, it begins anew and ends once."""
    with making(output, post):
        printouts.make(UUID(output), UUID(post))
