"""The journal is read by people: every act on a file has its words."""

from __future__ import annotations

import re
from pathlib import Path

from tongxing.children import actions, history


def test_every_act_on_a_file_has_words():
    written = "\n".join(path.read_text(encoding="utf-8") for path in Path(actions.__file__).parent.glob("*.py"))
    verbs = set(re.findall(r'verb="(\w+)"', written))
    assert len(verbs) > 25
    assert not verbs - set(history.VERBS)
