"""`make run` as a person at a terminal meets it: it starts, dies, comes back with everything, and stops when asked to."""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongxing.demo.models import PASSWORD
from tongxing.ground.folders import ROOT

STARTS_WITHIN, STOPS_WITHIN = 240, 30  # the first start loads the demo county


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder of the program's own, which the database server's account can reach as well."""
    folder = Path(tempfile.mkdtemp(prefix="tongxing-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Program:
    """`manage.py serve` as a process, and a browser that keeps its cookies."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def start(self, until: str = "Ctrl-C") -> str:
        """Start it; return what it printed until it serves (or says something else)."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "TONGXING_", "PYTEST_"))}
        environment = {**kept, "TONGXING_VAR": str(self.home), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        with (self.home / "serve.log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--share", "0.05"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while until not in self.printed():
            assert self.process.poll() is None, self.printed()
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.05)
        return self.printed()

    def printed(self) -> str:
        return (self.home / "serve.log").read_text()

    def get(self, path: str) -> tuple[str, str]:
        """The address where one ends up, and the page."""
        with self.browser.open(f"{self.address}{path}", timeout=10) as answer:
            return urllib.parse.urlsplit(answer.url).path, answer.read().decode()

    def sign_in(self, username: str) -> str:
        _, page = self.get("/sign-in/")
        match = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert match
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": match[1]}
        request = urllib.request.Request(f"{self.address}/sign-in/", urllib.parse.urlencode(form).encode(), {"Referer": f"{self.address}/sign-in/"})
        with self.browser.open(request, timeout=20) as answer:
            return str(urllib.parse.urlsplit(answer.url).path)

    def is_silent(self) -> bool:
        """Whether nothing answers at its port any more."""
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) != 0

    def wait_until_silent(self) -> None:
        deadline = time.monotonic() + STOPS_WITHIN
        while not self.is_silent():
            assert time.monotonic() < deadline, "the web server outlived the program"
            time.sleep(0.1)


def test_it_survives_being_killed_and_stops_when_asked_to(home: Path):
    program = Program(home)
    try:
        program.start(until="Loading the demo county")
        program.process.kill()  # in the middle of the first start: the next one begins it anew
        program.process.wait(STOPS_WITHIN)

        printed = program.start()
        assert "it begins anew" in printed
        assert program.address in printed
        assert "zhuren" in printed
        assert PASSWORD in printed
        assert program.get("/")[0] == "/sign-in/"
        assert program.sign_in("zhuren") == "/"

        program.process.kill()
        program.process.wait(STOPS_WITHIN)
        program.wait_until_silent()

        program.start()
        assert "Preparing the database" not in program.printed()
        assert program.get("/")[0] == "/"  # still signed in: the session was kept, and so was everything else

        program.process.send_signal(signal.SIGINT)
        assert program.process.wait(STOPS_WITHIN) == 0, program.printed()
        assert program.is_silent()
        assert not list(home.glob("postgres/postmaster.pid")), "the database server outlived the program"
    finally:
        if program.process.poll() is None:
            program.process.send_signal(signal.SIGINT)
            program.process.wait(STOPS_WITHIN)


def test_a_port_that_is_taken_is_said(home: Path):
    program = Program(home)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", program.port))
        taken.listen()
        with pytest.raises(AssertionError, match=r"Port \d+ of 127\.0\.0\.1 is taken .*PORT=8001 make run"):
            program.start()
