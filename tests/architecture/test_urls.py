"""Every address says who may use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import InternalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from tongxing.accounts.access import requires, rule, signed_in
from tongxing.accounts.actions import add_person
from tongxing.accounts.roles import ROLES

# Whoever adds to this list shows something to the whole world: nothing about a child, nothing about a colleague.
PUBLIC = {"accounts:sign_in", "office:health", "office:language", "office:privacy", "report:form", "report:receipt", "report:status"}
SAMPLES: dict[str, Any] = {"UUIDConverter": UUID(int=1), "IntConverter": 1, "StringConverter": "x", "SlugConverter": "x", "PathConverter": "x"}


def addresses(resolver: URLResolver | None = None, prefix: str = "", names: str = "", **known: object) -> Iterator[tuple[str, str, Any]]:
    """Name, address with sample values (or those that are `known` by a part's name), and view of everything that can be asked for."""
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, address, f"{names}{entry.namespace}:" if entry.namespace else names, **known)
        elif isinstance(entry, URLPattern):
            for name, converter in entry.pattern.converters.items():
                sample = str(known.get(name, SAMPLES.get(type(converter).__name__, 1)))
                address = re.sub(rf"<(?:\w+:)?{name}>", sample, address)
            yield f"{names}{entry.name}", f"/{address}", entry.callback


def test_every_view_declares_who_may_use_it():
    missing = []
    for name, _address, view in addresses():
        try:
            rule(view)
        except LookupError as wrong:
            missing.append(f"{name}: {wrong}")
    assert not missing


def test_what_is_public_is_listed_here():
    assert {name for name, _address, view in addresses() if rule(view) is None} == PUBLIC


def test_every_right_that_a_view_asks_for_is_held_by_some_role():
    """A misspelt right would shut everybody out."""
    held = frozenset().union(*(role.rights for role in ROLES.values()))
    unknown = {f"{name}: {right}" for name, _address, view in addresses() for right in rule(view) or () if right not in held}
    assert not unknown


def test_every_right_that_a_role_holds_opens_a_view_or_is_asked_for_in_code():
    from tests.architecture.test_files import sources

    text = "\n".join(path.read_text() for path in sources(".py", ".html") if path.name != "roles.py" and "tests" not in path.parts)
    held = frozenset().union(*(role.rights for role in ROLES.values()))
    assert not {right for right in held if f'"{right}"' not in text and f"'{right}'" not in text}


def test_every_view_has_a_name_of_its_own():
    names = [name for name, _address, _view in addresses()]
    assert not {name for name in names if names.count(name) > 1 or name.endswith("None")}


@pytest.mark.django_db
def test_a_stranger_is_sent_to_the_sign_in_by_every_address_that_is_not_public():
    browser = Client()
    for name, address, view in addresses():
        if rule(view) is not None:
            answer = browser.get(address)
            assert (answer.status_code, answer.get("Location", "").partition("?")[0]) == (302, "/sign-in/"), name


@signed_in
def writing_view(request: HttpRequest) -> HttpResponse:
    add_person(name="不该写入", by=None)
    return HttpResponse("written")


def view_without_rule(request: HttpRequest) -> HttpResponse:
    return HttpResponse("shown to anybody")


@requires("children.fly")
def view_with_a_right_that_nobody_holds(request: HttpRequest) -> HttpResponse:
    return HttpResponse("shown")


urlpatterns = [
    path("writing/", writing_view),
    path("bare/", view_without_rule),
    path("fly/", view_with_a_right_that_nobody_holds),
]
handler403 = "tongxing.office.errors.forbidden"


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_get_cannot_write(director: Any, browser_of: Any):
    with pytest.raises(InternalError, match="read-only transaction"):
        browser_of(director).get("/writing/")


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_post_can(director: Any, browser_of: Any):
    assert browser_of(director).post("/writing/").content == b"written"


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_view_without_a_rule_is_never_run(director: Any, browser_of: Any):
    with pytest.raises(LookupError, match="declares no access rule"):
        browser_of(director).get("/bare/")
