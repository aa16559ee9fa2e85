"""Where a page that stands in the way leads back to."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

HOME = "/"


def target(request: HttpRequest) -> str:
    """The page named by `next`, where it is one of ours that shows work; else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or HOME
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HOME
    parts = urlsplit(wanted)
    try:
        view = resolve(parts.path).func
    except Resolver404:
        return HOME
    if getattr(view, "needs", None) is None or getattr(view, "before_work", False):
        return HOME
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def keeps(request: HttpRequest) -> bool:
    """Whether a page was named at all."""
    return bool(request.POST.get("next") or request.GET.get("next"))


def demo_accounts() -> list[dict[str, str]]:
    """The sign-ins that the whole world knows, in a demo."""
    if not settings.DEMO or not settings.DEMO_ACCOUNTS:
        return []
    from django.utils.module_loading import import_string

    accounts: list[dict[str, str]] = import_string(settings.DEMO_ACCOUNTS)()
    return accounts
