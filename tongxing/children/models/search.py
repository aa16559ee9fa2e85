"""The words a child is found by, compared by byte: equality, ranges and ``^@`` keep their index under row-level security. And filters kept by name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Person
from tongxing.children.models.child import Child
from tongxing.ground.models import Row, ScopedManager
from tongxing.ground.today import now


class SearchKey(models.Model):
    """One key of one child; ``children.finding.keys`` says which there are. Written with the file, never by hand."""

    pk = models.CompositePrimaryKey("key", "scope_place", "child_id")  # a key in a place is one range of the index
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


class SavedFilter(Row):
    """Filters of the list that somebody keeps under a name. ``shared``: for everybody whose post lies in ``place``.

    ``query`` holds filters alone, never what was searched for: that may be a name or an id number.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.BigIntegerField()
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(max_length=1000)
    shared = models.BooleanField(_("本地区共用"), default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "place", "name"], name="saved_filter_name"),
            models.CheckConstraint(condition=models.Q(name__gt=""), name="saved_filter_has_a_name"),
        )
        indexes = (models.Index(fields=["place"], name="saved_filter_shared", condition=models.Q(shared=True)),)

    def __str__(self) -> str:
        return self.name
