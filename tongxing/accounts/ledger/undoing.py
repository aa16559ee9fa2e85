"""Imported appointments and endings taken back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext_noop

from tongxing.accounts.actions import undoing as actions
from tongxing.accounts.models import Person, Post, User
from tongxing.ground import images
from tongxing.ground.images import Change, Images
from tongxing.journal import queries as journal
from tongxing.ledgers.kinds import Context, Outcome, TakenBack, Written
from tongxing.ledgers.problems import Problem, declare

_COLUMNS: Final = {
    "phone_sealed": "phone",
    "record_checked_on": "record_checked_on",
    "record_check_clear": "record_check",
    "certificate": "certificate",
    "certified_on": "certified_on",
    "until": "until",
}


def before(subject: UUID | None) -> Images:
    """What a row finds."""
    return actions.pictured(subject) if subject else {}


def note(number: int, person: UUID, found: Images, context: Context[Post]) -> None:
    """Note what a row has left behind."""
    changes = images.changes(found, actions.pictured(person))
    context.wrote(number, person, [change.as_data() for change in changes])


def undo(row: Written, why: str, context: Context[Post]) -> TakenBack:
    changes = [Change.from_data(each) for each in row.trace or []]  # type: ignore[attr-defined]
    if why_not := _in_use(row, changes, context):
        return TakenBack(Outcome.KEPT, (why_not,))
    taken_back, kept = actions.take_back(changes=changes, why=why, by=context.by)
    columns = dict.fromkeys(_column(change) for change in kept)
    problems = tuple(Problem(row.number, column, "", "posts.undo_changed_since") for column in columns)
    return TakenBack(Outcome.UNDONE if not kept else Outcome.PARTLY if taken_back else Outcome.KEPT, problems)


def _in_use(row: Written, changes: list[Change], context: Context[Post]) -> Problem | None:
    """Somebody whom the row brought in has a sign-in by now, or somebody has acted on their post: all of it stays."""
    made = {change.part: [UUID(each.pk) for each in changes if each.part == change.part and each.before is None] for change in changes}
    if User.objects.filter(person_id__in=made.get(actions.PEOPLE, [])).exists():
        return Problem(row.number, "", "", "posts.undo_signed_in")
    acts = journal.acted_on("post", made.get(actions.POSTS, []), besides=context.transactions) | journal.acted_on(
        "person", made.get(actions.PEOPLE, []), besides=context.transactions
    )
    if not acts:
        return None
    act = max(acts.values(), key=lambda each: each.at)
    who = Person.objects.filter(pk=act.by).values_list("name", flat=True).first() or ""
    return Problem(row.number, "", "", "posts.undo_acted_on", {"who": who, "at": localtime(act.at).strftime("%Y-%m-%d %H:%M")})


def _column(change: Change) -> str:
    """The column of the list that says what was kept; a post as a whole says its role."""
    if change.before is None or change.after is None:
        return "role" if change.part == actions.POSTS else "name"
    return next((_COLUMNS[name] for name in change.after if name in _COLUMNS), "")


declare(
    {
        "posts.undo_changed_since": gettext_noop("导入以后有人改过，或者别处已经用到，保留现在的内容"),
        "posts.undo_signed_in": gettext_noop("此人已经开通登录，不能撤销。需要的话请办理离任"),
        "posts.undo_acted_on": gettext_noop("导入以后%(who)s在 %(at)s 办理过，不能撤销"),
    }
)
