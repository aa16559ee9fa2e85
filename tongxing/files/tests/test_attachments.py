import io
import os
import time
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from PIL import Image

from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import CannotOpen, DataKey
from tongxing.files import actions, queries, storage
from tongxing.files.models import Attachment, Kind
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.scope import NOWHERE, Scope
from tongxing.journal.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 420), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def everywhere(db):
    with transaction.atomic(), scope.whole_country(why="the test looks at two villages"):
        yield


def new_key() -> DataKey:
    child = uuid7()
    return crypto.make_keys([child])[child]


def attach(key: DataKey, kind: Kind = Kind.SCAN, colour: str = "red", place: int = VILLAGE, title: str = "户口本首页") -> Attachment:
    return actions.attach(key=key, scope_place=place, kind=kind, content=picture(colour), title=title, by=None)


def test_a_file_comes_back_as_it_was_accepted(everywhere):
    key = new_key()
    scan = attach(key)
    content = queries.content(scan, key)
    assert Image.open(io.BytesIO(content)).size == (300, 420)
    assert (len(content), scan.media_type, queries.title(scan, key)) == (scan.size, "image/jpeg", "户口本首页")


def test_a_title_holds_nothing_that_cannot_be_seen(everywhere):
    key = new_key()
    assert queries.title(attach(key, title=" 户口本\u202egpj.exe\u200b\n"), key) == "户口本gpj.exe"


def test_neither_disk_nor_row_shows_what_it_is(everywhere):
    key = new_key()
    scan = attach(key, title="张子轩的户口本")
    on_disk = storage.read(scan.id)
    assert b"JFIF" not in on_disk
    assert storage.path(scan.id).stat().st_mode & 0o077 == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT files_attachment::text FROM files_attachment")
        assert "张子轩".encode().hex() not in cursor.fetchone()[0]


def test_a_file_laid_over_another_does_not_open(everywhere):
    key = new_key()
    first, second = attach(key), attach(key, colour="blue")
    storage.path(second.id).write_bytes(storage.read(first.id))
    with pytest.raises(CannotOpen):
        queries.content(second, key)


def test_a_new_photo_takes_the_place_of_the_old_one(everywhere, django_capture_on_commit_callbacks):
    key = new_key()
    old = attach(key, Kind.PHOTO)
    with django_capture_on_commit_callbacks(execute=True):
        new = attach(key, Kind.PHOTO, "blue")
    assert queries.photos_of([key.owner]) == {key.owner: new}
    old.refresh_from_db()
    assert old.removed_at is not None
    assert not storage.path(old.id).exists()


def test_a_removed_file_is_gone_and_that_it_was_there_stays(everywhere, django_capture_on_commit_callbacks):
    key = new_key()
    scan = attach(key)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove(attachment=scan, why="传错了孩子", by=None)
        actions.remove(attachment=scan, why="again", by=None)
    assert not storage.path(scan.id).exists()
    assert list(queries.of_child(key.owner)) == []
    verbs = list(Record.objects.filter(child_id=key.owner).order_by("seq").values_list("verb", "diff"))
    assert [verb for verb, _diff in verbs] == ["attached", "attachment_removed"]
    assert verbs[1][1] == {"why": [None, "传错了孩子"]}


def test_a_destroyed_key_makes_every_copy_unreadable(everywhere, django_capture_on_commit_callbacks):
    key = new_key()
    scan = attach(key)
    copy = storage.read(scan.id)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.erase(child_id=key.owner, by=None) == 1
        crypto.destroy(key.owner)
    assert crypto.open_keys([key.owner]) == {}
    assert not storage.path(scan.id).exists()
    assert picture()[:100] not in copy


def test_the_next_village_sees_no_file_by_either_wall(everywhere):
    key = new_key()
    attach(key)
    with transaction.atomic(), scope.active(Scope(None, NEXT_VILLAGE, NEXT_VILLAGE)):
        assert list(Attachment.unscoped.all()) == []
        with connection.cursor() as cursor:  # the second wall is opened by hand
            cursor.execute("SELECT set_config('tongxing.lo', '0', true), set_config('tongxing.hi', '999999999999', true)")
        assert list(Attachment.objects.all()) == []
        assert Attachment.unscoped.count() == 1


def test_a_post_to_whom_nothing_is_shown_sees_no_file(everywhere):
    attach(new_key())
    with transaction.atomic(), scope.active(Scope(None, *NOWHERE)):
        assert list(Attachment.objects.all()) == []


def test_files_follow_a_child_that_moves(everywhere):
    key = new_key()
    scan = attach(key)
    actions.rescope(child_id=key.owner, scope_place=NEXT_VILLAGE)
    with transaction.atomic(), scope.active(Scope(None, NEXT_VILLAGE, NEXT_VILLAGE)):
        assert list(queries.of_child(key.owner)) == [scan]


def test_verify_names_what_is_missing_or_changed(everywhere, capsys):
    key = new_key()
    missing, changed, _whole = attach(key), attach(key), attach(key)
    storage.path(missing.id).unlink()
    storage.path(changed.id).write_bytes(b"other")
    with pytest.raises(CommandError, match="2 个附件"):
        call_command("files", "verify")
    said = capsys.readouterr().out
    assert f"{missing.id} missing" in said
    assert f"{changed.id} changed" in said


def test_sweep_takes_only_old_files_without_a_row(everywhere):
    scan = attach(new_key())
    lost, fresh = uuid7(), UUID(int=uuid7().int + 1)
    for stray in (lost, fresh):
        storage.write(stray, b"sealed")
    before = time.time() - 2 * storage.DRAFT_SECONDS
    for old in (lost, scan.id):
        os.utime(storage.path(old), (before, before))
    call_command("files", "sweep")
    assert not storage.path(lost).exists()
    assert storage.path(fresh).exists()
    assert storage.path(scan.id).exists()
