"""Background jobs that read or write about children do so as the post that asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.scope import Scope
from tongxing.ground.today import today


class PostEnded(Exception):
    """The post that asked for a job is no longer held, or its holder may no longer work: the job must not go on."""


def asking(post_id: UUID | str) -> Post:
    """The post that asked, as it stands now. Raises PostEnded."""
    post = Post.objects.held(today()).filter(pk=post_id, person__user__is_active=True).select_related("person", "place").first()
    if post is None:
        raise PostEnded(f"post {post_id} is not held any more")
    return post


@contextmanager
def under(post: Post, *, read_only: bool = False) -> Iterator[Scope]:
    """One transaction under the post's scope. Long work opens one for each chunk."""
    with transaction.atomic(), scope.active(post.scope(), read_only=read_only) as active:
        yield active
