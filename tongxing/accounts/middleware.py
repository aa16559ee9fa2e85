"""One transaction a request, under the scope of the active post."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from tongxing.accounts.access import HttpRequest, View, rule
from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal.actions import note_access
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
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponseBase | None:
        needs = rule(view)
        if needs is None:
            return None
        if not bool(request.user.is_authenticated):
            return self._to_sign_in(request)
        if blocked := self._gate(request, view):
            return blocked
        post = self._active_post(request)
        if post is None:
            if needs:
                raise PermissionDenied("no post")
            with transaction.atomic():
                return view(request, *args, **kwargs)
        request.post = post
        try:
            if needs and not any(post.may(right) for right in needs):
                raise PermissionDenied(" ".join(sorted(needs)))
            with transaction.atomic(), scope.active(post.scope(), read_only=request.method in SAFE and not getattr(view, "writes", False)) as active:
                request.scope = active
                response = view(request, *args, **kwargs)
                if isinstance(response, StreamingHttpResponse):
                    response.streaming_content = list(response.streaming_content)  # type: ignore[arg-type]  # read while the scope is open
        except (Http404, PermissionDenied):
            self._note(request, [{"outcome": Access.Outcome.DENIED, "place": post.place_id, "child_id": _uuid(kwargs.get("child_id"))}])
            raise
        self._note(request, request.reads)
        return response

    def _to_sign_in(self, request: HttpRequest) -> HttpResponseBase:
        target = reverse("accounts:sign_in") + "?" + urlencode({"next": request.get_full_path()})
        response: HttpResponseBase = HttpResponseRedirect(target)
        if getattr(request, "htmx", None):
            response = HttpResponseRedirect(target)
            response.status_code = 401
            response["HX-Redirect"] = reverse("accounts:sign_in")
        return response

    def _gate(self, request: HttpRequest, view: View) -> HttpResponseBase | None:
        """Steps that come before work: a deactivated sign-in, a password to change, a second factor to give."""
        if not request.user.is_active:
            logout(request)
            return self._to_sign_in(request)
        last = request.session.get("seen", 0)
        if time.time() - last > RENEW_SECONDS:
            request.session["seen"] = int(time.time())  # saving renews the idle time
        step = request.session.get("step")
        if step and not getattr(view, "before_work", False):
            return redirect(step)
        return None

    def _active_post(self, request: HttpRequest) -> Post | None:
        held = Post.objects.held(today()).filter(person=request.user.person_id).select_related("person", "place").order_by("since", "id")
        request.posts = list(held)
        chosen = request.session.get("post")
        return next((post for post in request.posts if str(post.id) == chosen), request.posts[0] if request.posts else None)

    def _note(self, request: HttpRequest, reads: list[dict[str, Any]]) -> None:
        if not reads:
            return
        with transaction.atomic():
            for read in reads:
                note_access(by=request.post, path=request.path, address=request.META.get("REMOTE_ADDR") or None, **read)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
