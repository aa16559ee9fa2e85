"""The parts of the exchange, as tabs over its pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.accounts.access import HttpRequest


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The parts that the post may enter."""
    rooms = (
        (_("套表"), "exchange:sheets", "exchange.fill"),
        (_("全国系统"), "exchange:comparisons", "exchange.compare"),
        (_("对外提供登记"), "exchange:given", ""),
    )
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [{"word": word, "url": reverse(view), "current": view == here} for word, view, right in rooms if not right or request.post.may(right)]
