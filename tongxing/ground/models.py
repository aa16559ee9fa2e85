"""What every table of ours begins with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import ClassVar, Self

from django.db import models
from django.db.models.base import ModelState

from tongxing.ground import scope
from tongxing.ground.ids import uuid7


class Row(models.Model):
    """A row whose id is made by whoever creates it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def fresh(cls, **values: object) -> Self:
        """A new instance, as ``cls(**values)`` makes it, in a tenth of the time. Names are those of columns (``child_id``); an unknown one raises TypeError.

        For what is made by the dozen for each child of a list.
        """
        constants, calls = _defaults(cls)
        made = cls.__new__(cls)
        own = made.__dict__
        own.update(constants)
        for name, default in calls:
            if name not in values:
                own[name] = default()
        own.update(values)
        if len(own) > len(constants) + len(calls):
            raise TypeError(f"{cls.__name__} has no columns {sorted(own.keys() - constants.keys() - {name for name, _default in calls})}")
        own["_state"] = ModelState()
        return made


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, object], tuple[tuple[str, Callable[[], object]], ...]]:
    """What a new instance holds in each column: constants, and calls that make a value."""
    constants: dict[str, object] = {}
    calls: list[tuple[str, Callable[[], object]]] = []
    for field in model._meta.concrete_fields:  # noqa: SLF001
        if callable(field.default) and field.default is not models.NOT_PROVIDED:
            calls.append((field.attname, field.default))
        else:
            constants[field.attname] = field.get_default()
    return constants, tuple(calls)


class ScopedManager[Model: models.Model](models.Manager[Model]):
    """Rows of the active scope only. Raises ScopeRequired where none is active.

    `child` names the column with the child's id, None where a row is not about one child.
    """

    def __init__(self, child: str | None = "child_id") -> None:
        super().__init__()
        self.child = child

    def get_queryset(self) -> models.QuerySet[Model]:
        active = scope.current()
        rows = super().get_queryset()
        if (active.lo, active.hi) == scope.WHOLE_COUNTRY:
            return rows
        condition = active.rows(self.child) if self.child else models.Q(scope_place__range=(active.lo, active.hi))
        return rows.filter(condition)

    def create(self, **kwargs: object) -> Model:
        """Write without reading: what may be written is for the action and the database's policy to say."""
        made = self.model(**kwargs)
        made.save(force_insert=True, using=self.db)
        return made


class ScopedRow(Row):
    """A row that belongs to a place: `scope_place` says who may see it, and only the action that moves a child rewrites it.

    `objects` is the scoped manager; `unscoped` shows what the database's own wall lets through and is for the actions that
    step over places and for tests.
    """

    scope_place = models.BigIntegerField(db_index=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()
    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
        default_manager_name = "objects"


class Grant(models.Model):
    """A single child shown to a post whose place does not cover it: a teacher, a volunteer, a department.

    No foreign keys: posts and children stand on higher floors, and the table is read by `scope_children()` at every request.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post_id = models.UUIDField()
    child_id = models.UUIDField(db_index=True)
    cause = models.CharField(max_length=40)  # class, circle, case, transfer …
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["post_id", "child_id", "cause"], condition=models.Q(until=None), name="grant_once"),
            models.CheckConstraint(condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="grant_since_before_until"),
        )
        indexes = (models.Index(fields=["post_id", "until"], name="grant_post"),)
