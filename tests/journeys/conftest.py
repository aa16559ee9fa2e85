"""A real browser for journeys. What its console complains about fails the test, and so does any request to anywhere else.

The server is the real one, in threads of its own, on the test's database as the application's role.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tongxing.accounts.models import Post

CHROMIUM = os.environ.get("TONGXING_CHROMIUM") or shutil.which("chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = (1280, 800), (390, 844)
EXPECTED = ("status of 422", "status of 404", "status of 403", "status of 409", "status of 429")  # a wrong answer, a refusal: the page says so itself


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one module: while Playwright's event loop runs in this thread, no other test can have one."""
    if not CHROMIUM:
        pytest.fail("Chromium is not installed. Install it (on Debian: sudo apt-get install chromium) or name one with TONGXING_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page_of(chromium: Browser, live_server: LiveServer, browser_of: Callable[[Post], Any]) -> Iterator[Callable[..., Page]]:
    """A page in the browser of a post's holder, signed in; its addresses begin with the server's."""
    contexts = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            complaints.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:", "about:")):
            complaints.append(f"a request left the server: {request.url}")

    def open_page(post: Post | None = None, size: tuple[int, int] = DESKTOP) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", base_url=live_server.url)
        contexts.append(context)
        context.set_default_timeout(10_000)
        if post is not None:
            cookies = browser_of(post).cookies
            context.add_cookies([{"name": "sessionid", "value": cookies["sessionid"].value, "url": live_server.url}])
        context.on("request", watch)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
