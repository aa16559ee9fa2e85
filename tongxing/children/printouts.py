"""Cards on paper: what is read for them, and every child's print in the access log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing import printing
from tongxing.accounts import jobs
from tongxing.accounts.models import Post
from tongxing.children import cards
from tongxing.children.file import File
from tongxing.children.models import Child, State
from tongxing.children.queries.files import files
from tongxing.files import intake, outputs, storage
from tongxing.files import queries as attachments
from tongxing.files.models import Output, OutputKind
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.journal.models import Access
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.places.codes import Level
from tongxing.printing.cards import Heading

BASIC, FAMILY = "basic_card", "family_card"
SHEETS = {BASIC: gettext_lazy("基本信息卡（每人一张）"), FAMILY: gettext_lazy("家庭基本信息卡（每户一张）")}
TITLES = {BASIC: "儿童基本信息卡", FAMILY: "家庭儿童基本信息卡"}
MOST = 2000
CHUNK = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be printed. `link` makes the address that the QR code opens; `why` is needed where `masked` is not set."""

    sheet: str
    masked: bool
    why: str
    link: str
    """The address of a file with `{child}` for its id."""


type Reading = Callable[[Sequence[UUID], Order, Post], Iterator[dict[str, Any]]]
"""The templates' data of these children, a few in a transaction of their own."""


def card_of(child_id: UUID, order: Order, *, by: Post) -> bytes:
    """The card of one child (or of its household) as a PDF. The caller notes the read. Raises ``PrintError``."""
    sheet = household(child_id) if order.sheet == FAMILY else [child_id]
    found = files(sheet, cards.PARTS)
    (item,) = _items([[found[each] for each in sheet if each in found]], order)
    return printing.render(order.sheet, item, stamp=stamp(TITLES[order.sheet], by, masked=order.masked))


def household(child_id: UUID) -> list[UUID]:
    """The child and those who live with it, as far as they are in the scope."""
    return _households([child_id])[0]


def count(ids: Sequence[UUID], sheet: str) -> int:
    """How many sheets these children make; 0 where none of them is in the scope."""
    return len(_households(ids)) if sheet == FAMILY else Child.objects.filter(pk__in=ids).count()


def ask(*, title: str, order: Order, children: Sequence[UUID], total: int, by: Post) -> Output:
    """Note that cards were asked for; `make` or `make_with` makes them."""
    asked = {"sheet": order.sheet, "children": [str(each) for each in children], "link": order.link}
    return outputs.ask(kind=OutputKind.PRINT, title=title, asked=asked, total=total, masked=order.masked, why=order.why, place=by.place_id, by=by)


def keep(output: Output, pdf: bytes) -> None:
    """Keep what was made at once."""
    outputs.finish(output_id=output.id, content=pdf, media_type="application/pdf", file_name=f"{output.title}.pdf")


def make(output_id: UUID, post_id: UUID) -> None:
    """Print the cards that an output asks for."""
    make_with(_read, output_id, post_id)


def make_with(read: Reading, output_id: UUID, post_id: UUID) -> None:
    """Print what an output asks for, as ``read`` gives it, and keep it. Made before, or its post ended meanwhile, nothing happens."""
    try:
        by = jobs.asking(post_id)
    except jobs.PostEnded:
        return
    with jobs.under(by):
        output = Output.objects.filter(pk=output_id, finished_at=None).first()
        if output is None:
            return
        children = [UUID(each) for each in output.asked["children"]]
        if not Child.objects.filter(pk__in=children).exists():
            outputs.fail(output_id=output_id, sentence=_("选中的孩子都已不在您的范围内，没有打印。"))
            return
    order = Order(sheet=output.asked["sheet"], masked=output.masked, why=output.why, link=output.asked["link"])

    def told(done: int) -> None:
        with jobs.under(by):
            outputs.progress(output_id, min(done, output.total))

    try:
        pdf = printing.render_many(order.sheet, read(children, order, by), stamp=stamp(output.title, by, masked=order.masked), on_progress=told)
    except printing.PrintError as failed:
        with jobs.under(by):
            outputs.fail(output_id=output_id, sentence=str(failed))
        return
    with jobs.under(by):
        outputs.finish(output_id=output_id, content=pdf, media_type="application/pdf", file_name=f"{output.title}-{today():%Y%m%d}.pdf")


