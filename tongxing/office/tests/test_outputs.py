"""A print on its way: the one who asked sees it, fetches it, and nobody else does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from tests.people import NEXT_VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground import scope
from tongxing.ground.today import now, today
from tongxing.journal.models import Access

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def output(officer: Post) -> Output:
    with transaction.atomic(), scope.active(officer.scope()):
        return outputs.ask(kind=OutputKind.PRINT, title="基本信息卡", asked={}, total=3, masked=False, why="装入档案袋", place=officer.place_id, by=officer)


def finish(post: Post, output: Output) -> None:
    with transaction.atomic(), scope.active(post.scope()):
        outputs.finish(output_id=output.id, content=b"%PDF-1.7", media_type="application/pdf", file_name="基本信息卡.pdf")


def test_one_waits_then_fetches_the_file(officer, output, browser_of):
    browser = browser_of(officer)
    waiting = browser.get(f"/outputs/{output.id}/").content.decode()
    assert f'hx-get="/outputs/{output.id}/progress/"' in waiting
    assert browser.get(f"/outputs/{output.id}/file/").status_code == 404
    finish(officer, output)
    assert f"/outputs/{output.id}/file/" in browser.get(f"/outputs/{output.id}/progress/").content.decode()
    answer = browser.get(f"/outputs/{output.id}/file/")
    assert answer.content == b"%PDF-1.7"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    with scope.whole_country(why="the test reads the access log"):
        read = Access.objects.get(outcome=Access.Outcome.EXPORTED)
    assert (read.post, read.what, read.why) == (officer.id, ["基本信息卡"], "装入档案袋")


def test_the_list_says_how_each_stands(officer, output, browser_of):
    browser = browser_of(officer)
    assert "正在生成 0 / 3" in browser.get("/outputs/").content.decode()
    finish(officer, output)
    assert "可以下载" in browser.get("/outputs/").content.decode()
    with time_machine.travel(now() + timedelta(days=2)), transaction.atomic(), scope.whole_country(why="the file's day has passed"):
        outputs.forget_due()
    assert "已过期删除" in browser.get("/outputs/").content.decode()
    assert browser.get(f"/outputs/{output.id}/file/").status_code == 404
    assert "文件已过期删除" in browser.get(f"/outputs/{output.id}/").content.decode()


def test_what_went_wrong_is_said(officer, output, browser_of):
    with transaction.atomic(), scope.active(officer.scope()):
        outputs.fail(output_id=output.id, sentence="打印超过 70 秒，已停止")
    assert "打印超过 70 秒" in browser_of(officer).get(f"/outputs/{output.id}/").content.decode()


@pytest.mark.parametrize("path", ["", "progress/", "file/"])
def test_nobody_else_sees_it(officer, output, director, browser_of, path):
    finish(officer, output)
    colleague = make_post("county_officer", officer.place_id, name="赵干部")
    for other in (colleague, director):
        assert browser_of(other).get(f"/outputs/{output.id}/{path}").status_code == 404


def made_by(post: Post) -> Output:
    with transaction.atomic(), scope.active(post.scope()):
        made = outputs.ask(kind=OutputKind.EXPORT, title="登记表", asked={}, total=1, masked=False, why="年度登记", place=post.place_id, by=post)
    finish(post, made)
    return made


def test_a_post_whose_powers_are_withheld_takes_no_file(director, browser_of):
    address, browser = f"/outputs/{made_by(director).id}/", browser_of(director)
    assert browser.get(f"{address}file/").status_code == 200
    accounts.record_check(person=director.person, on=today(), clear=False, by=None)
    assert browser.get(f"{address}file/").status_code == 403
    assert "file/" not in browser.get(address).content.decode()
    with scope.whole_country(why="the test reads the access log"):
        assert Access.objects.filter(outcome=Access.Outcome.DENIED, post=director.id).exists()


@pytest.mark.parametrize("holds_another", [False, True])
def test_a_post_that_has_ended_takes_no_file(director, browser_of, holds_another):
    address, browser = f"/outputs/{made_by(director).id}/file/", browser_of(director)
    if holds_another:
        accounts.appoint(person=director.person, role="child_director", place=NEXT_VILLAGE, since=today(), by=None)
    Post.objects.filter(pk=director.pk).update(until=today())
    assert browser.get(address).status_code == (404 if holds_another else 403)


def test_an_empty_list_says_what_to_do(officer, browser_of):
    assert "还没有打印或导出过" in browser_of(officer).get("/outputs/").content.decode()
