"""The workbooks that the demo offers for uploading: the ledgers, the rosters, and what other offices send."""

from __future__ import annotations

from pathlib import Path

from tongxing.accounts.models import Post
from tongxing.demo import exchange, ledger, rosters
from tongxing.demo.county import County


def write(county: County, folder: Path) -> list[Path]:
    """Write all of them into the folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [*ledger.write(county, folder), *rosters.write(county, folder), *exchange.write(county, folder)]


def offered(kind: str, post: Post) -> list[tuple[str, str, Path]]:
    """Those of a kind that a post can upload, for the page: name, what it is, where it lies."""
    return [*ledger.offered(kind, post), *rosters.offered(kind, post), *exchange.offered(kind, post)]
