"""The jobs of the exchange. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from tongxing.exchange import provide


@app.task(queue="exports")
def fill_sheet(*, output: str, post: str) -> None:
    """Fill the sheet that an output asks for. Run again after a killed worker, it begins anew and ends once."""
    provide.make(UUID(output), UUID(post))
