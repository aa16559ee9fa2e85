"""School terms and holidays as places state them. They are public: no row-level security, no scope."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from tongxing.calendars.terms import AUTUMN, SPRING
from tongxing.ground.models import Row
from tongxing.places.models import Place


class Term(Row):
    """A term of the school year `year`, from `since` until the day before `until`, as `place` states it for all below."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("地点"))
    year = models.PositiveSmallIntegerField(_("学年"))
    number = models.PositiveSmallIntegerField(_("学期"))
    since = models.DateField(_("开学"))
    until = models.DateField(_("放假"))
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["place", "year", "number"], name="term_once"),
            models.CheckConstraint(condition=Q(number__in=(AUTUMN, SPRING)), name="term_number"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="term_since_before_until"),
            ExclusionConstraint(
                name="term_beside_term",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    (Func(F("since"), F("until"), function="daterange", output_field=DateRangeField()), RangeOperators.OVERLAPS),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.place} {self.year}/{self.number}"

    @property
    def last(self) -> date:
        """The last day of the term."""
        return self.until - timedelta(days=1)


class Holiday(Row):
    """A public holiday of a year as `place` states it for all below: free from `since` until the day before `until`; `worked` are the days worked in its place.

    What the State Council named is in the calendar package; a row corrects it, or says it where the package does not know the year yet.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("地点"))
    year = models.PositiveSmallIntegerField(_("年份"))
    names = ArrayField(models.CharField(max_length=30), verbose_name=_("节日"))
    since = models.DateField(_("放假"))
    until = models.DateField(_("上班"))
    worked = ArrayField(models.DateField(), verbose_name=_("调休上班"), default=list, blank=True)
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="holiday_since_before_until"),
            models.CheckConstraint(condition=~Q(names=[]), name="holiday_has_a_name"),
            ExclusionConstraint(
                name="holiday_beside_holiday",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    (Func(F("since"), F("until"), function="daterange", output_field=DateRangeField()), RangeOperators.OVERLAPS),
                ],
            ),
        )
        indexes = (models.Index(fields=["place", "year"], name="holiday_of_year"),)

    def __str__(self) -> str:
        return f"{self.place} {self.since}"

    @property
    def last(self) -> date:
        """The last free day."""
        return self.until - timedelta(days=1)
