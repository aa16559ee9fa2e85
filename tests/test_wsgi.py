"""What a server process has done before it answers anybody."""

from __future__ import annotations

import importlib
import sys
from unittest.mock import patch

import pytest

from tongxing.caremodels.loading import library
from tongxing.forms.queries import definitions


def test_nobodys_first_click_waits_for_the_care_models(monkeypatch: pytest.MonkeyPatch) -> None:
    library.cache_clear()
    definitions.cache_clear()
    monkeypatch.delitem(sys.modules, "tongxing.wsgi", raising=False)
    with patch("tongxing.ground.checks.refuse_unbound_role") as refused:
        importlib.import_module("tongxing.wsgi")
    refused.assert_called_once()
    assert (library.cache_info().currsize, definitions.cache_info().currsize) == (1, 1)
