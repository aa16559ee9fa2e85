from collections.abc import Iterator

import pytest
from django.test import override_settings

from tongxing.imports import kinds


@pytest.fixture(autouse=True)
def people_kind() -> Iterator[None]:
    """The list of people is a kind that can be imported."""
    with override_settings(LEDGER_KINDS=["tongxing.imports.tests.people_kind.KIND"]):
        kinds.known.cache_clear()
        yield
    kinds.known.cache_clear()
