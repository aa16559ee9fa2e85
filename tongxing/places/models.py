"""The tables of places. They are public: no row-level security, no scope."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from tongxing.ground.models import Row
from tongxing.ground.today import now
from tongxing.places import codes
from tongxing.places.codes import Level


class PlaceQuerySet(models.QuerySet["Place"]):
    """Reads of places that name their meaning."""

    def valid(self, on: date) -> Self:
        """Places that exist on that day. Closed ones are read through their code."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_until=None) | Q(valid_until__gt=on))

    def within(self, lo: int, hi: int) -> Self:
        """Places whose code lies in the range, both ends included."""
        return self.filter(code__range=(lo, hi))


class Place(models.Model):
    """A province, city, county, township or village. A subtree is the range ``codes.span(code)``.

    ``valid_from`` None means: as far back as anyone here knows. ``stated_on`` is the date of the newest list or decision
    that spoke of the place; an older list does not overrule it. The key columns are compared by byte (``^@`` and ranges).
    """

    code = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=100, db_collation="C")
    level = models.SmallIntegerField(choices=[(each.value, codes.LABELS[each]) for each in Level if each])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    full_name = models.CharField(max_length=300)
    pinyin = models.CharField(max_length=500, db_collation="C")
    initials = models.CharField(max_length=100, db_collation="C")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    stated_on = models.DateField()

    objects = PlaceQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["level", "short_name"], name="place_by_name"),
            models.Index(fields=["level", "pinyin"], name="place_by_pinyin"),
            models.Index(fields=["level", "initials"], name="place_by_initials"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="place_level"),
            models.CheckConstraint(condition=Q(parent=None, level=1) | Q(parent__lt=F("code"), level__gt=1), name="place_parent"),
            models.CheckConstraint(condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gte=F("valid_from")), name="place_validity"),
        )

    def __str__(self) -> str:
        return self.short_name

    @property
    def span(self) -> tuple[int, int]:
        return codes.span(self.code)

    @property
    def depth(self) -> Level:
        return Level(self.level)

    def closed(self, on: date) -> bool:
        """Whether the place has ended by that day."""
        return self.valid_until is not None and self.valid_until <= on


class FormerName(Row):
    """What a place was called until a day (not that day itself): found by search, shown in its history."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=100, db_collation="C", db_index=True)
    until = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["place", "until", "name"], name="former_name_once"),)

    def __str__(self) -> str:
        return self.short_name


class Succession(Row):
    """From ``on``, ``new`` stands where ``old`` stood. A place that was divided has several successors."""

    old = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="successions")
    new = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="predecessors")
    on = models.DateField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["old", "new"], name="succession_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="succession_other"),
        )

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class Upload(Row):
    """A county's list as an official uploaded it, waiting for "apply" after the preview."""

    post_id = models.UUIDField()
    source = models.CharField(max_length=200)
    on = models.DateField()
    complete = models.BooleanField(default=False)
    places = models.JSONField()  # [row, code, name] each
    problems = models.JSONField()  # [row, text] each
    uploaded_at = models.DateTimeField(default=now)
    applied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.source
