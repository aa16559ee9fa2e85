"""Forms that open in the page's dialog, and as pages of their own without a script."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The dialog; with status 422 where what was sent has to be corrected."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def done(request: HttpRequest, url: str, *, stay: bool = False) -> HttpResponse:
    """Close the dialog by going to ``url``, which shows the message; with ``stay`` by drawing the page anew on which it was opened."""
    if not getattr(request, "htmx", False):
        return redirect(url)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"} if stay else {"HX-Redirect": url})
