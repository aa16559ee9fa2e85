"""Who looks at a file, and how much of it they see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from tongxing.accounts.models import Post
from tongxing.children.file import File
from tongxing.children.finding.conditions import sees_names
from tongxing.children.lifecycle import EDITABLE
from tongxing.children.models import Child
from tongxing.crypto import masking

ANYONE = UUID(int=0)


@lru_cache(maxsize=4096)
def _path(view: str, *args: object) -> str:
    """The address of a view of anyone's file: a page has dozens of them."""
    return reverse(f"children:{view}", args=[ANYONE, *args])


@dataclass(frozen=True, slots=True)
class Reader:
    """A post looking at one file."""

    post: Post
    file: File

    @property
    def child(self) -> Child:
        return self.file.child

    @property
    def sees_names(self) -> bool:
        """Those who work with the child call it by its name; who only reads figures sees 张*轩."""
        return sees_names(self.post)

    @property
    def sees_phones(self) -> bool:
        return self.post.may("children.phones")

    @property
    def sees_private(self) -> bool:
        """Reasons such as a father's imprisonment are shown to those who need them only (real-life 7)."""
        return self.post.may("children.edit")

    @property
    def may_unmask(self) -> bool:
        return self.post.may("children.unmask")

    @property
    def may_edit(self) -> bool:
        return self.post.may("children.edit") and self.child.state in EDITABLE

    def may(self, right: str) -> bool:
        return self.post.may(right)

    def name(self, name: str) -> str:
        return name if self.sees_names else masking.mask_name(name)

    def url(self, view: str, *args: object, **query: object) -> str:
        """The address of one of the file's views."""
        path = _path(view, *args).replace(str(ANYONE), str(self.child.id), 1)
        return f"{path}?{urlencode(query)}" if query else path

    def tab(self, key: str, anchor: str = "") -> str:
        return self.url("file", tab=key) + (f"#{anchor}" if anchor else "")

    def unmask(self, field: str) -> str:
        """Where one asks to see a masked value; empty where one may not."""
        return self.url("unmask", field=field) if self.may_unmask else ""
