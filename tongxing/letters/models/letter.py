"""Letters (联函), who received them, the children that they list, and what was answered for each.

Row-level security: a letter shows to those whose place covers the office that wrote it, and from its sending to the posts that received it; so do
its lines and the answers. Its children show to the receiving posts by grants, until it is closed: what is left of the list then names nobody.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.ground import scope
from tongxing.ground.models import ScopedManager, ScopedRow
from tongxing.ground.scope import NOWHERE
from tongxing.ground.today import now
from tongxing.letters import codes, rules
from tongxing.letters.models.matter import Matter
from tongxing.letters.models.need import Need
from tongxing.letters.states import TONES, State


class ReceivedManager[Model: models.Model](ScopedManager[Model]):
    """Rows of the active scope's places; for a post that sees no place, those of letters that it received. ``letter`` names the column."""

    def __init__(self, letter: str = "letter_id") -> None:
        super().__init__(child=None)
        self.letter = letter

    def get_queryset(self) -> QuerySet[Model]:
        active = scope.current()
        if (active.lo, active.hi) != NOWHERE or active.grantee is None:
            return super().get_queryset()
        received = Receiver.unscoped.filter(post_id=active.grantee).values("letter_id")
        return QuerySet(self.model, using=self._db).filter(**{f"{self.letter}__in": received})


class Kind(models.TextChoices):
    LETTER = "letter", _("工作联系函")
    ORDER = "order", _("协办单")


class Letter(ScopedRow):
    """What an office asks of a department. ``scope_place`` is the office's. The text names no child: the list does."""

    kind = models.CharField(_("种类"), max_length=10, choices=Kind.choices, default=Kind.LETTER)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="letters")
    county = models.BigIntegerField()
    department = models.CharField(_("主送部门"), max_length=30)
    title = models.CharField(_("标题"), max_length=80)
    text = models.TextField(_("正文"), max_length=4000)
    days = models.PositiveSmallIntegerField(_("复函期限（工作日）"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFTED)
    number = models.CharField(_("文号"), max_length=40, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    drafter = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("拟稿人"))
    created_at = models.DateTimeField(_("拟稿时间"), default=now)
    sent_on = models.DateField(_("发出日期"), null=True)
    due_on = models.DateField(_("复函期限"), null=True)
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True)
    acknowledged_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(_("复函日期"), null=True)
    ended_on = models.DateField(_("办结日期"), null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ScopedManager[Self]] = ReceivedManager("id")
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta(ScopedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=["county", "year", "number"], condition=~Q(number=""), name="letter_number_once"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="letter_says_something"),
            models.CheckConstraint(condition=Q(department__in=codes.ADDRESSEE.values()), name="letter_department"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="letter_state"),
            models.CheckConstraint(
                condition=Q(sent_on=None, due_on=None, number="", year=None) | Q(sent_on__isnull=False, due_on__gte=F("sent_on"), number__gt="", year__isnull=False),
                name="letter_sent_with_number_and_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("drafted", "checking", "checked", "signed"), sent_on=None)
                | Q(state="withdrawn")
                | Q(state__in=("sent", "answered", "closed"), sent_on__isnull=False),
                name="letter_sent_or_not",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("closed", "withdrawn"), ended_on__isnull=False) | (~Q(state__in=("closed", "withdrawn")) & Q(ended_on=None)), name="letter_ended"
            ),
            models.CheckConstraint(condition=~Q(state="answered") | Q(answered_on__isnull=False), name="letter_answered_on"),
        )
        indexes = (
            models.Index(fields=["scope_place", "-created_at", "-id"], name="letter_by_office"),
            models.Index(fields=["due_on"], condition=Q(state="sent"), name="letter_due"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def is_order(self) -> bool:
        return self.kind == Kind.ORDER

    @property
    def department_label(self) -> str:
        return codes.ADDRESSEE.text(self.department)

    @property
    def binding(self) -> str:
        return f"letter:{self.id}"

    def late(self, on: date) -> bool:
        """Whether the department has let its day pass, or did before it answered."""
        if self.state in (State.CLOSED, State.WITHDRAWN) and self.answered_on is None:
            return rules.late(self.due_on, answered_on=self.ended_on, on=on)
        return rules.late(self.due_on, answered_on=self.answered_on, on=on)


class Move(ScopedRow):
    """One act on a letter: who, when, what they said. The office's own, not the department's to read."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="moves")
    act = models.CharField(max_length=20)
    at = models.DateTimeField(default=now)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=500, blank=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta(ScopedRow.Meta):
        indexes = (models.Index(fields=["letter", "at"], name="move_of_letter"),)

    def __str__(self) -> str:
        return f"{self.act} {self.letter_id}"


class Receiver(ScopedRow):
    """A post of the department to which a letter was sent. ``scope_place`` is the office's."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="receivers")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta(ScopedRow.Meta):
        constraints = (models.UniqueConstraint(fields=["letter", "post"], name="receiver_once"),)
        indexes = (models.Index(fields=["post"], name="receiver_of_post"),)

    def __str__(self) -> str:
        return f"{self.letter_id} {self.post_id}"


class Item(ScopedRow):
    """A line of a letter's list: one child, one need, and the need's note as it was when it was listed. ``sent_on`` and ``number`` are the letter's: the child's own village
    reads the line without the letter. ``ended``: why it is answered no more (the child moved away, was erased …)."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="items")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, related_name="items")
    kind = models.CharField(_("需求"), max_length=30)
    note_sealed = models.BinaryField(null=True)
    sent_on = models.DateField(null=True)
    number = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(_("答复"), max_length=20, blank=True)
    next_on = models.DateField(_("下次答复"), null=True)
    replied_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=20, blank=True)

    objects: ClassVar[ScopedManager[Self]] = ReceivedManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta(ScopedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=["letter", "child", "kind"], name="item_once"),
            models.CheckConstraint(condition=Q(outcome="") | Q(outcome__in=codes.OUTCOME.values()), name="item_outcome"),
            models.CheckConstraint(condition=Q(outcome="progress", next_on__isnull=False) | (~Q(outcome="progress") & Q(next_on=None)), name="item_progress_has_a_day"),
            models.CheckConstraint(condition=Q(kind__in=codes.NEED.values()), name="item_kind"),
        )
        indexes = (models.Index(fields=["child", "-id"], name="item_of_child"),)

    def __str__(self) -> str:
        return f"{self.letter_id} {self.child_id}"


class Reply(ScopedRow):
    """What a department answered for one line, or (``item`` empty) for the letter as a whole. Never changed: what comes later counts.

    The words are sealed with the child's key, those of a whole letter with the letter's. ``paper``: the office keyed in what came on paper.
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="replies")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="replies")
    outcome = models.CharField(_("答复"), max_length=20)
    words_sealed = models.BinaryField(null=True)
    next_on = models.DateField(_("下次答复"), null=True)
    on = models.DateField(_("复函日期"))
    at = models.DateTimeField(default=now)
    paper = models.BooleanField(default=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = ReceivedManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta(ScopedRow.Meta):
        verbose_name_plural = "replies"
        constraints = (models.CheckConstraint(condition=Q(outcome__in=codes.OUTCOME.values()), name="reply_outcome"),)
        indexes = (models.Index(fields=["letter", "-at"], name="reply_of_letter"), models.Index(fields=["item", "-at"], name="reply_of_item"))

    def __str__(self) -> str:
        return f"{self.outcome} {self.letter_id}"
