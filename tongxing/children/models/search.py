"""The words a child is found by. Compared by byte: equality, ranges and ``^@`` keep their index under row-level security."""

from __future__ import annotations

from django.db import models

from tongxing.children.models.child import Child
from tongxing.ground.models import ScopedManager


class SearchKey(models.Model):
    """One key of one child; ``children.search_keys`` says which there are. Written with the file, never by hand."""

    pk = models.CompositePrimaryKey("key", "child_id")
    key = models.CharField(max_length=100, db_collation="C")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    scope_place = models.BigIntegerField()

    objects = ScopedManager["SearchKey"]()
    unscoped = models.Manager["SearchKey"]()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"

    def __str__(self) -> str:
        return self.key
