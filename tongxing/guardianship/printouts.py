"""监护确认书 on paper: what is read for it, and every child's print in the access log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tongxing import printing
from tongxing.accounts import jobs
from tongxing.accounts.models import Post
from tongxing.children import printouts
from tongxing.crypto import actions as crypto
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground.today import today
from tongxing.guardianship import codes, queries
from tongxing.guardianship.actions import agreements, freeze
from tongxing.guardianship.models import Agreement, Covered, Party
from tongxing.guardianship.states import State
from tongxing.journal import actions as journal
from tongxing.journal.models import Access
from tongxing.printing.cards import clean, framed, qr_code

PAPER = "guardianship_paper"
WHY = "请监护人核对、签字"
IN_FULL = ("name", "id_number", "phone", "address")
MOST = 500
CHUNK = 25
TITLES = {"parent": "委托人（签名、按手印）", "guardian": "被委托人（签名、按手印）", "witness": "见证人（签名）"}


def ask(*, title: str, agreements: Sequence[UUID], link: str, by: Post) -> Output:
    """Note that papers were asked for; `make` makes them. ``link`` holds `{agreement}` for the id."""
    asked = {"sheet": PAPER, "agreements": [str(each) for each in agreements], "link": link}
    return outputs.ask(kind=OutputKind.PRINT, title=title, asked=asked, total=len(agreements), masked=False, why=_(WHY), place=by.place_id, by=by)


def paper_of(row: Agreement, link: str, *, by: Post) -> bytes:
    """One paper as a PDF, a draft marked as such. The caller notes the read. Raises ``PrintError``."""
    return printing.render(PAPER, item(row, link), stamp=printouts.stamp(codes.PAPER[row.kind].label, by, masked=False))


def item(row: Agreement, link: str) -> dict[str, Any]:
    """The template's data: the words as they were frozen (of a draft as they would be), answers and signatures as they are."""
    kept: dict[str, Any] = agreements.opened(row) or agreements.words_of(row)
    answers = agreements.declared(row)
    covered = {str(each.child_id): each for each in Covered.objects.filter(agreement=row)}
    opened = crypto.open_keys([each.child_id for each in covered.values()])
    key = agreements.key_of(row)

    def wish(each: Covered | None) -> str:
        return opened[each.child_id].open(each.binding, each.wish_sealed) if each and each.wish_sealed and each.child_id in opened else ""

    def heard(each: Covered | None) -> str:
        return "" if each is None or each.heard is None else "yes" if each.heard else "no"

    def signature(party: Party) -> dict[str, Any]:
        picture = framed(key.open_bytes(party.binding, party.picture_sealed), width=60, height=24, whole=True) if party.picture_sealed else None
        signed = f"{localtime(party.signed_at):%Y-%m-%d}" if party.signed_at and party.how == Party.How.SCREEN else ""
        standing = f"（{party.standing}）" if party.standing else ""
        return {"title": TITLES[party.role], "name": clean(f"{party.name}{standing}"), "picture": picture, "signed": signed}

    order = {"parent": 0, "guardian": 1, "witness": 2}
    signers = sorted(Party.objects.filter(agreement=row), key=lambda each: (order[each.role], each.id))
    return {
        **{name: clean(str(kept[name])) for name in ("number", "title", "preamble", "village", "since", "until")},
        "draft": row.state == State.DRAFT,
        "qr": qr_code(link.format(agreement=row.id)) if link else None,
        "children": [_plain(each) | {"heard": heard(covered.get(each["id"])), "wish": clean(wish(covered.get(each["id"])))} for each in kept["children"]],
        "parents": [_plain(each) for each in kept["parents"]],
        "guardian": _plain(kept["guardian"]),
        "clauses": kept["clauses"],
        "unfit": [each | {"answer": "" if each["value"] not in answers else "yes" if answers[each["value"]] else "no"} for each in kept["unfit"]],
        "signatures": [signature(each) for each in signers],
    }


def _plain(values: dict[str, Any]) -> dict[str, str]:
    return {key: clean(str(value)) for key, value in values.items()}


def make(output_id: UUID, post_id: UUID) -> None:
    """Print what an output asks for, and keep it. Drafts are frozen first. Made before, or its post ended meanwhile, nothing happens."""
    try:
        by = jobs.asking(post_id)
    except jobs.PostEnded:
        return
    with jobs.under(by):
        output = Output.objects.filter(pk=output_id, finished_at=None).first()
        if output is None:
            return
        ids = [UUID(each) for each in output.asked["agreements"]]
        if not Agreement.objects.filter(pk__in=ids).exists():
            outputs.fail(output_id=output_id, sentence=_("选中的确认书都已不在您的范围内，没有打印。"))
            return

    def told(done: int) -> None:
        with jobs.under(by):
            outputs.progress(output_id, min(done, output.total))

    try:
        pdf = printing.render_many(PAPER, _read(ids, output.asked["link"], by), stamp=printouts.stamp(output.title, by, masked=False), on_progress=told)
    except printing.PrintError as failed:
        with jobs.under(by):
            outputs.fail(output_id=output_id, sentence=str(failed))
        return
    with jobs.under(by):
        outputs.finish(output_id=output_id, content=pdf, media_type="application/pdf", file_name=f"{output.title}-{today():%Y%m%d}.pdf")


def _read(ids: Sequence[UUID], link: str, by: Post) -> Iterator[dict[str, Any]]:
    """The papers in the order of ``ids``, a few in a transaction of their own, with a line in the access log for each child."""
    for few in batched(ids, CHUNK, strict=False):
        made = []
        with jobs.under(by):
            there = set(Agreement.objects.filter(pk__in=few).values_list("pk", flat=True))
            for agreement_id in (each for each in few if each in there):
                row = freeze(agreement_id=agreement_id, by=by)
                made.append(item(row, link))
                for child_id, place in queries.children_of(row):
                    journal.note_access(by=by, outcome=Access.Outcome.PRINTED, child_id=child_id, place=place, what=IN_FULL, why=_(WHY))
        yield from made
