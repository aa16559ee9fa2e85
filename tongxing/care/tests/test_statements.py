"""Logging is what the program does most: what it asks of the database is counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from tongxing.accounts.models import Post
from tongxing.care.tests.test_promises import NOV, PARENTS, adopted, stands, visit
from tongxing.children.tests.make import make_child
from tongxing.duties.tests.make import day, opened

pytestmark = pytest.mark.django_db
__all__ = ["adopted"]  # a fixture
MOST = 19  # of which two begin and end the scope


@pytest.mark.usefixtures("adopted")
def test_a_visit_that_keeps_promises_costs_few_statements(director: Post, django_assert_max_num_queries: Any) -> None:
    with day(NOV):
        first, second = make_child(relatives=PARENTS), make_child(name="王二", relatives=PARENTS)
    opened(NOV)
    visit(director, first, on=date(2026, 11, 3))
    with transaction.atomic(), django_assert_max_num_queries(MOST):
        visit(director, second, on=date(2026, 11, 3))
    assert stands(second).done == 1
