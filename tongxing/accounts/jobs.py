"""Background jobs that read or write about children do so as the post that asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.files import outputs
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


@contextmanager
def making(output_id: UUID | str, post_id: UUID | str) -> Iterator[None]:
    """Around a job that makes an output: whatever goes wrong, the output ends with a sentence instead of waiting for ever, and the job fails."""
    try:
        yield
    except PostEnded:
        raise
    except Exception:
        with under(asking(post_id)):
            outputs.fail(output_id=UUID(str(output_id)), sentence=_("生成文件时出了意外的错误，已经记录。请重新生成；仍然不行，请联系系统管理员。"))
        raise
