"""Cards printed: what is on them, who is in the access log, what another village gets."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.people import NEXT_VILLAGE
from tongxing import printing
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.children import actions, printouts, tasks
from tongxing.children.models import Child
from tongxing.children.printouts import BASIC, FAMILY, Order
from tongxing.children.tests.make import make_child, make_siblings, seen_by
from tongxing.files import outputs
from tongxing.files.models import Output
from tongxing.ground import jobs, scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.journal.models import Access

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
LINK = "http://127.0.0.1:8000/children/{child}/"


def order(sheet: str = BASIC, *, masked: bool = True) -> Order:
    return Order(sheet=sheet, masked=masked, why="" if masked else "装入档案袋", link=LINK)


def pages(pdf: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def asked(by: Post, children: list[Child], *, sheet: str = BASIC, masked: bool = True) -> Output:
    ids = [child.id for child in children]
    with seen_by(by):
        total = printouts.count(ids, sheet) or 1
        return printouts.ask(title=printouts.TITLES[sheet], order=order(sheet, masked=masked), children=ids, total=total, by=by)


def made(by: Post, output: Output) -> Output:
    printouts.make(output.id, by.id)
    with seen_by(by):
        return Output.objects.get(pk=output.id)


def printed_children(outcome: str = Access.Outcome.PRINTED) -> list[UUID | None]:
    with scope.whole_country(why="the test reads the access log"):
        return list(Access.objects.filter(outcome=outcome).order_by("seq").values_list("child_id", flat=True))


def test_one_card_is_printed_at_once(director):
    child = make_child(name="张子轩")
    with seen_by(director):
        (masked,) = pages(printouts.card_of(child.id, order(), by=director))
        (full,) = pages(printouts.card_of(child.id, order(masked=False), by=director))
    assert "张*轩" in masked
    assert "张子轩" not in masked
    assert "信息已脱敏" in masked
    assert "张子轩" in full
    assert "含完整个人信息" in full
    assert "打印人：李大妹（儿童主任·冯家湾社区）" in full
    assert "小溪塔街道冯家湾社区居民委员会" in full


def test_the_photo_is_printed_in_full_with_consent_only(director):
    child = make_child(name="张子轩")
    picture = io.BytesIO()
    Image.effect_noise((900, 1260), 50).convert("RGB").save(picture, "JPEG")
    with seen_by(director):
        without = len(printouts.card_of(child.id, order(masked=False), by=director))
        actions.keep_photo(child_id=child.id, content=picture.getvalue(), by=director, consent_by="王秀英")
        with_photo = len(printouts.card_of(child.id, order(masked=False), by=director))
        masked = len(printouts.card_of(child.id, order(), by=director))
    assert with_photo > without + 10_000
    assert masked < without + 10_000


def test_a_selection_is_printed_in_order_and_every_child_is_logged(director):
    children = [make_child(name=f"张子{letter}") for letter in "轩涵墨"]
    wanted = [children[2], children[0], children[1]]
    output = made(director, asked(director, wanted, masked=False))
    assert (output.done, output.failed, output.file_name) == (3, "", f"儿童基本信息卡-{today():%Y%m%d}.pdf")
    with seen_by(director):
        texts = pages(outputs.content(output))
    assert [name for text in texts for name in ("张子轩", "张子涵", "张子墨") if name in text] == ["张子墨", "张子轩", "张子涵"]
    assert sorted(map(str, printed_children())) == sorted(str(child.id) for child in children)


def test_a_family_is_one_sheet_however_many_are_chosen(director):
    siblings = make_siblings(3)
    other = make_child(name="李明")
    output = made(director, asked(director, [siblings[1], other, siblings[0]], sheet=FAMILY))
    assert output.total == 2
    with seen_by(director):
        texts = pages(outputs.content(output))
    assert len(texts) == 2
    assert set(printed_children()) == {child.id for child in [*siblings, other]}


def test_the_next_villages_child_is_not_printed(director, next_director):
    mine, theirs = make_child(name="张子轩"), make_child(name="李小花", place=NEXT_VILLAGE)
    output = made(director, asked(director, [mine, theirs], masked=False))
    with seen_by(director):
        (text,) = pages(outputs.content(output))
    assert "李小花" not in text
    refused = made(director, asked(director, [theirs]))
    assert "不在您的范围内" in refused.failed
    assert printed_children() == [mine.id]


def test_printed_again_by_another_worker_it_stays_one_output(director):
    child = make_child(name="张子轩")
    output = made(director, asked(director, [child]))
    first = output.finished_at
    assert made(director, output).finished_at == first


def test_whose_post_has_ended_prints_nothing(director):
    child = make_child(name="张子轩")
    output = asked(director, [child])
    accounts.end_post(post=director, on=today() - timedelta(days=1), reason="换届", by=None)
    printouts.make(output.id, director.id)
    assert printed_children() == []


def test_what_went_wrong_is_kept_as_a_sentence(director, monkeypatch):
    child = make_child(name="张子轩")

    def broken(*_args: object, **_kwargs: object) -> bytes:
        raise printing.TemplateError("basic_card", 12, "unknown variable")

    monkeypatch.setattr(printing, "render_many", broken)
    output = made(director, asked(director, [child]))
    assert output.failed == "模板 basic_card 第 12 行：unknown variable"


def test_an_unknown_output_is_nothing_to_do(director):
    printouts.make(uuid7(), director.id)
    assert printed_children() == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_prints_what_was_asked(director):
    child = make_child(name="张子轩")
    output = asked(director, [child])
    tasks.print_cards.defer(output=str(output.id), post=str(director.id))
    jobs.work(wait=False, queues=["prints"])
    with seen_by(director):
        (text,) = pages(outputs.content(Output.objects.get(pk=output.id)))
    assert "张*轩" in text
