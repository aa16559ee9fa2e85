"""Work behind the pages that compose."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from tongxing.accounts.jobs import making
from tongxing.office.audit import annual


@app.task(queue="prints")
def write_annual_audit(*, output: str, post: str) -> None:
    """Write an auditor's report of a year. Run again after a killed worker, it begins anew and ends once."""
    with making(output, post):
        annual.make(UUID(output), UUID(post))
