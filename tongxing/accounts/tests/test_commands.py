"""The commands that make the first administrator and help the last one."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.people import COUNTY, make_post
from tongxing.accounts.models import Post, User

pytestmark = pytest.mark.django_db


def test_the_first_administrator_is_made_once(places, capsys: pytest.CaptureFixture[str]):
    call_command("create_first_administrator", place="420506", name="何平", username="HePing")
    told = capsys.readouterr().out
    post = Post.objects.get()
    assert (post.role, post.place_id, post.person.user.username, post.person.user.must_change_password) == ("security_admin", COUNTY, "heping", True)
    password = re.search(r"一次性密码 (\S+?)（", told)
    assert password is not None
    client = Client()
    assert client.post("/sign-in/", {"username": "heping", "password": password[1]}).status_code == 302
    assert client.get("/me/")["Location"].startswith("/password/")
    with pytest.raises(CommandError, match="已有安全管理员"):
        call_command("create_first_administrator", place="420506", name="别人", username="other")


def test_it_asks_for_what_was_not_given(places, monkeypatch: pytest.MonkeyPatch):
    answers = iter(["420506", "何平", "heping"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    call_command("create_first_administrator")
    assert User.objects.get().username == "heping"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"place": "四二"}, "区划代码"),
        ({"place": "110000"}, "没有代码为"),
        ({"place": "420506001001"}, "应设在"),
        ({"name": "  "}, "不能为空"),
        ({"username": "taken"}, "已有人使用"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_made(places, given: dict[str, str], words: str):
    post = make_post("child_director", 420506001001)
    User.objects.filter(pk=post.person.user.pk).update(username="taken")
    with pytest.raises(CommandError, match=words):
        call_command("create_first_administrator", **{"place": "420506", "name": "何平", "username": "heping", **given})
    assert Post.objects.count() == 1


def test_a_lost_administrator_gets_in_from_the_server(places, capsys: pytest.CaptureFixture[str]):
    post = make_post("security_admin", COUNTY)
    call_command("reset_sign_in", post.person.user.username, reason="手机和密码都忘了", second_factor=True)
    assert "一次性密码" in capsys.readouterr().out
    assert User.objects.get().must_change_password
    with pytest.raises(CommandError, match="没有用户名"):
        call_command("reset_sign_in", "nobody", reason="x")
