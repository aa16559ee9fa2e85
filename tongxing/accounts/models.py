"""People who work here, their sign-in, and the posts they hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.roles import ROLES, WITHHELD, Role, Sees
from tongxing.ground.models import Row
from tongxing.ground.scope import NOWHERE, Scope
from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places.models import Place

RECORD_CHECK_DAYS = 365  # 未成年人保护法 art. 62: at hire and every year


class Person(Row):
    """Somebody who works for children: staff, teacher, volunteer. Has a sign-in or not."""

    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("工作电话"), max_length=30, blank=True)
    record_checked_on = models.DateField(_("从业查询日期"), null=True, blank=True)
    record_check_clear = models.BooleanField(_("查询无违法犯罪记录"), default=False)
    certificate = models.CharField(_("培训证书编号"), max_length=60, blank=True)
    certified_on = models.DateField(_("取证日期"), null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(certificate="") | Q(certified_on__isnull=False), name="certificate_has_a_date"),
            models.CheckConstraint(condition=Q(record_check_clear=False) | Q(record_checked_on__isnull=False), name="record_check_has_a_date"),
        )

    def __str__(self) -> str:
        return self.name

    def record_check_holds(self, on: date) -> bool:
        """Whether the record check of art. 62 was clear and is not older than a year."""
        return self.record_check_clear and self.record_checked_on is not None and on <= self.record_checked_on + timedelta(days=RECORD_CHECK_DAYS)


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser, Row):
    """A sign-in. Rights follow from posts alone: there is no superuser."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    is_active = models.BooleanField(_("可以登录"), default=True)
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.username


class PostQuerySet(models.QuerySet["Post"]):
    def held(self, on: date) -> PostQuerySet:
        """Posts in force on this day."""
        return self.filter(Q(until=None) | Q(until__gt=on), since__lte=on)

    def at_or_below(self, place: int) -> PostQuerySet:
        return self.filter(place__code__range=codes.span(place))


class Post(Row):
    """Role × place, from–until (`until` excluded), held by a person. What one sees follows from it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("岗位"), max_length=30, choices=[(role.id, role.name) for role in ROLES.values()])
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("地点"))
    unit_id = models.UUIDField(null=True, blank=True)  # the school, class or organisation; units stand on a higher floor
    unit_name = models.CharField(_("单位"), max_length=100, blank=True)
    since = models.DateField(_("任职日期"))
    until = models.DateField(_("离任日期"), null=True, blank=True)
    concurrent = models.CharField(_("兼任职务"), max_length=60, blank=True)
    deputy_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("代理(AB岗)"))
    end_reason = models.CharField(_("离任原因"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[Post]] = PostQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="post_since_before_until"),
            models.UniqueConstraint(fields=["person", "role", "place"], condition=Q(until=None, deputy_of=None, unit_id=None), name="post_held_once"),
        )
        indexes = (models.Index(fields=["place", "role", "until"], name="post_place"),)

    def __str__(self) -> str:
        return f"{self.definition.name} · {self.place.name}"

    @property
    def definition(self) -> Role:
        return ROLES[self.role]

    def powers_withheld(self, on: date | None = None) -> bool:
        """Whether the holder may not work with children for want of this year's record check."""
        return self.definition.record_check and not self.person.record_check_holds(on or today())

    @property
    def rights(self) -> frozenset[str]:
        return WITHHELD if self.powers_withheld() else self.definition.rights

    def may(self, right: str) -> bool:
        return right in self.rights

    def scope(self) -> Scope:
        """The scope of this post; the children granted to it are added by the database when it becomes active."""
        if self.definition.sees is Sees.PLACE and not self.powers_withheld():
            return Scope(self.id, *codes.span(self.place_id))
        return Scope(self.id if self.definition.sees is Sees.GRANTED and not self.powers_withheld() else None, *NOWHERE)
