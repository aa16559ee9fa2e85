"""The register's work behind the pages."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from tongxing.children import printouts


@app.task(queue="prints")
def print_cards(*, output: str, post: str) -> None:
    """Print the cards that an output asks for. Run again after a killed worker, it begins anew and ends once."""
    printouts.make(UUID(output), UUID(post))
