"""Before Django is configured: an embedded PostgreSQL of the tests' own (or the one that DATABASE_URL names)."""

import os
from pathlib import Path

from tongxing.ground import postgres
from tongxing.ground.folders import ROOT

os.environ["TONGXING_VAR"] = os.environ.get("TONGXING_TEST_VAR", str(ROOT / "var" / "test"))
os.environ.setdefault("TONGXING_LOG", "ERROR")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's own thread
postgres.attach_or_exit(Path(os.environ["TONGXING_VAR"]))
