"""Requests of guardians and erasure (个人信息保护法 44–50 条)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from PIL import Image

from tests.people import VILLAGE
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.actions import NewRequest
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import ROWS_OF_A_CHILD, Child, PrivacyRequest
from tongxing.children.new import NewAbsence, NewChild, NewGuardianship, NewRelative, NewSchooling
from tongxing.children.queries.files import file
from tongxing.crypto import actions as crypto
from tongxing.files import storage
from tongxing.files.models import Attachment, Kind
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]

FATHER = NewRelative(relation="51", name="张建国", phone="13812345678", absences=(NewAbsence(since=date(2024, 3, 1), where="广东省东莞市"),))
GRANDMOTHER = NewRelative(relation="62", name="王秀英", phone="13600001234", entrusted=True)
CHILD = NewChild(
    place=VILLAGE,
    fields={"name": "张子轩", "sex": "1", "born": date(2016, 3, 12), "hobbies": "画画", "registered_address": "三组21号", "medical_history": "肺炎"},
    relatives=(FATHER, GRANDMOTHER),
    schooling=NewSchooling(stage="primary", school_name="第三小学"),
    guardianship=NewGuardianship(kind="fair", note="祖母年迈"),
    consents={"optional": "张建国"},
)
ASKED = NewRequest(kind="delete", by_whom="张建国", relation="51", words="删掉爱好和照片")


@pytest.fixture(autouse=True)
def under(officer: Post) -> Iterator[None]:
    with time_machine.travel("2026-02-10 10:00+08:00", tick=False), transaction.atomic(), scope.active(officer.scope()):
        yield


@pytest.fixture
def child(under: None, officer: Post) -> Child:
    return actions.register(new=CHILD, by=officer)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 420), "red").save(out, "JPEG")
    return out.getvalue()


def test_a_request_is_due_after_fifteen_working_days(child, officer):
    """Spring Festival lies between: 24 calendar days."""
    request = actions.receive_request(child_id=child.id, new=ASKED, by=officer)
    assert (request.received_on, request.due_on, request.state) == (date(2026, 2, 10), date(2026, 3, 9), "received")


def test_a_withdrawn_consent_is_dealt_with_the_next_working_day(child, officer):
    assert actions.receive_request(child_id=child.id, new=replace(ASKED, kind="withdraw"), by=officer).due_on == date(2026, 2, 11)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "sell"}, "kind"),
        ({"by_whom": " "}, "by_whom"),
        ({"relation": "00"}, "relation"),
        ({"received_on": date(2026, 2, 11)}, "received_on"),
        ({"kind": "correct", "words": ""}, "words"),
    ],
)
def test_a_request_that_says_too_little_is_refused_with_a_sentence(child, officer, wrong, field):
    with pytest.raises(FieldErrors) as refused:
        actions.receive_request(child_id=child.id, new=replace(ASKED, **wrong), by=officer)
    assert refused.value.errors[field].endswith("。")


def test_an_answer_is_given_once_and_in_words(child, officer):
    request = actions.receive_request(child_id=child.id, new=ASKED, by=officer)
    with pytest.raises(FieldErrors, match="答复"):
        actions.answer_request(request_id=request.id, granted=False, answer=" ", by=officer)
    answered = actions.answer_request(request_id=request.id, granted=False, answer="依法定职责建档，不能删除", by=officer)
    assert (answered.state, answered.answered_on) == ("refused", today())
    with pytest.raises(CannotDo, match="已经答复"):
        actions.answer_request(request_id=request.id, granted=True, answer="再办", by=officer)


def test_granting_removes_what_rests_on_consent_and_keeps_what_the_law_asks(child, officer):
    actions.keep_photo(child_id=child.id, content=picture(), by=officer, consent_by="张建国")
    request = actions.receive_request(child_id=child.id, new=ASKED, by=officer)
    actions.answer_request(request_id=request.id, granted=True, answer="已删除爱好和照片", by=officer, remove_optional=True)
    found = file(child.id)
    assert found is not None
    assert (found.child.hobbies_sealed, found.child.photo_id) == (None, None)
    assert found.open(found.child, "medical_history") == "肺炎"
    assert [row.kind for row in found.consents if row.until is None] == ["statutory"]


def test_erasing_leaves_nothing_to_read(child, officer, django_capture_on_commit_callbacks):
    scan = actions.attach_document(child_id=child.id, kind=Kind.SCAN, title="户口本", content=picture(), by=officer)
    actions.receive_request(child_id=child.id, new=ASKED, by=officer)
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(child_id=child.id, why="监护人申请，县民政局批准", by=officer)
        actions.erase(child_id=child.id, why="再来一次", by=officer)
    found = file(child.id)
    assert found is not None
    assert (found.key, found.relatives, found.schoolings, found.residences, found.consents) == (None, [], [], [], [])
    assert (found.child.state, found.child.end_reason, found.child.born, found.child.sex) == ("ended", "erased", date(2016, 1, 1), "1")
    assert crypto.open_keys([child.id]) == {}
    assert not storage.path(scan.id).exists()
    assert Attachment.objects.get(pk=scan.id).removed_why == "erased"
    assert Record.objects.filter(child_id=child.id, verb="erased").count() == 1


def test_no_row_of_any_table_still_names_the_child_or_its_family(child, officer):
    actions.receive_request(child_id=child.id, new=ASKED, by=officer)
    actions.erase(child_id=child.id, why="监护人申请", by=officer)
    tables = {model._meta.db_table for model in (Child, *ROWS_OF_A_CHILD)}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ~ '张子轩|zhangzixuan|zzx|张建国|王秀英|东莞|第三小学|祖母年迈|画画|03-12'")
            assert cursor.fetchone() == (0,), table


def test_the_journal_of_an_erased_child_names_nobody(child, officer):
    actions.change_fields(child_id=child.id, fields={"name": "张子萱"}, by=officer)
    actions.erase(child_id=child.id, why="监护人申请", by=officer)
    told = str(list(Record.objects.filter(child_id=child.id).values_list("diff", flat=True)))
    for word in ("张子轩", "张子萱", "张建国", "王秀英", "13812345678"):
        assert word not in told, word


def test_erasing_needs_a_reason(child, officer):
    with pytest.raises(FieldErrors, match="原因"):
        actions.erase(child_id=child.id, why="", by=officer)


def test_brothers_and_sisters_keep_their_files(child, officer):
    sibling = actions.register(new=replace(CHILD, fields={**CHILD.fields, "name": "张子墨", "born": date(2018, 5, 6)}, household_id=child.household_id), by=officer)
    actions.erase(child_id=child.id, why="监护人申请", by=officer)
    found = file(sibling.id)
    assert found is not None
    assert [relative.name for relative in found.relatives] == ["张建国", "王秀英"]
    assert found.open(found.child, "medical_history") == "肺炎"


def test_a_file_that_was_merged_into_it_is_erased_with_it(child, officer):
    other = actions.register(new=replace(CHILD, fields={**CHILD.fields, "name": "张梓轩"}), by=officer)
    actions.merge_files(kept_id=child.id, other_id=other.id, reason="同一个孩子，张建国证实", by=officer)
    actions.erase(child_id=child.id, why="监护人申请", by=officer)
    assert crypto.open_keys([child.id, other.id]) == {}
    with connection.cursor() as cursor:
        for table in ("children_child", "children_merge", "children_relative", "children_searchkey"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ~ '张梓轩|张建国'")
            assert cursor.fetchone() == (0,), table


def test_the_command_erases_only_when_it_is_meant(child, officer):
    with pytest.raises(CommandError, match="--why"):
        call_command("erase_child", str(child.id), "--yes")
    with pytest.raises(CommandError, match="没有这份档案"):
        call_command("erase_child", "00000000-0000-7000-8000-000000000000", "--why", "法院判决", "--yes")
    call_command("erase_child", str(child.id), "--why", "法院判决", "--yes")
    child.refresh_from_db()
    assert child.end_reason == "erased"


def test_requests_that_wait_are_found_by_their_deadline(child, officer):
    first = actions.receive_request(child_id=child.id, new=replace(ASKED, kind="view"), by=officer)
    second = actions.receive_request(child_id=child.id, new=replace(ASKED, kind="withdraw"), by=officer)
    assert list(PrivacyRequest.objects.filter(state="received").order_by("due_on")) == [second, first]
    assert second.due_on - today() == timedelta(days=1)
