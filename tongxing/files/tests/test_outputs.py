from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tongxing.crypto import actions as crypto
from tongxing.files import outputs, storage, tasks
from tongxing.files.models import Output, OutputKind
from tongxing.ground import scope
from tongxing.ground.today import now
from tongxing.journal.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def under(director):
    with transaction.atomic(), scope.active(director.scope()):
        yield director


def ask(post, *, masked: bool = True, why: str = "") -> Output:
    return outputs.ask(kind=OutputKind.PRINT, title="基本信息卡", asked={"children": []}, total=3, masked=masked, why=why, place=post.place_id, by=post)


def test_an_output_is_made_and_taken(under):
    output = ask(under)
    outputs.progress(output.id, 2)
    output.refresh_from_db()
    assert (output.done, output.ready) == (2, False)
    outputs.finish(output_id=output.id, content=b"%PDF", media_type="application/pdf", file_name="cards.pdf")
    outputs.progress(output.id, 1)
    output.refresh_from_db()
    assert (output.done, output.ready, outputs.content(output)) == (3, True, b"%PDF")
    assert b"%PDF" not in storage.read(output.id)
    assert Record.objects.get(subject_id=output.id).diff["count"] == [None, 3]


def test_made_again_it_stays_as_it_was(under):
    output = ask(under)
    for content in (b"first", b"second"):
        outputs.finish(output_id=output.id, content=content, media_type="application/pdf", file_name="cards.pdf")
    output.refresh_from_db()
    assert outputs.content(output) == b"first"


def test_an_output_that_failed_says_why(under):
    output = ask(under)
    outputs.fail(output_id=output.id, sentence="模板有误")
    output.refresh_from_db()
    assert (output.failed, output.ready) == ("模板有误", False)


def test_in_full_a_reason_is_needed(under):
    with pytest.raises(IntegrityError), transaction.atomic():
        ask(under, masked=False)
    assert ask(under, masked=False, why="装入档案袋").why == "装入档案袋"


def test_another_post_does_not_see_it(under, officer):
    ask(under)
    with transaction.atomic(), scope.active(officer.scope()):
        assert Output.objects.count() == 0
    assert Output.objects.of(under.id).count() == 1


def test_after_a_day_the_file_and_its_key_are_gone(under, django_capture_on_commit_callbacks):
    output = ask(under)
    outputs.finish(output_id=output.id, content=b"%PDF", media_type="application/pdf", file_name="cards.pdf")
    tasks.forget_outputs(timestamp=0)
    assert Output.objects.get(pk=output.id).ready
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=False), django_capture_on_commit_callbacks(execute=True):
        tasks.forget_outputs(timestamp=0)
    output.refresh_from_db()
    assert not output.ready
    assert output.asked == {}
    assert not storage.path(output.id).exists()
    assert crypto.open_keys([output.id]) == {}
    with pytest.raises(storage.FileMissing):
        outputs.content(output)
