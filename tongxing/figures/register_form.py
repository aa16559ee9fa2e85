"""The official register form (登记表): a line a child in the columns of the 2016 form, behind the pages.

The columns are those of the children's ledger, so a form in full reads back as what it was made from.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongxing.accounts import jobs
from tongxing.accounts.models import Post
from tongxing.children.finding import queries as finding
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.rows import name_for
from tongxing.children.ledger import held
from tongxing.children.ledger.catalogue import CATALOGUE, for_the_file_alone
from tongxing.children.models import Child
from tongxing.children.queries.files import NEEDED_BY_RULES, files
from tongxing.crypto.masking import mask_id_number_in_lists, mask_phone
from tongxing.figures import exports
from tongxing.figures.definition import pairs
from tongxing.figures.exports import CannotExport, Order
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.ledgers import official
from tongxing.ledgers.catalogue import Column, Kind
from tongxing.ledgers.cells import Value
from tongxing.ledgers.official import Cell, Heading, Sheet
from tongxing.ledgers.writing import XLSX, shown_as
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import Level

AT_ONCE: Final = 200
MOST: Final = 50_000
CHUNK: Final = 500
TITLE: Final = "农村留守儿童基本情况登记表"
TITLE_OF_ALL: Final = "农村留守儿童和困境儿童基本情况登记表"
LIST: Final = {"left_behind": "status=left_behind&state=current", "all": "state=current"}
MASKS: Final = {Kind.ID_NUMBER: mask_id_number_in_lists, Kind.PHONE: mask_phone}
HIDDEN: Final = "****"  # an address below the division, which stands in a column of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which children: ``which`` of ``LIST`` at a place. ``full``: numbers and addresses unmasked."""

    which: str
    place: int
    full: bool = False


def may_have_in_full(post: Post) -> bool:
    """Who works with the children of the place and may see a file in full."""
    return post.may("children.unmask") and post.may("children.edit") and post.may("figures.export")


def ask(*, wanted: Wanted, order: Order, by: Post) -> Output:
    """Note the form; a small one is ready at once, a large one is made by a job. Raises ``CannotExport``."""
    from tongxing.figures import tasks

    if wanted.full and not may_have_in_full(by):
        raise CannotExport(_("您的岗位只能导出脱敏的登记表。"))
    found = _found(wanted, by)
    ids = [child_id for child_id, _place in found]
    if not ids:
        raise CannotExport(_("没有符合条件的儿童，没有可以导出的。"))
    if len(ids) > MOST:
        raise CannotExport(_("一次最多导出%(most)s名儿童，请先缩小范围。") % {"most": MOST})
    asked = {"which": wanted.which, "place": wanted.place, "full": wanted.full, "unit": order.unit, "recipient": order.recipient, "purpose": order.purpose}
    title = _("登记表（%(unit)s，%(count)s人）") % {"unit": order.unit[:40], "count": len(ids)}
    output = outputs.ask(kind=OutputKind.EXPORT, title=title, asked=asked, total=len(ids), masked=not wanted.full, why=order.why, place=by.place_id, by=by)
    if len(ids) <= AT_ONCE:
        _finish(output, found, written(_rows(ids, wanted, by), wanted, order, by), wanted, order, by)
    else:
        tasks.write_register_form.defer(output=str(output.id), post=str(by.id))
    return output


def make(output_id: UUID, post_id: UUID) -> None:
    """The job: the form as the register stands now, under the scope of the post that asked. Made before, or the post ended, nothing happens."""
    try:
        by = jobs.asking(post_id)
    except jobs.PostEnded:
        return
    with jobs.under(by):
        output = Output.objects.filter(pk=output_id, finished_at=None).first()
        if output is None:
            return
        asked = output.asked
        wanted = Wanted(which=asked["which"], place=asked["place"], full=asked["full"])
        found = _found(wanted, by)[:MOST]
    order = Order(unit=asked["unit"], recipient=asked["recipient"], purpose=asked["purpose"])
    content = written(_in_parts([child_id for child_id, _place in found], wanted, output, by), wanted, order, by)
    with jobs.under(by):
        _finish(output, found, content, wanted, order, by)


def _found(wanted: Wanted, by: Post) -> list[tuple[UUID, int]]:
    """The children in order, with the places of their files."""
    question = finding.asked(pairs(LIST[wanted.which]) | {"place_code": codes.show(wanted.place)}, Asking(by, today()))
    return list(finding.listed(question).order_by("scope_place", "sort_key", "id").values_list("pk", "scope_place"))


