"""Keeping other offices' sheets. The only writer of their table; filling them is in ``provide``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.crypto import actions as crypto
from tongxing.exchange import filling, recognising
from tongxing.exchange.models import Sheet, Use
from tongxing.exchange.recognising import BLANK, CONSTANT, LONGEST_CONSTANT, SERIAL, Plan, Wish
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.ledgers.catalogue import normalised

FILE_NAME = 120


class CannotKeep(Exception):
    """The message says why, to a person."""


@transaction.atomic
def keep(*, title: str, recipient: str, purpose: str, content: bytes, file_name: str, by: Post, replaces: Sheet | None = None, use: Use = Use.OFFICE) -> Sheet:
    """Keep a blank workbook with its columns guessed; with ``replaces``, as the newer version of a sheet, whose mapping is taken over by heading.

    Raises WorkbookRefused, CannotKeep with a sentence.
    """
    sheet = Sheet(id=uuid7(), use=replaces.use if replaces else use, title=title.strip(), recipient=recipient.strip(), purpose=purpose.strip(), post=by, scope_place=by.place_id)
    try:
        found = recognising.plans(content, sheet.catalogue)
        _book, reached_out = filling.cleaned(content)
    except recognising.NoHeading as nothing:
        raise CannotKeep(str(nothing)) from nothing
    except filling.TooMuch as wrong:
        raise CannotKeep(str(wrong)) from wrong
    except filling.CannotFill as wrong:
        raise CannotKeep(_("表格打不开，无法写入。请用 Excel 或 WPS 打开并另存为 .xlsx 再上传。")) from wrong
    if replaces is not None:
        found = [_as_before(plan, replaces.all_plans) for plan in found]
    if replaces is None and sheet.use == Use.NATIONAL:
        replaces = national(by.place_id)
    sheet.size, sheet.file_name = len(content), file_name.strip()[-FILE_NAME:]
    sheet.content = crypto.make_keys([sheet.id])[sheet.id].seal_bytes("sheet", content)
    sheet.plans = [plan.as_data() for plan in found]
    sheet.remarks = recognising.remarks(content, file_name) + (["formulas"] if reached_out else [])
    if replaces is not None:
        _end(replaces)
    sheet.save(force_insert=True)
    if replaces is not None:
        Sheet.objects.filter(pk=replaces.pk).update(replaced_by=sheet)
    _record("sheet_kept", sheet, by, {"title": [None, sheet.title], "recipient": [None, sheet.recipient], "replaces": [None, str(replaces.id) if replaces else None]})
    return sheet


@transaction.atomic
def map_columns(*, sheet: Sheet, wishes: Mapping[str, Mapping[int, tuple[str, str]]], by: Post) -> None:
    """Take a person's correction: sheet → column index → (source, constant text). An unknown source is an error (ValueError), nothing is written then."""
    sheet = _locked(sheet)
    known = sheet.catalogue.by_key
    before = sheet.all_plans
    corrected = []
    for plan in before:
        given = wishes.get(plan.name, {})
        for source, _text in given.values():
            if source not in (BLANK, SERIAL, CONSTANT) and source not in known:
                raise ValueError(f"no column {source!r} can be given away")
        corrected.append(replace(plan, wishes=tuple(_wish(wish, given.get(wish.index)) for wish in plan.wishes)))
    _save_plans(sheet, corrected, by)


@transaction.atomic
def move_heading(*, sheet: Sheet, name: str, lines: tuple[int, int], by: Post) -> None:
    """Read one sheet's heading from the lines that a person names. Raises CannotKeep."""
    sheet = _locked(sheet)
    if not 1 <= lines[0] <= lines[1] <= lines[0] + 2 or lines[1] > 40 or name not in {plan.name for plan in sheet.all_plans}:
        raise CannotKeep(_("表头最多三行，要在前 40 行里。"))
    fresh = {plan.name: plan for plan in recognising.plans(content_of(sheet), sheet.catalogue, lines={name: lines})}
    if name not in fresh:
        raise CannotKeep(_("这几行里没有文字，不能作表头。"))
    moved = replace(fresh[name], first_line=lines[0], last_line=lines[1])
    _save_plans(sheet, [moved if plan.name == name else plan for plan in sheet.all_plans], by)


@transaction.atomic
def describe(*, sheet: Sheet, title: str, recipient: str, purpose: str, by: Post) -> None:
    """Name the sheet, its office and its purpose anew."""
    sheet = _locked(sheet)
    diff: dict[str, list[object]] = {}
    for key, value in (("title", title.strip()), ("recipient", recipient.strip()), ("purpose", purpose.strip())):
        if value != getattr(sheet, key):
            diff[key] = [getattr(sheet, key), value]
            setattr(sheet, key, value)
    if diff:
        sheet.save()
        _record("sheet_described", sheet, by, diff)


@transaction.atomic
def discard(*, sheet: Sheet, by: Post) -> None:
    """Use it no more and forget its content. What was given away with it stays on record."""
    sheet = _locked(sheet)
    if sheet.until is None:
        _end(sheet)
        _record("sheet_discarded", sheet, by, {"title": [sheet.title, None]})


def content_of(sheet: Sheet) -> bytes:
    """The workbook as it was sent. Raises CannotKeep where it has been forgotten."""
    keys = crypto.open_keys([sheet.id])
    if sheet.id not in keys:
        raise CannotKeep(_("这张套表已经删除。"))
    return keys[sheet.id].open_bytes("sheet", sheet.content)


def national(place: int) -> Sheet | None:
    """The layout in which a place sends up to the national system, where it has laid one over the program's own."""
    return Sheet.objects.filter(use=Use.NATIONAL, until=None, scope_place=place).first()


def _as_before(plan: Plan, before: Sequence[Plan]) -> Plan:
    """Columns with the heading of an earlier version are filled as they were there."""
    known = {normalised(wish.heading): wish for old in before if old.name == plan.name or len(before) == 1 for wish in old.wishes if wish.heading}
    return replace(plan, wishes=tuple(replace(wish, source=old.source, text=old.text) if (old := known.get(normalised(wish.heading))) else wish for wish in plan.wishes))


def _wish(wish: Wish, given: tuple[str, str] | None) -> Wish:
    if given is None:
        return wish
    source, text = given
    return replace(wish, source=source, text=text.strip()[:LONGEST_CONSTANT] if source == CONSTANT else "")


def _end(sheet: Sheet) -> None:
    sheet.until, sheet.content = today(), b""
    sheet.save()
    crypto.destroy(sheet.id)


def _save_plans(sheet: Sheet, plans: Sequence[Plan], by: Post) -> None:
    before, keys = sheet.plans, [_keys(plan) for plan in sheet.all_plans]
    sheet.plans, sheet.at = [plan.as_data() for plan in plans], now()
    if sheet.plans != before:
        sheet.save()
        _record("sheet_mapped", sheet, by, {"plans": [keys, [_keys(plan) for plan in plans]]})


def _keys(plan: Plan) -> list[list[Any]]:
    """A plan for the journal: the heading's lines, and what each column is filled with. No text of the sheet, which may be a child's."""
    return [[plan.first_line, plan.last_line], *([wish.index, wish.source] for wish in plan.wishes)]


def _locked(sheet: Sheet) -> Sheet:
    return Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)


def _record(verb: str, sheet: Sheet, by: Post, diff: dict[str, list[Any]]) -> None:
    journal.record(by=by, verb=verb, subject_kind="sheet", subject_id=sheet.id, place=sheet.scope_place, diff=diff)
