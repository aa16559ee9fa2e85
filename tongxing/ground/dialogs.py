"""Forms that open in the page's dialog, and as pages of their own without a script."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The dialog; with status 422 where what was sent has to be corrected."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def done(request: HttpRequest, url: str) -> HttpResponse:
    """Close the dialog by going to ``url``, which shows the message."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
