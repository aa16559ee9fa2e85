"""Filling a sheet for a selection of children: asked for on a page, made behind it, noted for every child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tongxing.accounts import jobs
from tongxing.accounts.models import Post
from tongxing.children.finding import queries
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.queries import Question
from tongxing.children.models import Child
from tongxing.crypto.masking import mask_address, mask_id_number_in_lists, mask_phone
from tongxing.exchange import actions, filling, sources
from tongxing.exchange.models import Sheet, Use
from tongxing.exchange.recognising import BLANK, CONSTANT, SERIAL, Plan
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.ledgers.catalogue import Kind
from tongxing.ledgers.writing import XLSX, Masks

MOST: Final = 20_000
MASKS: Final[Masks] = {Kind.ID_NUMBER: mask_id_number_in_lists, Kind.PHONE: mask_phone, Kind.TEXT: mask_address}
WHOLE: Final = "exchange.whole"


class CannotProvide(Exception):
    """The message says why, to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """For whom, why, and whether numbers and addresses stand in it whole."""

    recipient: str
    purpose: str
    whole: bool = False

    @property
    def why(self) -> str:
        return f"{self.recipient}：{self.purpose}"


def ask(*, sheet: Sheet, question: Question, order: Order, by: Post) -> Output:
    """Note that a sheet is to be filled for the children of a list, and have it made. Raises CannotProvide.

    A search is kept as the children it found: what was typed may be an id number.
    """
    from tongxing.exchange import tasks

    if sheet.until is not None or not sheet.ready or sheet.use != Use.OFFICE:
        raise CannotProvide(_("这张套表还没有对应好列，不能填。"))
    if order.whole and not by.may(WHOLE):
        raise CannotProvide(_("您的岗位不能对外提供完整的号码和地址。"))
    rows = queries.listed(question)
    total = rows.order_by()[: MOST + 1].count()
    if total == 0:
        raise CannotProvide(_("没有符合条件的儿童，没有可以填的。"))
    if total > MOST:
        raise CannotProvide(_("一次最多填%(most)s名儿童，请先缩小范围。") % {"most": MOST})
    asked: dict[str, object] = {
        "sheet": str(sheet.id),
        "recipient": order.recipient,
        "purpose": order.purpose,
        "whole": order.whole,
        "sort": question.sort,
        "filters": question.filters,
    }
    if question.search.asks:
        asked |= {"filters": {"state": "all"}, "children": [str(child_id) for child_id in rows.values_list("pk", flat=True)]}
    title = _("套表：%(title)s（%(count)s人）") % {"title": sheet.title, "count": total}
    masked = not question.asking.works_with_children
    output = outputs.ask(kind=OutputKind.EXPORT, title=title[:100], asked=asked, total=total, masked=masked, why=order.why, place=by.place_id, by=by)
    tasks.fill_sheet.defer(output=str(output.id), post=str(by.id))
    return output


def make(output_id: UUID, post_id: UUID) -> None:
    """The job: the list as it stands now, under the scope of the post that asked. Made before, or the post ended, nothing happens."""
    try:
        by = jobs.asking(post_id)
    except jobs.PostEnded:
        return
    with jobs.under(by):
        output = Output.objects.filter(pk=output_id, finished_at=None).first()
        if output is None:
            return
        asked: Mapping[str, Any] = output.asked
        sheet = Sheet.objects.filter(pk=asked["sheet"], until=None).first()
        if sheet is None:
            outputs.fail(output_id=output_id, sentence=_("这张套表已经删除。"))
            return
        content = actions.content_of(sheet)
        asking = Asking(by, today())
        question = queries.asked({**asked["filters"], "sort": asked["sort"]}, asking)
        chosen = Q(pk__in=[UUID(each) for each in asked["children"]]) if "children" in asked else Q()
        found = list(queries.listed(question).filter(chosen).order_by(*question.order).values_list("pk", "scope_place")[:MOST])
    order = Order(recipient=asked["recipient"], purpose=asked["purpose"], whole=bool(asked["whole"]) and by.may(WHOLE))
    masks = {} if order.whole else MASKS
    ids = [child_id for child_id, _place in found]
    try:
        made = filling.fill(content, sheet.all_plans, _rows(ids, output, by), sources.catalogue(), total=len(ids), masks=masks, watermark=watermark(order, by))
    except filling.CannotFill:
        with jobs.under(by):
            outputs.fail(output_id=output_id, sentence=_("表格打不开，无法写入。请用 Excel 或 WPS 打开并另存为 .xlsx 再上传。"))
        return
    with jobs.under(by):
        _finish(output, sheet, order, found, made, by)


def _rows(ids: Sequence[UUID], output: Output, by: Post) -> Iterator[sources.Row]:
    """The rows in the order of the ids, each part in a transaction of its own; the progress is told."""
    done = 0
    for part in batched(ids, sources.CHUNK, strict=False):
        with jobs.under(by):
            found = {child.id: child for child in Child.objects.filter(pk__in=part).only(*queries.COLUMNS)}
            made = list(sources.rows([found[each] for each in part if each in found], Asking(by, today())))
            done += len(part)
            outputs.progress(output.id, min(done, output.total))
        yield from made


def _finish(output: Output, sheet: Sheet, order: Order, found: Sequence[tuple[UUID, int]], made: bytes, by: Post) -> None:
    """Keep the file and note it: once in the register of what was given away and in the journal, and for every child in the access log."""
    keys = given_columns(sheet.all_plans)
    headings = [sources.catalogue().heading(key) for key in keys]
    given = outputs.Given(recipient=order.recipient, purpose=order.purpose, columns=headings, children=len(found), place=by.place_id, masked=not order.whole)
    outputs.finish(output_id=output.id, content=made, media_type=XLSX, file_name=f"{safe(sheet.title)}-{today():%Y%m%d}.xlsx", given=given)
    journal.note_given(by=by, children=found, what=keys, why=order.why)
    diff: dict[str, list[object]] = {"title": [None, sheet.title], "recipient": [None, order.recipient], "count": [None, len(found)], "whole": [None, order.whole]}
    journal.record(by=by, verb="sheet_filled", subject_kind="sheet", subject_id=sheet.id, place=by.place_id, diff=diff)


def given_columns(plans: Sequence[Plan]) -> list[str]:
    """The keys of the columns that a sheet takes from the register, each once."""
    return list(dict.fromkeys(wish.source for plan in plans if plan.used for wish in plan.wishes if wish.source not in (BLANK, SERIAL, CONSTANT)))


def watermark(order: Order, by: Post) -> str:
    """What stands at the foot of every page and in the properties of the file."""
    stamp = _("%(who)s %(when)s 填，交%(recipient)s，用途：%(purpose)s。含未成年人信息，只限此用途，用后删除。")
    return stamp % {"who": f"{by.person.name}（{by}）", "when": f"{now():%Y-%m-%d %H:%M}", "recipient": order.recipient, "purpose": order.purpose}


def safe(title: str) -> str:
    """A title as a file's name."""
    return "".join("-" if char in '\\/:*?"<>|' or char < " " else char for char in title).strip(" .") or "sheet"
