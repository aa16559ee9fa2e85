"""The list as a workbook: small ones at once, large ones behind the pages; to whom and why is written into the file, the journal and the access log."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tongxing.accounts import jobs
from tongxing.accounts.models import Post
from tongxing.children import codes
from tongxing.children.file import File
from tongxing.children.finding import queries
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.queries import Details, Question
from tongxing.children.finding.rows import name_for, stage_of, stands
from tongxing.children.models import Child, State
from tongxing.children.queries.files import files
from tongxing.children.rules import age
from tongxing.crypto.masking import mask_id_number_in_lists, mask_phone
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground import catalogues
from tongxing.ground.codes import Table
from tongxing.ground.today import CHINA, now, today
from tongxing.ledgers.catalogue import Catalogue, Kind
from tongxing.ledgers.writing import XLSX, write_list

AT_ONCE = 2_000
MOST = 50_000
CHUNK = 500
USUAL = ("name", "sex", "born", "age", "village", "stage", "school", "class", "guardianship", "left_behind", "categories", "state")
FROM_THE_FILE = frozenset({"id_number", "contact", "contact_relation", "contact_phone"})
MASKS = {Kind.ID_NUMBER: mask_id_number_in_lists, Kind.PHONE: mask_phone}
TABLES: dict[str, Table[Any]] = {
    "sex": codes.SEX,
    "ethnic_group": codes.ETHNIC_GROUP,
    "registration": codes.REGISTRATION,
    "school_stage": codes.SCHOOL_STAGE,
    "boarding": codes.BOARDING,
    "guardianship": codes.GUARDIANSHIP,
    "living_with": codes.LIVING_WITH,
    "relation": codes.RELATION,
}


type Row = dict[str, Any]  # column key → value


class CannotExport(Exception):
    """The message says why, to a person."""


@cache
def catalogue() -> Catalogue:
    return catalogues.read(Path(__file__).parent / "columns.toml", TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be exported, for whom, and why."""

    columns: tuple[str, ...]
    recipient: str
    purpose: str

    @property
    def keys(self) -> list[str]:
        """The columns in the order of the catalogue."""
        return [column.key for column in catalogue().columns if column.key in self.columns]

    @property
    def why(self) -> str:
        return f"{self.recipient}：{self.purpose}"


def ask(*, question: Question, order: Order, by: Post) -> Output:
    """Note the export; a small one is ready at once, a large one is made by a job. Raises CannotExport.

    A search is kept as the children it found: what was typed may be an id number.
    """
    from tongxing.children import tasks

    rows = queries.listed(question)
    total = rows.order_by()[: MOST + 1].count()
    if total == 0:
        raise CannotExport(_("没有符合条件的儿童，没有可以导出的。"))
    if total > MOST:
        raise CannotExport(_("一次最多导出%(most)s名儿童，请先缩小范围。") % {"most": MOST})
    asked: dict[str, object] = {"columns": list(order.columns), "recipient": order.recipient, "purpose": order.purpose, "sort": question.sort, "filters": question.filters}
    if question.search.asks:
        asked |= {"filters": {"state": "all"}, "children": [str(child_id) for child_id in rows.values_list("pk", flat=True)]}
    title = _("儿童名单（%(place)s，%(count)s人）") % {"place": by.place.short_name, "count": total}
    output = outputs.ask(kind=OutputKind.EXPORT, title=title, asked=asked, total=total, masked=not question.asking.works_with_children, why=order.why, place=by.place_id, by=by)
    if total <= AT_ONCE:
        content = written(rows_of(rows.order_by(*question.order), order.columns, question.asking), order, question.asking)
        _finish(output, content, order, by)
    else:
        tasks.export_list.defer(output=str(output.id), post=str(by.id))
    return output


def make(output_id: UUID, post_id: UUID) -> None:
    """The job: read the list as it stands now under the scope of the post that asked, and keep the workbook. Made before, or the post ended, nothing happens."""
    try:
        by = jobs.asking(post_id)
    except jobs.PostEnded:
        return
    with jobs.under(by):
        output = Output.objects.filter(pk=output_id, finished_at=None).first()
        if output is None:
            return
        asked: Mapping[str, Any] = output.asked
        asking = Asking(by, today())
        question = queries.asked({**asked["filters"], "sort": asked["sort"]}, asking)
        chosen = Q(pk__in=[UUID(each) for each in asked["children"]]) if "children" in asked else Q()
        ids = list(queries.listed(question).filter(chosen).order_by(*question.order).values_list("pk", flat=True)[:MOST])
    order = Order(columns=tuple(asked["columns"]), recipient=asked["recipient"], purpose=asked["purpose"])
    content = written(_read(ids, order, output, by), order, asking)
    with jobs.under(by):
        _finish(output, content, order, by)


