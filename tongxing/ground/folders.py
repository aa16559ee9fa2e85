"""Where the program's own files lie: everything that is not code stands below one folder."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def var() -> Path:
    """The folder of keys, attachments, exports and the embedded database (`TONGXING_VAR`, default `var` beside the code)."""
    return Path(os.environ.get("TONGXING_VAR", ROOT / "var"))


def keys() -> Path:
    """The folder of the key files (`TONGXING_KEYS`, default `keys` below `var`). It must never be backed up with the database."""
    return Path(os.environ.get("TONGXING_KEYS", var() / "keys"))
