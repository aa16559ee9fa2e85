"""The jobs of the exchange. Times are UTC; China is eight hours ahead."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from tongxing.accounts.jobs import PostEnded, asking, making
from tongxing.accounts.models import Post
from tongxing.exchange import provide
from tongxing.exchange.national import files


@app.task(queue="exports")
def fill_sheet(*, output: str, post: str) -> None:
    """Fill the sheet that an output asks for. Run again after a killed worker, it begins anew and ends once."""
    with making(output, post):
        provide.make(UUID(output), UUID(post))


@app.task(queue="exports")
def write_differences(*, output: str, run: str, post: str) -> None:
    """Write the 差异表 of a comparison. Run again after a killed worker, it begins anew and ends once."""
    if holder := _holder(post):
        with making(output, post):
            files.write_differences(UUID(output), UUID(run), holder)


@app.task(queue="exports")
def write_upload(*, output: str, run: str, post: str) -> None:
    """Write what is sent up to the national system. Run again after a killed worker, it begins anew and ends once."""
    if holder := _holder(post):
        with making(output, post):
            files.write_upload(UUID(output), UUID(run), holder)


def _holder(post: str) -> Post | None:
    try:
        return asking(post)
    except PostEnded:
        return None
