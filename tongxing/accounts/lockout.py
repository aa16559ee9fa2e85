"""Locking out after wrong passwords (django-axes), and what the person then reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongxing.ground.today import now

ANYWHERE = 4  # times the limit: wrong passwords for one name from all addresses together


def address(request: HttpRequest) -> str | None:
    """Where a request comes from: what the proxy in front of us saw, where there is one."""
    if settings.BEHIND_PROXY and (chain := request.META.get("HTTP_X_FORWARDED_FOR")):
        return str(chain).rpartition(",")[2].strip() or None
    return request.META.get("REMOTE_ADDR") or None


def cool_off() -> timedelta:
    return timedelta(hours=settings.AXES_COOLOFF_TIME)


class Handler(AxesDatabaseHandler):  # type: ignore[misc]  # django-axes has no types
    """Five failures for a name from one address lock both together; twenty from anywhere lock the name."""

    def is_locked(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> bool:
        if super().is_locked(request, credentials):
            return True
        name = (credentials or {}).get("username") or ""
        failures = AccessAttempt.objects.filter(username=name, attempt_time__gte=now() - cool_off()).aggregate(sum=Sum("failures_since_start"))
        return (failures["sum"] or 0) >= settings.AXES_FAILURE_LIMIT * ANYWHERE


def is_locked(request: HttpRequest, username: str) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Mapping[str, Any] | None = None) -> HttpResponse:
    """The page in words: how long, and whom to ask. The same for names that nobody has."""
    name = (credentials or {}).get("username") or ""
    last = AccessAttempt.objects.filter(username=name).aggregate(last=Max("attempt_time"))["last"]
    left = (last + cool_off() - now()) if last else cool_off()
    page = render(request, "accounts/locked.html", {"minutes": max(1, ceil(left.total_seconds() / 60))}, status=429)
    page["Retry-After"] = str(max(60, int(left.total_seconds())))
    return page


def locked_until(usernames: Iterable[str]) -> dict[str, datetime]:
    """Which of these sign-ins are locked at least from one address, and until when."""
    since = now() - cool_off()
    attempts = AccessAttempt.objects.filter(username__in=list(usernames), attempt_time__gte=since, failures_since_start__gte=settings.AXES_FAILURE_LIMIT)
    return {name: last + cool_off() for name, last in attempts.values_list("username").annotate(last=Max("attempt_time"))}


def locked_names() -> list[str]:
    """All names that are locked at least from one address."""
    attempts = AccessAttempt.objects.filter(attempt_time__gte=now() - cool_off(), failures_since_start__gte=settings.AXES_FAILURE_LIMIT)
    return list(attempts.values_list("username", flat=True).distinct())


def unlock(username: str) -> None:
    reset(username=username)
