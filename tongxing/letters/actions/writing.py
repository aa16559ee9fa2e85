"""A letter is drafted and changed, with its list of children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child, State
from tongxing.crypto import actions as crypto
from tongxing.ground import bulk, scope
from tongxing.ground.ids import uuid7
from tongxing.journal import actions as journal
from tongxing.letters import codes, states
from tongxing.letters.actions.checks import check_texts, may, missing, squeezed
from tongxing.letters.actions.needs import open_needs
from tongxing.letters.models import Item, Kind, Letter, Matter, Move, Source
from tongxing.places import codes as places
from tongxing.places.codes import Level

MOST = 500  # children on one letter
LONGEST_DAYS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a letter says. ``children``: child → the kinds of need for which it is listed."""

    department: str
    title: str
    text: str
    days: int
    children: Mapping[UUID, Sequence[str]]


@transaction.atomic
def draft(*, draft: Draft, by: Post, kind: str = Kind.LETTER, matter: Matter | None = None, letter_id: UUID | None = None) -> Letter:
    """Draft a letter; needs that nobody wrote down yet are written down with it. Idempotent on ``letter_id`` of the same drafter.

    Raises ``FieldErrors``, ``CannotDo``; ``Child.DoesNotExist`` for a child outside the scope.
    """
    may(by, "letters.write")
    if letter_id and (known := Letter.objects.filter(pk=letter_id, drafter=by).first()):
        return known
    _check(draft)
    letter = Letter(
        id=letter_id or uuid7(),
        kind=kind,
        matter=matter,
        scope_place=by.place_id,
        county=places.at_level(by.place_id, Level.COUNTY),
        department=draft.department,
        title=squeezed(draft.title),
        text=draft.text.strip(),
        days=draft.days,
        drafter=by,
    )
    letter.save(force_insert=True)
    crypto.make_keys([letter.id])
    _list(letter, draft.children, by=by)
    note(letter, "draft", by)
    return letter


@transaction.atomic
def change(*, letter_id: UUID, draft: Draft, version: int, by: Post) -> Letter:
    """Change a draft. What is no longer listed is taken off; its need stays. Raises ``CannotDo`` where the letter has gone on or somebody else changed it."""
    may(by, "letters.write")
    letter = locked(letter_id)
    if letter.state != states.State.DRAFTED:
        raise CannotDo(_("这份函件%(state)s，要修改请先退回。") % {"state": states.State(letter.state).label})
    if letter.version != version:
        raise CannotDo(_("您打开以后，别人修改过这份函件。请重新打开再改。"))
    _check(draft)
    letter.department, letter.title, letter.text, letter.days = draft.department, squeezed(draft.title), draft.text.strip(), draft.days
    letter.version += 1
    letter.save(update_fields=["department", "title", "text", "days", "version"])
    wanted = {(child_id, kind) for child_id, kinds in draft.children.items() for kind in kinds}
    kept = {(item.child_id, item.kind): item for item in Item.objects.filter(letter=letter)}
    Item.objects.filter(pk__in=[item.pk for pair, item in kept.items() if pair not in wanted]).delete()
    added: dict[UUID, list[str]] = {}
    for child_id, kind in sorted(wanted - kept.keys(), key=str):
        added.setdefault(child_id, []).append(kind)
    _list(letter, added, by=by)
    note(letter, "change", by)
    return letter


def locked(letter_id: UUID) -> Letter:
    """The letter, locked. Raises ``Letter.DoesNotExist`` outside the scope."""
    return Letter.objects.select_for_update(of=("self",)).select_related("matter").get(pk=letter_id)


def note(letter: Letter, act: str, by: Post | None, words: str = "") -> None:
    """Write an act down: in the letter's own history, and in the journal."""
    with scope.whole_country(why="the office's history of a letter notes what the department did, too"):
        Move.unscoped.create(letter=letter, scope_place=letter.scope_place, act=act, post=by, words=words.strip()[:500])
    diff: dict[str, list[object]] = {"state": [None, letter.state], "title": [None, letter.title], "department": [None, letter.department]}
    if letter.number:
        diff["number"] = [None, letter.number]
    journal.record(by=by, verb=f"letter_{act}", subject_kind="letter", subject_id=letter.id, place=letter.scope_place, diff=diff)


def _list(letter: Letter, children: Mapping[UUID, Sequence[str]], *, by: Post) -> None:
    if not children:
        return
    found = {child.id: child for child in Child.objects.filter(pk__in=list(children), state=State.CURRENT)}
    if lost := children.keys() - found.keys():
        raise CannotDo(_("名单里有%(n)d个孩子不在册或不在您的范围内，请重新选择。") % {"n": len(lost)})
    rows, keys = [], crypto.open_keys(list(found))
    for kind in dict.fromkeys(kind for kinds in children.values() for kind in kinds):
        those = {child_id: found[child_id].scope_place for child_id, kinds in children.items() if kind in kinds}
        for need in open_needs(those, kind, Source.FILE, by=by):
            item = Item(letter=letter, child_id=need.child_id, scope_place=need.scope_place, need=need, kind=kind)
            if need.note_sealed and (key := keys.get(need.child_id)):
                item.note_sealed = key.seal(f"item:{item.id}:note", key.open(f"need:{need.id}:note", need.note_sealed))
            rows.append(item)
    bulk.create(Item, rows)


def _check(draft: Draft) -> None:
    errors = missing([("title", draft.title, _("请填写标题。")), ("text", draft.text, _("请填写正文。"))])
    if draft.department not in codes.ADDRESSEE:
        errors["department"] = _("请选择主送部门。")
    if not 1 <= draft.days <= LONGEST_DAYS:
        errors["days"] = _("复函期限应为1到%(most)d个工作日。") % {"most": LONGEST_DAYS}
    if errors:
        raise FieldErrors(errors)
    if len(draft.children) > MOST:
        raise CannotDo(_("一份联函最多列%(most)d个孩子，请分开发。") % {"most": MOST})
    for kinds in draft.children.values():
        if not kinds or any(codes.NEED[kind].department != draft.department for kind in kinds):
            raise CannotDo(_("名单里有不属于这个部门的需求，请重新选择。"))
    check_texts(draft.title, draft.text)
