from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings

from tongxing.accounts.jobs import under
from tongxing.accounts.models import Post
from tongxing.imports import actions, kinds
from tongxing.imports.models import ImportRun
from tongxing.imports.tests.sending import GOOD, again


@pytest.fixture(autouse=True)
def people_kind() -> Iterator[None]:
    """The list of people is a kind that can be imported."""
    with override_settings(LEDGER_KINDS=["tongxing.imports.tests.people_kind.KIND"]):
        kinds.known.cache_clear()
        yield
    kinds.known.cache_clear()


@pytest.fixture
def send(officer: Post, run_jobs: Callable[[], int]) -> Callable[..., ImportRun]:
    def send(content: bytes = GOOD, by: Post = officer) -> ImportRun:
        with under(by):
            run = actions.upload(kind="people", content=content, file_name="张大妹等.xlsx", by=by)
        run_jobs()
        return again(run, by)

    return send