def _in_parts(ids: Sequence[UUID], wanted: Wanted, output: Output, by: Post) -> Iterator[Sequence[Cell]]:
    """Each part in a transaction of its own; the progress is told."""
    done = 0
    for part in batched(ids, CHUNK, strict=False):
        with jobs.under(by):
            made = list(_rows(part, wanted, by))
            done += len(part)
            outputs.progress(output.id, min(done, output.total))
        yield from made


def _rows(ids: Sequence[UUID], wanted: Wanted, by: Post) -> Iterator[Sequence[Cell]]:
    found = files(ids, NEEDED_BY_RULES)
    villages = {file.child.scope_place for file in found.values()}
    names = places.short_names(villages | {codes.at_level(each, Level.TOWNSHIP) for each in villages})
    registered = places.full_names({file.child.registered_place for file in found.values() if file.child.registered_place})
    asking = Asking(by, today())
    writers = [(column, _writer(column, full=wanted.full)) for column in CATALOGUE.columns]
    for child_id in ids:
        if (file := found.get(child_id)) is None:
            continue
        values: dict[str, Any] = dict(held.values(file, today()))
        values |= _places(file.child, names, registered)
        if not wanted.full:
            values = {key: name_for(asking, value) if CATALOGUE.by_key[key].kind is Kind.NAME else value for key, value in values.items() if not for_the_file_alone(key)}
        yield [write(values[column.key]) if column.key in values else None for column, write in writers]


def _places(child: Child, names: dict[int, str], registered: dict[int, str]) -> dict[str, str]:
    """Names in place of codes."""
    township = codes.at_level(child.scope_place, Level.TOWNSHIP)
    found = {"residence": names.get(child.scope_place, codes.show(child.scope_place)), "township": names.get(township, "")}
    if child.registered_place in registered:
        found["registered_place"] = registered[child.registered_place]
    return {key: value for key, value in found.items() if value}


def _writer(column: Column, *, full: bool) -> Any:
    """A value as a cell: dates stay dates, codes become their labels, secret values are masked, of secret texts nothing stays."""
    text = shown_as(column)
    mask = MASKS.get(column.kind, _hide) if column.secret and not full else None

    def write(value: Value) -> Cell:
        if mask is not None:
            return mask(text(value))
        return value if isinstance(value, date) else text(value)

    return write


def _hide(_text: str) -> str:
    return HIDDEN


def _finish(output: Output, found: Sequence[tuple[UUID, int]], content: bytes, wanted: Wanted, order: Order, by: Post) -> None:
    """Keep the file and note it: once in the register of what was given away, and for every child in the access log."""
    keys = [column.key for column in CATALOGUE.columns if wanted.full or not for_the_file_alone(column.key)]
    headings = [CATALOGUE.heading(key) for key in keys]
    given = outputs.Given(recipient=order.recipient, purpose=order.purpose, columns=headings, children=len(found), place=by.place_id, masked=not wanted.full)
    outputs.finish(output_id=output.id, content=content, media_type=XLSX, file_name=f"登记表-{today():%Y%m%d}.xlsx", given=given)
    journal.note_given(by=by, children=found, what=keys, why=order.why)


def written(rows: Iterator[Sequence[Cell]], wanted: Wanted, order: Order, by: Post) -> bytes:
    """The workbook: title, unit and date, two lines of headings, a line a child, signatures."""
    out = io.BytesIO()
    headings = {group.id: group.heading for group in CATALOGUE.groups}
    with translation.override(settings.LANGUAGE_CODE):
        secrecy = _("内含未成年人完整信息，只限此用途，用后删除。") if wanted.full else _("证件号、电话、地址已脱敏，不列病史、性格、爱好和父母情况。")
        sheet = Sheet(
            title=TITLE if wanted.which == "left_behind" else TITLE_OF_ALL,
            name=official.DATA_SHEET,
            left=_("填报单位（盖章）：%(unit)s") % {"unit": order.unit},
            right=_("填报日期：%(on)s") % {"on": today().isoformat()},
            headings=[Heading(text=column.heading, group=headings.get(column.group, ""), width=column.width) for column in CATALOGUE.columns],
            rows=rows,
            serial=True,
            watermark=exports.watermark(order, by) + secrecy,
        )
        official.write([sheet], out)
    return out.getvalue()