def _read(ids: Sequence[UUID], order: Order, output: Output, by: Post) -> Iterator[Row]:
    """The rows in the order of the ids, each part in a transaction of its own; the progress is told."""
    done = 0
    for part in batched(ids, CHUNK, strict=False):
        with jobs.under(by):
            found = {child.id: child for child in Child.objects.filter(pk__in=part).only(*queries.COLUMNS)}
            made = list(rows_of([found[each] for each in part if each in found], order.columns, Asking(by, today())))
            done += len(part)
            outputs.progress(output.id, min(done, output.total))
        yield from made


def _finish(output: Output, content: bytes, order: Order, by: Post) -> None:
    headings = [catalogue().heading(key) for key in order.keys]
    given = outputs.Given(recipient=order.recipient, purpose=order.purpose, columns=headings, children=output.total, place=by.place_id)
    outputs.finish(output_id=output.id, content=content, media_type=XLSX, file_name=f"儿童名单-{today():%Y%m%d}.xlsx", given=given)


def written(rows: Iterable[Row], order: Order, asking: Asking) -> bytes:
    """The workbook."""
    out = io.BytesIO()
    stamp = _("%(who)s %(when)s 导出，交%(recipient)s，用途：%(purpose)s。内含未成年人信息，只限此用途，用后删除。")
    who = f"{asking.post.person.name}（{asking.post}）"
    watermark = stamp % {"who": who, "when": f"{now():%Y-%m-%d %H:%M}", "recipient": order.recipient, "purpose": order.purpose}
    write_list(catalogue(), rows, out, keys=order.keys, masks=MASKS, watermark=watermark)
    return out.getvalue()


def rows_of(children: Iterable[Child], columns: Collection[str], asking: Asking) -> Iterator[Row]:
    """The rows of a list with these columns, in order; what stands in the sealed file is opened only where a column asks for it."""
    for part in batched(children, CHUNK, strict=False):
        beside = queries.details(part, asking)
        opened = files([child.id for child in part], ("relatives",)) if FROM_THE_FILE.intersection(columns) else {}
        for child in part:
            yield _row(child, beside, asking) | (_contact(opened[child.id], asking) if child.id in opened else {})


def _row(child: Child, beside: Details, asking: Asking) -> Row:
    on = asking.on
    return {
        "name": name_for(asking, child.name),
        "sex": child.sex,
        "born": child.born,
        "age": age(child.born, max(on, child.born)).years,
        "ethnic_group": child.ethnic_group,
        "registration": child.registration,
        "township": beside.townships.get(child.scope_place, ""),
        "village": beside.places.get(child.scope_place, ""),
        "stage": child.school_stage,
        "school": child.school_name,
        "class": stage_of(child) if child.grade or child.class_name else "",
        "boarding": child.boarding,
        "guardianship": child.guardianship,
        "living_with": child.living_with,
        **{status: stands(child, status, on) for status in ("left_behind", "unsupported", "migrant")},
        "categories": "、".join(beside.categories.get(child.id, ())),
        "state": str(State(child.state).label),
        "completeness": child.completeness,
        "confirmed_on": child.confirmed_on,
        "updated_on": child.updated_at.astimezone(CHINA).date(),
    }


def _contact(file: File, asking: Asking) -> Row:
    """The id number and whom to call, for the masks to hide: the main contact, else who looks after the child, else the first with a phone."""
    reachable = [relative for relative in file.relatives if relative.until is None and relative.phone_sealed]
    first = min(reachable, key=lambda relative: (not relative.primary, not relative.entrusted), default=None)
    found: Row = {"id_number": file.open(file.child, "id_number")}
    if first is not None:
        found |= {"contact": name_for(asking, first.name), "contact_relation": first.relation, "contact_phone": file.open(first, "phone")}
    return found
