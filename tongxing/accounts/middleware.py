"""One transaction a request, under the scope of the active post."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from tongxing.accounts.access import HttpRequest, View, rule
from tongxing.accounts.lockout import address
from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal.actions import Someone, note_access
from tongxing.journal.models import Access

SAFE = ("GET", "HEAD", "OPTIONS")
RENEW_SECONDS = 60


class PostMiddleware:
    """Finds the active post, opens its scope around the view, notes reads and refusals.

    A view without an access rule is refused. GET cannot write: its transaction is read-only; what it read is noted
    afterwards in a transaction of its own, before the answer leaves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.reads = []
        request.posts = []
        if "%00" in request.META.get("QUERY_STRING", ""):  # no text holds one, and PostgreSQL refuses it
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        response = self.get_response(request)
        if request.user.is_authenticated:  # what a person may see stays on no disk, for whoever sits down after them
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponseBase | None:
        needs = rule(view)
        if needs is None:
            return None
        if not bool(request.user.is_authenticated) or self._too_old(request):
            return self._go(request, "accounts:sign_in")
        active = self._find_posts(request)
        if getattr(view, "before_work", False):
            with transaction.atomic():
                return _rendered(view(request, *args, **kwargs))
        if held_up := self._held_up(request, active):
            return held_up
        if active is None:
            return render(request, "accounts/no_post.html", status=403)
        request.post = active
        try:
            if needs and not any(active.may(right) for right in needs):
                raise PermissionDenied(" ".join(sorted(needs)))
            with transaction.atomic(), scope.active(active.scope(), read_only=request.method in SAFE, to_the_end=True) as request.scope:
                response = _rendered(view(request, *args, **kwargs))
        except (Http404, PermissionDenied):
            self._note(request, [{"outcome": Access.Outcome.DENIED, "place": active.place_id, "child_id": _uuid(kwargs.get("child_id"))}])
            raise
        self._note(request, request.reads)
        return response

    def _too_old(self, request: HttpRequest) -> bool:
        """Whether the session has gone on for longer than a working day; renews its idle time where not."""
        moment = int(time.time())
        since = request.session.setdefault("since", moment)
        if moment - since > settings.SIGNED_IN_HOURS * 3600:
            logout(request)
            return True
        if moment - request.session.get("seen", 0) > RENEW_SECONDS:
            request.session["seen"] = moment  # what is changed is saved, and what is saved lives on
        return False

    def _go(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """Send the browser elsewhere, and back here afterwards. A part of a page sends the whole page."""
        here = request.get_full_path() if request.method in SAFE else _page(request)
        if request.htmx:
            here = _path(request.headers.get("HX-Current-URL", "/"))
        target = f"{reverse(name)}?{urlencode({'next': here})}"
        if request.htmx:
            return HttpResponse(status=401, headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)

    def _held_up(self, request: HttpRequest, active: Post | None) -> HttpResponseBase | None:
        """A step comes before work; and a form that was opened under another post is not carried out under this one."""
        if step := self._step(request):
            return self._go(request, step)
        if active and request.method not in SAFE and request.POST.get("opened_as", str(active.id)) != str(active.id):
            return render(request, "accounts/other_post.html", {"post": active}, status=409)
        return None

    def _step(self, request: HttpRequest) -> str | None:
        """What comes before work: the second factor, then a password of one's own."""
        verified = request.session.get("verified")
        forced = settings.SECOND_FACTOR and any(post.definition.second_factor for post in request.posts)
        if verified is False:
            return "accounts:verify"
        if request.user.must_change_password:
            return "accounts:password"
        if forced and not verified:
            return "accounts:enrol"
        return None

    def _find_posts(self, request: HttpRequest) -> Post | None:
        """The posts held today, and the one that was chosen among them."""
        held = Post.objects.held(today()).filter(person=request.user.person_id).select_related("person", "place").order_by("since", "id")
        request.posts = list(held)
        if request.posts:
            request.user.person = request.posts[0].person  # spares a query to whoever shows the name
        chosen = request.session.get("post")
        return next((post for post in request.posts if str(post.id) == chosen), request.posts[0] if request.posts else None)

    def _note(self, request: HttpRequest, reads: list[dict[str, Any]]) -> None:
        if not reads:
            return
        by = Someone(id=request.post.id, person_id=request.post.person_id)
        with transaction.atomic():
            for read in reads:
                note_access(by=by, path=request.path, address=address(request), **read)


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """The answer with everything read that it will show: the scope ends with the view."""
    if isinstance(response, SimpleTemplateResponse):
        return response.render()
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = list(response.streaming_content)  # type: ignore[arg-type]  # the stub knows asynchronous content too
    return response


def _page(request: HttpRequest) -> str:
    """The page of ours that a form was sent from: what was typed there waits there."""
    came = request.headers.get("Referer", "")
    return _path(came) if url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()}, require_https=request.is_secure()) else "/"


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
