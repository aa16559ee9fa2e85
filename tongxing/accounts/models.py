"""People who work here, their sign-in, and the posts they hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from tongxing.accounts import rules
from tongxing.accounts.roles import ROLES, WITHHELD, Role, Sees
from tongxing.accounts.rules import RecordCheck, Seat
from tongxing.crypto import actions as keys
from tongxing.crypto.sealed import DataKey
from tongxing.ground.models import Row
from tongxing.ground.scope import NOWHERE, Scope
from tongxing.ground.today import now, today
from tongxing.places import codes
from tongxing.places.models import Place


class Person(Row):
    """Somebody who works for children: staff, teacher, volunteer. Has a sign-in or not."""

    name = models.CharField(_("姓名"), max_length=60)
    pinyin = models.CharField(max_length=200, db_collation="C", blank=True)
    initials = models.CharField(max_length=60, db_collation="C", blank=True)
    phone_sealed = models.BinaryField(null=True)
    phone_digest = models.CharField(max_length=32, blank=True, db_index=True)
    record_checked_on = models.DateField(_("从业查询日期"), null=True, blank=True)
    record_check_clear = models.BooleanField(_("查询无违法犯罪记录"), default=False)
    certificate = models.CharField(_("培训证书编号"), max_length=60, blank=True)
    certified_on = models.DateField(_("取证日期"), null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    _phone: str | None = None

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(phone_sealed=None, phone_digest="") | Q(phone_sealed__isnull=False, phone_digest__gt=""), name="person_phone_sealed_and_digested"),
            models.CheckConstraint(condition=Q(certificate="") | Q(certified_on__isnull=False), name="certificate_has_a_date"),
            models.CheckConstraint(condition=Q(record_check_clear=False) | Q(record_checked_on__isnull=False), name="record_check_has_a_date"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def phone(self) -> str:
        """The work telephone in clear, empty where there is none. A list reads many at once: `queries.with_phones`."""
        if self._phone is None:
            found = keys.open_keys([self.pk]) if self.phone_sealed else {}
            self.opened(found.get(self.pk))
        return self._phone or ""

    def opened(self, key: DataKey | None) -> None:
        """Keep the telephone in clear for the length of a request."""
        self._phone = key.open("phone", self.phone_sealed) if key and self.phone_sealed else ""

    def record_check(self, on: date | None = None) -> RecordCheck:
        """Where the record check of art. 62 stands."""
        return rules.record_check(checked_on=self.record_checked_on, clear=self.record_check_clear, on=on or today())

    def record_check_holds(self, on: date) -> bool:
        """Whether the record check of art. 62 was clear and is not older than a year."""
        return self.record_check(on).holds


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser, Row):
    """A sign-in. Rights follow from posts alone: there is no superuser."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    is_active = models.BooleanField(_("可以登录"), default=True)
    must_change_password = models.BooleanField(default=False)
    one_time_until = models.DateTimeField(null=True, blank=True)  # a password that a superior set is good until then
    language = models.CharField(max_length=10, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.username


class Authenticator(ThrottlingMixin, Device):  # type: ignore[misc]  # django-otp has no types
    """The second factor: a program on the person's telephone that shows six digits (TOTP, RFC 6238).

    The secret is sealed under a key of its own, so that neither a dump nor a backup of the database holds it. Wrong digits
    make the next attempt wait, twice as long each time.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="authenticator")
    sealed = models.BinaryField()
    last_step = models.BigIntegerField(default=-1)  # digits are good once
    drift = models.SmallIntegerField(default=0)

    STEP_SECONDS = 30
    TOLERANCE = 1

    def get_throttle_factor(self) -> float:
        return 1

    @property
    def secret(self) -> bytes:
        return keys.open_keys([self.user_id])[self.user_id].open_bytes("authenticator", self.sealed)

    def verify_token(self, token: str) -> bool:
        """Whether the digits are right, now and for the first time. Call inside a transaction that locked the row."""
        allowed, _reason = self.verify_is_allowed()
        if not allowed or not token.isascii() or not token.isdigit():
            return False
        clock = TOTP(self.secret, self.STEP_SECONDS, 0, 6, self.drift)
        clock.time = now().timestamp()
        right = clock.verify(int(token), self.TOLERANCE, self.last_step + 1)
        if right:
            self.last_step, self.drift = clock.t(), clock.drift
            self.throttle_reset(commit=False)
        else:
            self.throttle_increment(commit=False)
        self.save()
        return bool(right)


class RecoveryCode(Row):
    """A code on paper for the day on which the telephone is lost: good once. Only its keyed digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once"),)


class PostQuerySet(models.QuerySet["Post"]):
    def held(self, on: date) -> PostQuerySet:
        """Posts in force on this day."""
        return self.filter(Q(until=None) | Q(until__gt=on), since__lte=on)

    def withheld(self, on: date) -> PostQuerySet:
        """Posts whose holder may not work with children for want of a record check: the SQL twin of `Post.powers_withheld`."""
        gated = self.filter(role__in=[role.id for role in ROLES.values() if role.record_check])
        since = on - timedelta(days=rules.RECORD_CHECK_DAYS)
        holds = Q(person__record_check_clear=True, person__record_checked_on__range=(since, on))
        if settings.CERTIFICATE_REQUIRED:
            holds &= ~(Q(role="child_director") & Q(person__certificate=""))
        return gated.exclude(holds)


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
    deputy_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("代理（AB岗）"))
    end_reason = models.CharField(_("离任原因"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[Post]] = PostQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="post_since_before_until"),
            models.CheckConstraint(condition=Q(deputy_of=None) | Q(until__isnull=False), name="post_deputy_until"),
            ExclusionConstraint(
                name="post_held_once",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("unit_name", RangeOperators.EQUAL),
                    (Func(F("since"), F("until"), function="daterange", output_field=DateRangeField()), RangeOperators.OVERLAPS),
                ],
                condition=Q(deputy_of=None),
            ),
        )
        indexes = (
            models.Index(fields=["place", "role", "until"], name="post_place"),
            models.Index(fields=["person", "since"], name="post_person"),
        )

    def __str__(self) -> str:
        return f"{self.definition.name} · {self.place}"

    @property
    def definition(self) -> Role:
        return ROLES[self.role]

    @property
    def seat(self) -> Seat:
        return Seat(self.role, self.place_id)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is held; None where no end is known."""
        return self.until - timedelta(days=1) if self.until else None

    def held(self, on: date | None = None) -> bool:
        day = on or today()
        return self.since <= day and (self.until is None or self.until > day)

    def powers_withheld(self, on: date | None = None) -> bool:
        """Whether the holder may not work with children: no record check of this year, or no certificate where one is asked for (HN-7)."""
        if not self.definition.record_check:
            return False
        uncertified = settings.CERTIFICATE_REQUIRED and self.role == "child_director" and not self.person.certificate
        return uncertified or not self.person.record_check_holds(on or today())

    @property
    def rights(self) -> frozenset[str]:
        return WITHHELD if self.powers_withheld() else self.definition.rights

    def may(self, right: str) -> bool:
        return right in self.rights

    def stands_above(self, other: Post) -> bool:
        """Whether the holder is a superior of the other post."""
        return rules.stands_above(self.seat, other.seat)

    @property
    def grantee(self) -> UUID:
        """The post to which children are granted one by one: for a deputy (AB岗) the principal's."""
        return self.deputy_of_id or self.id

    def scope(self) -> Scope:
        """The scope of this post; the children granted to it (to its principal, for a deputy) are added by the database."""
        if self.powers_withheld():
            return Scope(self.id, *NOWHERE, person=self.person_id)
        reach = codes.span(self.place_id)
        match self.definition.sees:
            case Sees.PLACE:
                return Scope(self.id, *reach, grantee=self.grantee, person=self.person_id)
            case Sees.GRANTED:
                return Scope(self.id, *NOWHERE, grantee=self.grantee, person=self.person_id)
            case Sees.NOTHING:
                return Scope(self.id, *NOWHERE, audit=reach if self.may("audit.view") else NOWHERE, person=self.person_id)
