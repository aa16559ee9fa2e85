"""Every view says who may use it: `@requires("children.view")`, `@signed_in`, or `@public`. A test visits every URL and asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponseBase

if TYPE_CHECKING:
    from tongxing.accounts.models import Post, User
    from tongxing.ground.scope import Scope

    class HttpRequest(DjangoRequest):
        """A request as a view sees it: with its active post and the reads that it will have to answer for."""

        user: User
        post: Post
        posts: list[Post]
        scope: Scope
        htmx: Any
        reads: list[dict[str, Any]]
else:
    HttpRequest = DjangoRequest

type View = Callable[..., HttpResponseBase]


def requires(*rights: str) -> Callable[[View], View]:
    """The active post must hold one of these rights."""

    def mark(view: View) -> View:
        view.needs = frozenset(rights)  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: View) -> View:
    """Anyone who is signed in, with or without a post."""
    return requires()(view)


def public(view: View) -> View:
    """Anyone at all, without a scope."""
    view.needs = None  # type: ignore[attr-defined]
    return view


def before_work(view: View) -> View:
    """Anyone who is signed in, also where the second factor or a password of one's own is still missing. No scope is open."""
    view.before_work = True  # type: ignore[attr-defined]
    return signed_in(view)


def rule(view: View) -> frozenset[str] | None:
    """What a view declared. Raises LookupError where it declared nothing: such a view is never run."""
    for candidate in (view, getattr(view, "view_class", None), getattr(view, "__wrapped__", None)):
        if candidate is not None and hasattr(candidate, "needs"):
            return candidate.needs  # type: ignore[no-any-return]
    raise LookupError(f"{getattr(view, '__module__', '')}.{getattr(view, '__name__', view)} declares no access rule")


def note_read(request: HttpRequest, *, child_id: Any, place: int, outcome: str = "read", what: tuple[str, ...] = (), why: str = "") -> None:
    """Remember that this request shows a child's file; the middleware writes it to the access log before the answer leaves."""
    request.reads.append({"outcome": outcome, "child_id": child_id, "place": place, "what": what, "why": why})
