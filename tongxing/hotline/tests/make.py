"""Calls for tests, made by the actions."""

from __future__ import annotations

from typing import Any

from tests.people import COUNTY, make_post
from tongxing.accounts.models import Post
from tongxing.hotline import actions
from tongxing.hotline.models import ROLE, Call

PHONE = "13812345678"


def make_agent(place: int = COUNTY, name: str = "苏晴") -> Post:
    return make_post(ROLE, place, name=name)


def make_call(*, by: Post, result: str = "", **written: Any) -> Call:
    """A call that was written down; over, where it has a result."""
    call = actions.begin(by=by)
    call = actions.keep(call=call, draft=actions.Draft(**{"caller": "neighbour", "topic": "study", "phone": PHONE, "said": "孩子三天没上学", **written}), by=by)
    return actions.finish(call=call, result=result, by=by) if result else call
