"""The county runs on Yiling's model."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import COUNTY
from tongxing.caremodels import actions
from tongxing.caremodels.models import Adoption
from tongxing.ground.today import today


@pytest.fixture
def yiling(places: object) -> Adoption:
    return actions.adopt(place=COUNTY, model="yiling", parameters={"link_within": "30m"}, since=today() - timedelta(days=365), by=None)