def stamp(title: str, by: Post, *, masked: bool) -> printing.Stamp:
    return printing.Stamp(title=title, by=f"{by.person.name}（{by}）", at=now(), masked=masked)


def _read(ids: Sequence[UUID], order: Order, by: Post) -> Iterator[dict[str, Any]]:
    """The cards in the order of `ids`; each few files in a transaction of their own, with a line in the access log for each child."""
    with jobs.under(by):
        sheets = _households(ids) if order.sheet == FAMILY else [[each] for each in ids]
    for few in batched(sheets, CHUNK, strict=False):
        with jobs.under(by):
            found = files([child for sheet in few for child in sheet], cards.PARTS)
            made = _items([[found[child] for child in sheet if child in found] for sheet in few], order)
            for file in found.values():
                journal.note_access(by=by, outcome=Access.Outcome.PRINTED, child_id=file.child.id, place=file.child.scope_place, what=shown(order), why=order.why)
        yield from made


def shown(order: Order) -> tuple[str, ...]:
    """What the access log says of a print: what it shows in full."""
    return () if order.masked else cards.IN_FULL


def _households(ids: Sequence[UUID]) -> list[list[UUID]]:
    """The households of these children, in the order of the first child of each; whoever has left the register is not on a sheet."""
    chosen = dict(Child.objects.filter(pk__in=ids).values_list("pk", "household_id"))
    wanted = list(dict.fromkeys(chosen[each] for each in ids if each in chosen))
    members: dict[UUID, list[UUID]] = {each: [] for each in wanted}
    living = Child.objects.filter(household_id__in=wanted).order_by("born", "pk")
    for child, home, state in living.values_list("pk", "household_id", "state"):
        if state != State.ENDED or child in chosen:
            members[home].append(child)
    return [members[each] for each in wanted]


def _items(sheets: Iterable[list[File]], order: Order) -> list[dict[str, Any]]:
    """The data of the templates, one for each sheet that still has a file."""
    standing = [sheet for sheet in sheets if sheet]
    everyone = [file for sheet in standing for file in sheet]
    on = today()
    named = places.full_names(cards.codes_of(everyone, on))
    heads = headings(everyone, order)
    photos = _photos(everyone, order)
    made = []
    for sheet in standing:
        first = sheet[0]
        heading = heads[first.child.id]
        if order.sheet == FAMILY:
            made.append(cards.family_card(sheet, on=on, heading=heading, places=named, masked=order.masked).data())
        else:
            photo = photos(first)
            made.append(cards.basic_card(first, on=on, heading=heading, places=named, masked=order.masked, photo=photo).data())
    return made


def headings(everyone: Iterable[File], order: Order) -> dict[UUID, Heading]:
    """What stands above the table of each child's card."""
    found, on = list(everyone), today()
    units = _units({file.child.scope_place for file in found})
    return {
        file.child.id: Heading(
            unit=units.get(file.child.scope_place, ""),
            filled_on=f"{on.year}年{on.month}月{on.day}日",
            number=cards.file_number(file),
            link=order.link.format(child=file.child.id),
        )
        for file in found
    }


def _units(villages: set[int]) -> dict[int, str]:
    """Who fills in the form, by village: 小溪塔街道冯家湾社区居民委员会."""
    townships = {village: place_codes.at_level(village, Level.TOWNSHIP) for village in villages}
    names = places.short_names(villages | set(townships.values()))
    return {village: (names.get(township, "") if township != village else "") + cards.unit_name(names.get(village, "")) for village, township in townships.items()}


def _photos(everyone: Sequence[File], order: Order) -> Callable[[File], bytes | None]:
    """Photos in the size of the box, where the card is in full and the guardian has consented."""
    if order.masked or order.sheet == FAMILY:
        return lambda file: None
    consented = [file.child.id for file in everyone if file.child.photo_id and file.consents_to("photo", today())]
    found = attachments.photos_of(consented) if consented else {}

    def photo(file: File) -> bytes | None:
        taken = found.get(file.child.id)
        if taken is None or file.key is None:
            return None
        try:
            return intake.thumbnail(attachments.content(taken, file.key))
        except storage.FileMissing:
            return None

    return photo
