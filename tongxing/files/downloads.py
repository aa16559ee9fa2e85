"""A file as the answer to a request."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def download(content: bytes, name: str, media_type: str, *, shown: bool = False) -> HttpResponse:
    """A file to be saved under this name; ``shown``: one that the browser opens in place. That no cache keeps it is said of every answer, by the middleware."""
    disposition = content_disposition_header(not shown, name) or ("inline" if shown else "attachment")
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})
