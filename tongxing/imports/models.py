"""An import, its file and its rows. What they say is sealed with the run's own key and forgotten after a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.ground.models import Row, ScopedManager, ScopedRow
from tongxing.ground.today import now
from tongxing.imports.states import AT_WORK, TONES, State
from tongxing.ledgers.kinds import Choice, Outcome, Verdict

VERDICTS: Final = {
    Verdict.NEW: _("新增"),
    Verdict.CHANGED: _("有变化"),
    Verdict.SAME: _("相同"),
    Verdict.PROBABLE: _("可能是同一人"),
    Verdict.WRONG: _("有错误"),
    Verdict.ABSENT: _("表里没有"),
}
VERDICT_TONES: Final = {Verdict.NEW: "green", Verdict.CHANGED: "blue", Verdict.SAME: "grey", Verdict.PROBABLE: "amber", Verdict.WRONG: "red", Verdict.ABSENT: "amber"}
OUTCOMES: Final = {
    Outcome.IMPORTED: _("已导入"),
    Outcome.SAME: _("无需更改"),
    Outcome.LEFT: _("须重新核对"),
    Outcome.UNDONE: _("导入已撤销"),
    Outcome.PARTLY: _("部分撤销"),
    Outcome.KEPT: _("未能撤销"),
}
UNDO_FOR: Final = timedelta(days=1)  # after the last row that was written
ENDED: Final = (State.DONE, State.CANCELLED, State.UNDONE)


CHOICES: Final = {Choice.NONE: _("未处理"), Choice.THEIRS: _("以对方为准"), Choice.OURS: _("以本系统为准"), Choice.LATER: _("以后再说")}


class Decision(models.TextChoices):
    NONE = "", _("未决定")
    SAME = "same", _("是同一人")
    OTHER = "other", _("不是同一人")


class ImportRun(ScopedRow):
    """One uploaded list. It belongs to the place of the post that sent it.

    ``layout`` is what was recognised (headings and columns, no content), ``mapping`` a person's correction of it: column index → key.
    ``read`` is the last row of the sheet that was staged, ``applied`` the number of rows that had their turn and ``taken_back`` that of
    those that had it while the import was undone: a job that was killed goes on from there. ``transactions`` are the numbers of the
    run's own acts in the journal.
    """

    kind = models.CharField(_("台账种类"), max_length=30)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.READING)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    file_name = models.BinaryField()  # sealed: names of files carry names
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    layout = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    sheet = models.CharField(max_length=100, blank=True)  # the one that a person chose
    expected = models.PositiveIntegerField(default=0)  # rows of the sheet
    read = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # verdict → rows, and outcome → rows behind "outcome:"
    skipped = models.JSONField(default=list)  # [row, code] of what was no data
    mistakes = models.BinaryField(null=True)  # sealed: the same mistake in many rows (``mistakes``)
    failed = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(_("上传时间"), default=now)
    finished_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)  # the last row
    transactions = ArrayField(models.BigIntegerField(), default=list)
    taken_back = models.PositiveIntegerField(default=0)
    undo_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", null=True)
    undo_at = models.DateTimeField(null=True)
    undo_why = models.CharField(_("撤销导入的原因"), max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (
            models.Index(fields=["scope_place", "-at"], name="import_by_place"),
            models.Index(fields=["at"], condition=Q(erased_at=None), name="import_to_erase"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="import_state"),
            models.CheckConstraint(condition=Q(finished_at__isnull=False) | ~Q(state__in=ENDED), name="import_finished"),
            models.CheckConstraint(condition=Q(finished_at=None) | Q(state__in=(*ENDED, State.UNDOING, State.FAILED)), name="import_not_finished"),
            models.CheckConstraint(
                condition=Q(undo_at=None, undo_post=None, undo_why="") | Q(undo_at__isnull=False, undo_post__isnull=False, undo_why__gt=""), name="import_undone_with_a_reason"
            ),
            models.CheckConstraint(condition=~Q(state__in=(State.UNDOING, State.UNDONE)) | Q(undo_at__isnull=False), name="import_undone_by_somebody"),
            models.CheckConstraint(condition=~Q(state=State.FAILED) | Q(failed__gt=""), name="import_failed_with_a_sentence"),
            models.CheckConstraint(condition=Q(erased_at=None) | Q(erased_at__gte=F("at")), name="import_erased_after"),
        )

    @property
    def at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def imported(self) -> int:
        return self.count(f"outcome:{Outcome.IMPORTED}")

    @property
    def undo_until(self) -> datetime | None:
        """Until when what was written can be taken back; None where nothing was written, or nothing of it is left."""
        return self.written_at + UNDO_FOR if self.written_at and self.imported and self.erased_at is None else None

    @property
    def undoable(self) -> bool:
        until = self.undo_until
        return until is not None and now() < until

    @property
    def wrong(self) -> int:
        return self.count(Verdict.WRONG)

    def count(self, *verdicts: str) -> int:
        return sum(int(self.counts.get(verdict, 0)) for verdict in verdicts)


class ColumnMemory(Row):
    """How a person of a county assigned a heading: for the next list with that heading, from the county or any of its townships.

    Headings say nothing of anybody, so they are plain. ``key`` empty: the column is left out.
    """

    county = models.BigIntegerField()  # the county of the post, or the place itself above counties
    kind = models.CharField(max_length=30)
    heading = models.CharField(max_length=200)  # normalised
    key = models.CharField(max_length=60, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["county", "kind", "heading"], name="column_memory_once"),)


class ImportFile(ScopedRow):
    """The workbook as it was sent, sealed, until the import ends. In the database, so that a worker on another machine reads it."""

    run = models.OneToOneField(ImportRun, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"


class ImportRow(ScopedRow):
    """One row of the list: what it is to the register, what was decided, what became of it. ``payload`` is sealed (``payloads``).

    A verdict ABSENT has no row in the sheet: its numbers go on behind the last. ``choice``, ``place`` and ``differs`` (columns) are what
    lists that are reconciled are worked through by.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as Excel counts
    verdict = models.CharField(max_length=10, choices=list(VERDICTS.items()))
    subject_id = models.UUIDField(null=True)
    decision = models.CharField(max_length=10, choices=Decision.choices, default="", blank=True)
    outcome = models.CharField(max_length=10, choices=list(OUTCOMES.items()), default="", blank=True)
    choice = models.CharField(max_length=10, choices=list(CHOICES.items()), default="", blank=True)
    place = models.BigIntegerField(null=True)
    differs = ArrayField(models.CharField(max_length=60), default=list)
    mistakes = ArrayField(models.SmallIntegerField(), default=list)  # numbers of the run's mistakes
    words = ArrayField(models.CharField(max_length=32), default=list)  # keyed digests of the parts of its name, to find it by
    payload = models.BinaryField()
    trace = models.BinaryField(null=True)  # sealed: what taking the row back needs

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(child=None)

    @property
    def tone(self) -> str:
        return VERDICT_TONES[Verdict(self.verdict)]

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (
            models.Index(fields=["run", "verdict", "number"], name="import_row_by_verdict"),
            models.Index(fields=["run", "number"], name="import_row_waiting", condition=Q(outcome="", verdict__in=("new", "changed"))),
            models.Index(fields=["run", "-number"], name="import_row_written", condition=Q(outcome="imported")),
        )
        constraints = (
            models.UniqueConstraint(fields=["run", "number"], name="import_row_once"),
            models.CheckConstraint(condition=Q(verdict__in=list(Verdict)), name="import_row_verdict"),
            models.CheckConstraint(condition=~Q(verdict__in=("changed", "absent")) | Q(subject_id__isnull=False), name="import_row_changes_somebody"),
            models.CheckConstraint(condition=Q(choice="") | Q(verdict__in=("new", "changed", "absent")), name="import_row_chosen"),
            models.CheckConstraint(condition=Q(decision="") | Q(verdict__in=("new", "changed", "same")), name="import_row_decided"),
        )
