"""Every page and paper of a case against its own director, the county, the next village, somebody merely told, and a stranger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.architecture.test_urls import addresses
from tests.people import make_post
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child, seen_by
from tongxing.files.models import Enclosure
from tongxing.files.tests.test_attachments import picture
from tongxing.ground.today import now
from tongxing.protection import actions
from tongxing.protection.actions import placing
from tongxing.protection.models import Case
from tongxing.protection.tests.make import make_police
from tongxing.protection.tests.working import emergency

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
type Browser = Callable[[Post], Client]
CLOSED = (403, 404, 405)


@pytest.fixture
def case(director: Post, supervisor: Post) -> Case:
    return emergency(director, child_id=make_child(by=director).pk, words="孩子三天没回家")


def of_the_case(case: Case, supervisor: Post) -> Iterator[tuple[str, str]]:
    """The addresses that show or change this one case."""
    task = actions.add_task(case=case, name="联系父母", by=supervisor, owner=supervisor, due_at=now() + timedelta(hours=2))
    stay = placing.place(case=case, kind="relatives", by=supervisor, with_whom="姑姑")
    known: dict[str, Any] = {"case_id": case.pk, "task_id": task.pk, "placement_id": stay.pk, "act": "receive", "post_id": supervisor.pk}
    for name, address, _view in addresses(**known):
        if name.startswith("cases:") and any(str(each) in address for each in (case.pk, task.pk, stay.pk)):
            yield name, address


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_page_of_a_case_opens_for_the_next_village(method: str, case: Case, supervisor: Post, next_director: Post, browser_of: Browser):
    browser = browser_of(next_director)
    opened = [f"{name}: {status}" for name, address in of_the_case(case, supervisor) if (status := getattr(browser, method)(address).status_code) not in CLOSED]
    assert not opened


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_page_of_a_restricted_case_opens_for_its_own_township(method: str, case: Case, supervisor: Post, officer: Post, browser_of: Browser):
    found = list(of_the_case(case, supervisor))
    actions.restrict(case=case, posts=[], by=officer)
    browser = browser_of(supervisor)
    opened = [f"{name}: {status}" for name, address in found if (status := getattr(browser, method)(address).status_code) not in CLOSED]
    assert not opened


def test_no_page_of_a_case_opens_for_somebody_signed_out(case: Case, supervisor: Post):
    browser = Client()
    for name, address in of_the_case(case, supervisor):
        for answer in (browser.get(address), browser.post(address)):
            assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/"), name


def test_whoever_was_merely_told_opens_the_page_alone(director: Post, supervisor: Post, browser_of: Browser):
    police = make_police()
    case = emergency(director, words="孩子三天没回家")
    found = list(of_the_case(case, supervisor))
    opened = {name for name, address in found if browser_of(police).get(address).status_code == 200}
    assert opened == {"cases:case"}


def test_every_page_of_a_case_opens_for_its_own_director_and_the_county_or_is_refused(case: Case, director: Post, officer: Post, supervisor: Post, browser_of: Browser):
    found = list(of_the_case(case, supervisor))
    for post in (director, officer):
        browser = browser_of(post)
        wrong = [f"{name}: {status}" for name, address in found if (status := browser.get(address).status_code) not in (200, 302, 403, 404, 405)]
        assert not wrong
        assert browser.get(f"/cases/{case.pk}/").status_code == 200
    assert "报告人" not in browser_of(director).get(f"/cases/{case.pk}/").content.decode()


def test_a_document_is_for_those_who_work_on_the_case(case: Case, supervisor: Post, officer: Post, next_director: Post, browser_of: Browser):

    answer = browser_of(supervisor).post(f"/cases/{case.pk}/files/", {"file": SimpleUploadedFile("鉴定书.jpg", picture()), "title": "伤情鉴定书"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    with seen_by(None):
        kept = Enclosure.objects.get(owner_id=case.pk)
    address = f"/cases/{case.pk}/files/{kept.pk}/"
    assert browser_of(officer).get(address).status_code == 200
    assert browser_of(next_director).get(address).status_code == 404
    teacher = make_post("teacher", 420506001000, unit_name="中心小学")
    actions.add_task(case=case, name="看望孩子", by=supervisor, owner=teacher, due_at=now() + timedelta(days=1))
    assert browser_of(teacher).get(f"/cases/{case.pk}/").status_code == 200
    assert browser_of(teacher).get(address).status_code == 404


def test_the_auditor_reads_what_was_done_and_not_about_whom(case: Case, supervisor: Post, browser_of: Browser):
    actions.advance(case=case, act="receive", by=supervisor)
    auditor = make_post("auditor", 420506000000)
    page = browser_of(auditor).get("/audit/").content.decode()
    assert "受理" in page
    assert "case_" not in page
    assert case.number not in page
