"""Cases on their way, for tests."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tongxing.accounts.models import Post
from tongxing.protection import scales
from tongxing.protection.actions import judging
from tongxing.protection.models import Case
from tongxing.protection.tests.make import case_of, make_report

ANSWERS = {each.id: max(each.options, key=lambda option: option.points).value for each in scales.scale("four_colours").indicators}
CALM = {each.id: min(each.options, key=lambda option: option.points).value for each in scales.scale("four_colours").indicators}


def emergency(by: Post | None, *, situation: str = "missing", **more: Any) -> Case:
    """An alarm that was heard."""
    return case_of(make_report(by=by, situation=situation, **more))


def assess_twice(case: Case, first: Post, second: Post) -> None:
    """Two people have assessed by the same scale."""
    for post in (first, second):
        judging.assess(case=case, scale="four_colours", answers=ANSWERS, by=post)


def page_of(browser: Client, case: Case) -> str:
    """The page of a case; it must open."""
    answer = browser.get(f"/cases/{case.pk}/")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()
