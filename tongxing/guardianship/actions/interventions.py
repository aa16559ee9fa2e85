"""A guardian is admonished, reprimanded, punished; whether it was heeded is looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child
from tongxing.children.queries.files import files
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.guardianship import codes, parties
from tongxing.guardianship.models import Intervention
from tongxing.journal import actions as journal

FACTS, WORDS, FOUND = "facts", "words", "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIntervention:
    """What was done: by whom, against whom (a person's key in the file), why (``about`` and ``facts``), what was said."""

    children: Sequence[UUID]
    person: UUID
    kind: str
    authority: str
    given_by: str
    on: date
    about: Sequence[str]
    facts: str
    words: str = ""
    number: str = ""
    refusing_since: date | None = None
    next_check: date | None = None
    case_id: UUID | None = None
    restricted: bool = False
    named: Sequence[UUID] = ()


@transaction.atomic
def intervene(*, new: NewIntervention, by: Post) -> list[Intervention]:
    """Record a measure in the file of each child that it concerns. Raises ``FieldErrors`` by key of ``NewIntervention``."""
    if errors := _wrong(new):
        raise FieldErrors(errors)
    found = files(new.children, ("relatives",))
    if len(found) < len(set(new.children)):
        raise Child.DoesNotExist
    act_key, made = uuid7(), []
    named = sorted({*new.named, by.id}, key=str) if new.restricted else []
    for file in found.values():
        one = parties.by_key(file, new.person)
        if one is None:
            raise FieldErrors({"person": _("%(name)s的档案里没有登记这个人。") % {"name": file.child.name}})
        if file.key is None:
            raise CannotDo(_("这份档案已依法删除。"))
        row = Intervention(
            child=file.child,
            scope_place=file.child.scope_place,
            act_key=act_key,
            kind=new.kind,
            authority=new.authority,
            given_by=new.given_by.strip()[:60],
            person_key=new.person,
            person_name=one.relative.name,
            relation=one.relative.relation,
            on=new.on,
            about=[each for each in codes.CONDUCT.values() if each in new.about],
            number=new.number.strip()[:60],
            refusing_since=new.refusing_since,
            next_check=new.next_check,
            case_id=new.case_id,
            restricted=new.restricted,
            named=named,
        )
        _seal(row, file.key, facts=new.facts, words=new.words)
        row.save(force_insert=True)
        made.append(row)
    _record(made, "intervened", by, {"measure": [None, new.kind], "authority": [None, new.authority], "on": [None, new.on.isoformat()]})
    return made


def _wrong(new: NewIntervention) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not new.children:
        errors["children"] = _("请选择至少一个孩子。")
    if new.kind not in codes.MEASURE:
        errors["kind"] = _("请选择措施。")
    if new.authority not in codes.AUTHORITY:
        errors["authority"] = _("请选择作出机关。")
    if not new.given_by.strip():
        errors["given_by"] = _("请填写是谁作出的。")
    if not set(new.about) & set(codes.CONDUCT.values()):
        errors["about"] = _("请选择事由。")
    if not new.facts.strip():
        errors["facts"] = _("请写明发生了什么。")
    if new.on > today():
        errors["on"] = _("日期 %(day)s 还没有到。") % {"day": new.on.isoformat()}
    if new.refusing_since and new.refusing_since > new.on:
        errors["refusing_since"] = _("不能晚于%(day)s。") % {"day": new.on.isoformat()}
    if new.next_check and new.next_check < new.on:
        errors["next_check"] = _("下次查看不能早于%(day)s。") % {"day": new.on.isoformat()}
    return errors


def _seal(row: Intervention, key: DataKey, **words: str) -> None:
    for name, text in words.items():
        setattr(row, f"{name}_sealed", key.seal(row.binding(name), text.strip()) if text.strip() else None)


def seal(row: Intervention, key: DataKey, words: Mapping[str, str]) -> None:
    """Put all words of a row under another child's key."""
    _seal(row, key, **words)


def open_words(row: Intervention, key: DataKey | None) -> dict[str, str]:
    """What had happened, what was said, what was found later."""
    found: dict[str, str] = {}
    for name in (FACTS, WORDS, FOUND):
        sealed = getattr(row, f"{name}_sealed")
        found[name] = key.open(row.binding(name), sealed) if key and sealed else ""
    return found


def _same_act(intervention_id: UUID) -> list[Intervention]:
    """The rows of one measure within the scope, locked. Raises ``Intervention.DoesNotExist``."""
    row = Intervention.objects.get(pk=intervention_id)
    rows = list(Intervention.objects.select_for_update(of=("self",)).filter(act_key=row.act_key).order_by("pk"))
    if row.voided_on is not None:
        raise CannotDo(_("这条登记已经作废。"))
    return rows


@transaction.atomic
def look_again(*, intervention_id: UUID, heeded: str, on: date, found: str, next_check: date | None, by: Post) -> Intervention:
    """Whether it was heeded, what was found, and when one looks again (None: not any more). Raises ``FieldErrors``."""
    rows = _same_act(intervention_id)
    errors = {}
    if heeded not in codes.HEEDED:
        errors["heeded"] = _("请选择是否改正。")
    if on > today():
        errors["on"] = _("日期 %(day)s 还没有到。") % {"day": on.isoformat()}
    elif on < rows[0].on:
        errors["on"] = _("查看日期不能早于%(day)s。") % {"day": rows[0].on.isoformat()}
    if next_check and next_check <= on:
        errors["next_check"] = _("下次查看不能早于%(day)s。") % {"day": on.isoformat()}
    if errors:
        raise FieldErrors(errors)
    keys = crypto.open_keys([row.child_id for row in rows])
    for row in rows:
        before = row.heeded
        row.heeded, row.heeded_on, row.next_check = heeded, on, next_check
        if found.strip() and row.child_id in keys:
            _seal(row, keys[row.child_id], found=found)
        row.version += 1
        row.save(update_fields=["heeded", "heeded_on", "next_check", "found_sealed", "version"])
    _record(rows, "intervention_checked", by, {"heeded": [before or None, heeded]})
    return next(row for row in rows if row.pk == intervention_id)


@transaction.atomic
def void(*, intervention_id: UUID, why: str, by: Post) -> Intervention:
    """It was entered wrongly: it counts for nothing and stays to be read. Raises ``FieldErrors`` without a reason."""
    if not why.strip():
        raise FieldErrors({"comment": _("请写明原因。")})
    rows = _same_act(intervention_id)
    Intervention.objects.filter(pk__in=[row.pk for row in rows]).update(voided_on=today(), void_reason=why.strip()[:200], next_check=None)
    _record(rows, "intervention_voided", by, {"measure": [rows[0].kind, None]})
    return Intervention.objects.get(pk=intervention_id)


def _record(rows: Sequence[Intervention], verb: str, by: Post, diff: Mapping[str, list[object]]) -> None:
    """One line a child; of what is restricted, a line that says neither which child nor what."""
    journal.record_many(
        by=by,
        acts=[
            {"verb": "restricted_act", "subject_kind": "restricted", "subject_id": row.act_key, "place": row.scope_place}
            if row.restricted
            else {"verb": verb, "subject_kind": "intervention", "subject_id": row.id, "child_id": row.child_id, "place": row.scope_place, "diff": dict(diff)}
            for row in rows
        ],
    )
