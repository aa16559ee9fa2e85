"""Signing in: what is wrong is not told apart, what is right starts a clean session, and the journal knows."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from tests.people import make_post
from tongxing import settings as real_settings
from tongxing.accounts import actions, lockout
from tongxing.accounts.models import Post, User
from tongxing.ground import scope
from tongxing.ground.today import now
from tongxing.journal.models import Record

pytestmark = pytest.mark.django_db
PASSWORD = "Kaifang-2026-tong"


def attempt(client: Client, username: str, password: str, **extra: str):
    return client.post("/sign-in/", {"username": username, "password": password, **extra})


def verbs(post: Post) -> list[str]:
    with scope.whole_country(why="the test reads the journal"):
        return list(Record.objects.filter(subject_kind="person", subject_id=str(post.person_id)).order_by("seq").values_list("verb", flat=True))


def test_a_right_password_opens_the_page_that_was_asked_for(director: Post):
    client = Client()
    answer = client.get("/me/?x=1")
    assert answer["Location"] == "/sign-in/?next=%2Fme%2F%3Fx%3D1"
    answer = attempt(client, director.person.user.username, PASSWORD, next="/me/?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/me/?x=1")
    assert verbs(director)[-1] == "signed_in"


def test_the_name_is_read_without_regard_to_capitals_and_blanks(director: Post):
    assert attempt(Client(), f" {director.person.user.username.upper()} ", PASSWORD).status_code == 302


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/nowhere/", "/sign-out/", "/sign-in/", "\\\\evil.example", "https:///evil.example"]
)
def test_next_leads_nowhere_else(director: Post, wanted: str):
    assert attempt(Client(), director.person.user.username, PASSWORD, next=wanted)["Location"] == "/"


def test_wrong_password_unknown_name_and_closed_sign_in_read_the_same(director: Post):
    closed = make_post("child_director", director.place_id, name="关闭人")
    actions.close_sign_in(user=closed.person.user, reason="离任", by=None)
    pages = []
    for name, password in ((director.person.user.username, "wrong-1234567"), ("nobody-here", PASSWORD), (closed.person.user.username, PASSWORD)):
        answer = attempt(Client(), name, password)
        assert answer.status_code == 422
        pages.append(answer.content.decode().split("<main", 1)[1].replace(name, "").partition("csrfmiddlewaretoken")[0] + "".join(answer.context["form"].non_field_errors()))
    assert len(set(pages)) == 1


def test_signing_in_starts_a_new_session_and_keeps_nothing_of_the_old(director: Post, next_director: Post):
    client = Client()
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = str(before)
    attempt(client, director.person.user.username, PASSWORD)
    assert client.session.session_key != before
    assert "planted" not in client.session


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(director: Post):
    client, name = Client(), director.person.user.username
    for _count in range(4):
        assert attempt(client, name, "wrong-1234567").status_code == 422
    answer = attempt(client, name, "wrong-1234567")
    assert answer.status_code == 429
    assert "请15分钟后再试" in answer.content.decode()
    answer = attempt(client, name, PASSWORD)
    assert answer.status_code == 429  # even the right one
    assert verbs(director)[-6:] == ["sign_in_failed"] * 5 + ["locked_out"]
    assert list(lockout.locked_until([name])) == [name]
    with time_machine.travel(now() + timedelta(minutes=16), tick=False):
        assert attempt(client, name, PASSWORD).status_code == 302


def test_capitals_do_not_give_more_attempts(director: Post):
    name = director.person.user.username
    answers = [attempt(Client(), spelled, "wrong-1234567").status_code for spelled in (name, name.upper(), f" {name}", name.title(), name)]
    assert answers[-1] == 429


def test_many_addresses_do_not_give_more_than_twenty(director: Post):
    name = director.person.user.username
    for number in range(20):
        Client(REMOTE_ADDR=f"10.0.{number}.1").post("/sign-in/", {"username": name, "password": "wrong-1234567"})
    assert Client(REMOTE_ADDR="10.9.9.9").post("/sign-in/", {"username": name, "password": PASSWORD}).status_code == 429


def test_a_name_that_nobody_has_locks_in_the_same_words():
    for _count in range(5):
        answer = attempt(Client(), "nobody-here", "wrong-1234567")
    assert answer.status_code == 429
    assert "请15分钟后再试" in answer.content.decode()


def test_what_was_typed_is_not_written_down(director: Post):
    attempt(Client(), "My-secret-password-1", "x")
    with scope.whole_country(why="the test reads the journal"):
        last = Record.objects.order_by("-seq").first()
    assert last is not None
    assert (last.verb, last.subject_id, last.diff) == ("sign_in_failed", "unknown", {})


def test_the_proxy_is_believed_only_where_there_is_one(rf, settings):
    request = rf.get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.1.2.3", REMOTE_ADDR="127.0.0.1")
    assert lockout.address(request) == "127.0.0.1"
    settings.BEHIND_PROXY = True
    assert lockout.address(request) == "10.1.2.3"  # what the proxy itself saw; the rest is the caller's word


def test_idle_sessions_end_and_a_long_day_ends(director: Post):
    client = Client()
    attempt(client, director.person.user.username, PASSWORD)
    with time_machine.travel(now() + timedelta(minutes=20), tick=False):
        assert client.get("/me/").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=45), tick=False):  # 25 after the last use
        assert client.get("/me/").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=80), tick=False):
        assert client.get("/me/").status_code == 302
    client = Client()
    attempt(client, director.person.user.username, PASSWORD)
    for hours in range(1, 25):
        with time_machine.travel(now() + timedelta(minutes=29 * hours), tick=False):
            assert client.get("/me/").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=29 * 25), tick=False):
        assert client.get("/me/").status_code == 302


def test_the_page_says_that_a_session_ended(director: Post):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "gone"
    assert "30分钟内没有操作" in client.get("/sign-in/?next=/me/").content.decode()
    assert "30分钟内没有操作" not in Client().get("/sign-in/").content.decode()


@pytest.mark.parametrize(
    ("came", "leads"),
    [("http://testserver/children/new/?x=1", "%2Fchildren%2Fnew%2F%3Fx%3D1"), ("http://elsewhere.example/children/new/", "%2F"), ("", "%2F")],
)
def test_a_form_that_was_sent_too_late_leads_back_to_its_page(came: str, leads: str, director: Post):
    answer = Client().post("/children/new/", {"name": "覃雨桐"}, headers={"Referer": came} if came else {})
    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={leads}")


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(director: Post):
    answer = Client().get("/me/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/me/?tab=2"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/?next=%2Fme%2F%3Ftab%3D2")


def test_signing_out_is_a_post_and_is_written_down(director: Post, browser_of):
    client = browser_of(director)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/me/").status_code == 302
    assert verbs(director)[-1] == "signed_out"


def test_the_language_is_remembered_with_the_person(director: Post):
    client = Client()
    attempt(client, director.person.user.username, PASSWORD)
    client.post("/language/", {"language": "en", "next": "/me/"})
    assert User.objects.get(pk=director.person.user.pk).language == "en"
    elsewhere = Client()
    attempt(elsewhere, director.person.user.username, PASSWORD)
    assert elsewhere.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_a_first_password_must_be_changed_before_any_work(director: Post):
    user = director.person.user
    once = actions.reset_password(user=user, reason="忘记密码", by=None)
    client = Client()
    attempt(client, user.username, once)
    answer = client.get("/me/")
    assert answer["Location"] == "/password/?next=%2Fme%2F"
    assert "现在的密码是别人给您的" in client.get(answer["Location"]).content.decode()
    for wrong in (once, "short1", "abcdefghijkl", "12345678901", f"{user.username}1"):
        assert client.post("/password/", {"new": wrong, "again": wrong}).status_code == 422
    assert client.post("/password/", {"new": "Xin-mima-2026", "again": "Xin-mima-2027"}).status_code == 422
    answer = client.post("/password/", {"new": "Xin-mima-2026", "again": "Xin-mima-2026", "next": "/me/"})
    assert answer["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert attempt(Client(), user.username, "Xin-mima-2026").status_code == 302


def test_a_one_time_password_ends_after_three_days(director: Post):
    once = actions.reset_password(user=director.person.user, reason="忘记密码", by=None)
    with time_machine.travel(now() + timedelta(days=3, minutes=1), tick=False):
        answer = attempt(Client(), director.person.user.username, once)
    assert "一次性密码已过期" in answer.content.decode()


def test_changing_the_password_asks_for_the_present_one_and_ends_the_other_sessions(director: Post):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        attempt(client, director.person.user.username, PASSWORD)
    assert here.post("/password/", {"present": "wrong", "new": "Xin-mima-2026", "again": "Xin-mima-2026"}).status_code == 422
    assert here.post("/password/", {"present": PASSWORD, "new": "Xin-mima-2026", "again": "Xin-mima-2026"})["Location"] == "/me/"
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


def test_a_borrowed_session_cannot_try_passwords(director: Post):
    client = Client()
    attempt(client, director.person.user.username, PASSWORD)
    answers = [client.post("/password/", {"present": f"guess-{count}", "new": "Xin-mima-2026", "again": "Xin-mima-2026"}).status_code for count in range(5)]
    assert answers == [422] * 4 + [302]
    assert client.get("/me/").status_code == 302


def test_a_closed_sign_in_ends_its_sessions(director: Post):
    client = Client()
    attempt(client, director.person.user.username, PASSWORD)
    actions.close_sign_in(user=director.person.user, reason="调离", by=None)
    assert client.get("/me/").status_code == 302


def test_passwords_are_nowhere_in_the_clear(director: Post):
    assert real_settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    assert PASSWORD not in str(list(User.objects.values()))


@pytest.mark.parametrize("name", ["a" * 10_000, "a\0b", "\U0001f600"])
def test_a_name_that_nobody_can_have_is_a_wrong_name(director: Post, name: str):
    answer = attempt(Client(), name, "x" * 10_000)
    assert answer.status_code == 422


def test_an_address_that_a_browser_would_not_send_leads_home(director: Post):
    answer = Client().get("/me/", headers={"HX-Request": "true", "HX-Current-URL": "http://["})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/?next=%2F")
