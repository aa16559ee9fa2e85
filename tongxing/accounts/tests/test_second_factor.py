"""The second factor: forced by role, set up with a code, given at sign-in, and taken away only from above."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django_otp.oath import TOTP

from tests.people import COUNTY, make_post
from tongxing.accounts import actions
from tongxing.accounts.models import Authenticator, Post
from tongxing.ground.today import now

pytestmark = pytest.mark.django_db
PASSWORD = "Kaifang-2026-tong"


@pytest.fixture(autouse=True)
def forced(settings) -> None:
    settings.SECOND_FACTOR = True


def sign_in(post: Post) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": post.person.user.username, "password": PASSWORD})
    return client


def enrolled(post: Post) -> list[str]:
    """Set the second factor up a minute ago; returns the recovery codes."""
    with time_machine.travel(now() - timedelta(minutes=2), tick=False):
        device = actions.start_authenticator(user=post.person.user)
        codes = actions.confirm_authenticator(user=post.person.user, digits=f"{totp_now(device):06d}")
    assert codes is not None
    return codes


def totp_now(device: Authenticator) -> int:
    clock = TOTP(device.secret, 30, 0, 6, 0)
    clock.time = now().timestamp()
    return int(clock.token())


def present(post: Post) -> str:
    return f"{totp_now(Authenticator.objects.get(user=post.person.user)):06d}"


def test_a_county_officer_works_only_with_a_second_factor(officer: Post):
    client = sign_in(officer)
    assert client.get("/me/")["Location"] == "/second-factor/set-up/?next=%2Fme%2F"
    page = client.get("/second-factor/set-up/?next=/me/").content.decode()
    assert "必须启用动态口令" in page
    assert 'class="qr"' not in page
    client.post("/second-factor/set-up/", {"start": "1", "next": "/me/"})
    page = client.get("/second-factor/set-up/?next=/me/").content.decode()
    assert 'class="qr"' in page
    assert client.post("/second-factor/set-up/", {"digits": "000000", "next": "/me/"}).status_code == 422
    Authenticator.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    answer = client.post("/second-factor/set-up/", {"digits": present(officer), "next": "/me/"})
    codes = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", answer.content.decode())
    assert len(codes) == 10
    assert client.get("/me/").status_code == 200


def test_a_director_works_without_one_and_may_have_one(director: Post):
    client = sign_in(director)
    assert client.get("/me/").status_code == 200
    enrolled(director)
    assert sign_in(director).get("/me/")["Location"] == "/second-factor/?next=%2Fme%2F"


def test_in_the_demo_it_is_not_forced(officer: Post, settings):
    settings.SECOND_FACTOR = False
    assert sign_in(officer).get("/me/").status_code == 200


def test_an_appointment_that_needs_one_asks_in_the_running_session(director: Post):
    client = sign_in(director)
    assert client.get("/me/").status_code == 200
    make = make_post("county_officer", COUNTY, name="新干部")
    Post.objects.filter(pk=make.pk).update(person=director.person)
    assert client.get("/me/")["Location"].startswith("/second-factor/set-up/")


def test_the_password_alone_opens_nothing(officer: Post):
    enrolled(officer)
    client = sign_in(officer)
    for path in ("/", "/me/", "/places/"):
        assert client.get(path)["Location"].startswith("/second-factor/?next=")
    assert client.post("/post/", {"post": str(officer.id)})["Location"].startswith("/second-factor/")
    assert client.post("/password/", {"present": PASSWORD, "new": "Xin-mima-2026", "again": "Xin-mima-2026"})["Location"] == "/second-factor/"
    assert client.post("/second-factor/codes/")["Location"] == "/me/"
    assert client.post("/second-factor/drop/")["Location"] == "/me/"
    assert client.get("/second-factor/set-up/")["Location"] == "/second-factor/"
    assert Authenticator.objects.filter(user=officer.person.user, confirmed=True).exists()
    before = client.session.session_key
    assert client.post("/second-factor/", {"digits": present(officer), "next": "/me/"})["Location"] == "/me/"
    assert client.session.session_key != before
    assert client.get("/me/").status_code == 200


def test_digits_are_good_once(officer: Post):
    enrolled(officer)
    shown = present(officer)
    assert sign_in(officer).post("/second-factor/", {"digits": shown})["Location"] == "/"
    assert sign_in(officer).post("/second-factor/", {"digits": shown}).status_code == 422


def test_wrong_digits_wait_and_five_end_the_attempt(officer: Post):
    enrolled(officer)
    client = sign_in(officer)
    page = client.post("/second-factor/", {"digits": "000000"}).content.decode()
    assert "请等待" in page
    assert client.post("/second-factor/", {"digits": present(officer)}).status_code == 422  # right, but too soon
    for _count in range(2):
        client.post("/second-factor/", {"digits": "000000"})
    assert client.post("/second-factor/", {"digits": "000000"})["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("text", ["", "12345", "1234567", "一二三四五六", "１２３４５６", "' OR 1=1", "x" * 10_000, "\0"])
def test_what_are_no_digits_is_refused_in_words(officer: Post, text: str):
    enrolled(officer)
    assert sign_in(officer).post("/second-factor/", {"digits": text}).status_code == 422


def test_a_recovery_code_is_good_once(officer: Post):
    code = enrolled(officer)[3]
    assert sign_in(officer).post("/second-factor/", {"digits": f"{code[:5]}-{code[5:].lower()}"})["Location"] == "/"
    assert sign_in(officer).post("/second-factor/", {"digits": code}).status_code == 422


def test_new_codes_void_the_old(officer: Post):
    old = enrolled(officer)
    client = sign_in(officer)
    client.post("/second-factor/", {"digits": present(officer)})
    assert client.post("/second-factor/codes/").status_code == 200
    assert sign_in(officer).post("/second-factor/", {"digits": old[0]}).status_code == 422


def test_it_can_be_given_up_only_where_no_post_asks_for_it(officer: Post, director: Post):
    for post, left in ((officer, True), (director, False)):
        enrolled(post)
        client = sign_in(post)
        client.post("/second-factor/", {"digits": present(post)})
        client.post("/second-factor/drop/")
        assert Authenticator.objects.filter(user=post.person.user).exists() is left


def test_a_lost_telephone_is_reset_from_above_only(officer: Post, supervisor: Post, director: Post, next_director: Post):
    enrolled(director)
    for other in (director, next_director):
        with pytest.raises(PermissionDenied):
            actions.reset_second_factor(user=director.person.user, reason="手机丢失", by=other)
    actions.reset_second_factor(user=director.person.user, reason="手机丢失", by=supervisor)
    assert sign_in(director).get("/me/").status_code == 200


def test_the_secret_is_sealed(officer: Post):
    enrolled(officer)
    device = Authenticator.objects.get(user=officer.person.user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(a)::text FROM accounts_authenticator a")
        (row,) = cursor.fetchone()
    assert device.secret.hex() not in row


def test_somebody_else_signing_in_starts_unverified(officer: Post, director: Post):
    enrolled(officer)
    client = sign_in(officer)
    client.post("/second-factor/", {"digits": present(officer)})
    client.post("/sign-in/", {"username": officer.person.user.username, "password": PASSWORD})
    assert client.get("/me/")["Location"].startswith("/second-factor/")
