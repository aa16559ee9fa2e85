"""Photo and scans of a file: with consent, within scope, gone when they must be."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from PIL import Image

from tests.people import VILLAGE
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child
from tongxing.children.new import NewChild
from tongxing.children.queries.files import file
from tongxing.files import queries, storage
from tongxing.files.models import Kind
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture(autouse=True)
def under(director: Post) -> Iterator[None]:
    with transaction.atomic(), scope.active(director.scope()):
        yield


@pytest.fixture
def child(under: None, director: Post) -> Child:
    return actions.register(new=NewChild(place=VILLAGE, fields={"name": "张子轩", "sex": "1", "born": date(2016, 3, 12)}), by=director)


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 420), colour).save(out, "JPEG")
    return out.getvalue()


def test_a_photo_needs_the_guardians_consent(child, director):
    with pytest.raises(CannotDo, match="同意"):
        actions.keep_photo(child_id=child.id, content=picture(), by=director)
    kept = actions.keep_photo(child_id=child.id, content=picture(), by=director, consent_by="王秀英（祖母）")
    assert kept.photo_id == queries.photos_of([child.id])[child.id].id
    assert "photo" not in kept.missing


def test_a_new_photo_replaces_the_old_one(child, director, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        old = actions.keep_photo(child_id=child.id, content=picture(), by=director, consent_by="王秀英").photo_id
        new = actions.keep_photo(child_id=child.id, content=picture("blue"), by=director).photo_id
    assert old is not None
    assert new is not None
    assert not storage.path(old).exists()
    assert storage.path(new).exists()


def test_withdrawing_the_consent_removes_the_photo(child, director, django_capture_on_commit_callbacks):
    """Code tables, privacy 1: withdrawal works."""
    photo_id = actions.keep_photo(child_id=child.id, content=picture(), by=director, consent_by="王秀英").photo_id
    assert photo_id is not None
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw_consent(child_id=child.id, kind="photo", by=director)
    child.refresh_from_db()
    assert child.photo_id is None
    assert not queries.photos_of([child.id])
    assert not storage.path(photo_id).exists()


def test_what_is_no_picture_is_refused_and_nothing_changes(child, director):
    with pytest.raises(FieldErrors) as refused, transaction.atomic():
        actions.keep_photo(child_id=child.id, content=b"MZ a program", by=director, consent_by="王秀英")
    assert "不是可以识别的图片" in refused.value.errors["photo"]
    found = file(child.id)
    assert found is not None
    assert not found.consents_to("photo", today())


def test_a_scan_is_kept_and_taken_away_with_a_reason(child, director):
    scan = actions.attach_document(child_id=child.id, kind=Kind.SCAN, title="户口本首页", content=picture(), by=director)
    assert [one.id for one in queries.of_child(child.id)] == [scan.id]
    with pytest.raises(FieldErrors, match="原因"):
        actions.remove_document(child_id=child.id, attachment_id=scan.id, why=" ", by=director)
    actions.remove_document(child_id=child.id, attachment_id=scan.id, why="传错了孩子", by=director)
    assert list(queries.of_child(child.id)) == []
    with pytest.raises(CannotDo):
        actions.remove_document(child_id=child.id, attachment_id=scan.id, why="传错了孩子", by=director)
    verbs = Record.objects.filter(child_id=child.id).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["registered", "attached", "attachment_removed"]


@pytest.mark.parametrize(("kind", "title", "wrong"), [(Kind.SCAN, " ", "title"), (Kind.PHOTO, "照片", "kind")])
def test_a_scan_has_a_name_and_a_kind(child, director, kind, title, wrong):
    with pytest.raises(FieldErrors) as refused:
        actions.attach_document(child_id=child.id, kind=kind, title=title, content=picture(), by=director)
    assert wrong in refused.value.errors


def test_the_next_village_cannot_add_anything(child, next_director):
    with transaction.atomic(), scope.active(next_director.scope()), pytest.raises(Child.DoesNotExist):
        actions.attach_document(child_id=child.id, kind=Kind.SCAN, title="户口本", content=picture(), by=next_director)
