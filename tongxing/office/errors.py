"""What a person sees when something is wrong: a sentence and a next step, never a trace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "office/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "office/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "office/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "office/errors/500.html", status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token no longer holds: mostly a page left open over night."""
    return render(request, "office/errors/stale.html", status=403)
