"""`make run`: a demo county at http://127.0.0.1:8000, its database, its background worker, until Ctrl-C."""

from __future__ import annotations

import ctypes
import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tongxing.demo.models import PASSWORD, Demo
from tongxing.demo.state import State, state
from tongxing.ground.folders import ROOT, var

PARENT_DEATH_SIGNAL = 1  # prctl(2), PR_SET_PDEATHSIG
STARTS_WITHIN = 60.0
STOPS_WITHIN = 10.0


class Command(BaseCommand):
    help = "Migrate, load the demo county into an empty database, and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--share", type=float, default=1, help="load a smaller demo county: 0.1 is a tenth of it")

    def handle(self, *args: Any, host: str, port: int, share: float, **options: Any) -> None:
        self._port_is_free(host, port)
        self._migrate()
        call_command("caremodels", "sync", stdout=io.StringIO())
        self._demo(share)
        for connection in connections.all(initialized_only=True):
            connection.close()
        self.running: list[subprocess.Popen[bytes]] = []
        for number in (signal.SIGINT, signal.SIGTERM):  # a shell that starts us in the background has SIGINT ignored
            signal.signal(number, _interrupt)
        try:
            self._start(host, port)
            self._watch()
        except KeyboardInterrupt:
            pass
        finally:
            self._stop()

    @staticmethod
    def _port_is_free(host: str, port: int) -> None:
        """Wait a little: what a killed run leaves behind lets go of the port within seconds."""
        deadline = time.monotonic() + STOPS_WITHIN
        while True:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    return probe.bind((host, port))
                except OSError as failed:
                    if time.monotonic() > deadline:
                        raise CommandError(f"Port {port} of {host} is taken ({failed.strerror}). Stop the other program, or choose another: PORT=8001 make run") from failed
            time.sleep(0.2)

    def _migrate(self) -> None:
        alias = "owner" if "owner" in settings.DATABASES else "default"
        executor = MigrationExecutor(connections[alias])
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        if alias != "owner":
            raise CommandError("The database lacks tables or has old ones, and DATABASE_OWNER_URL is not set. Set it to the role that owns the tables (docs/operations.md).")
        self.stdout.write("Preparing the database …")
        call_command("migrate", database="owner", verbosity=0, interactive=False)

    def _demo(self, share: float) -> None:
        match state():
            case State.REAL:
                raise CommandError(
                    "This database holds a real register. `make run` serves the demo county only, in a database of its own. "
                    "To run a real register, see docs/operations.md; for the demo, unset DATABASE_URL or name an empty database."
                )
            case State.EMPTY | State.UNFINISHED:
                call_command("demo", share=share)

    def _start(self, host: str, port: int) -> None:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TONGXING_DEMO": "1"}
        environment.pop("DATABASE_OWNER_URL", None)  # the program itself never knows the owner
        web = [
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            host,
            "--port",
            str(port),
            "--workers",
            "2",
            "--blocking-threads",
            "4",
            "--no-ws",
            "--workers-kill-timeout",
            "5",
            "--log-level",
            "warning",
        ]
        for arguments in ([*web, "tongxing.wsgi:application"], [str(ROOT / "manage.py"), "work"]):
            self.running.append(subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, start_new_session=True, preexec_fn=_die_with_parent))  # noqa: PLW1509 - single thread
        address = f"http://{host}:{port}"
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._answers(address):
            if self.running[0].poll() is not None or time.monotonic() > deadline:
                raise CommandError("The web server did not start; its own words stand above.")
            time.sleep(0.05)
        self._greet(address)

    @staticmethod
    def _answers(address: str) -> bool:
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _greet(self, address: str) -> None:
        accounts = Demo.objects.get().accounts
        connections.close_all()
        self.stdout.write(f"\n  童行 Tongxing   {address}   (Ctrl-C 停止 / stops)\n")
        self.stdout.write(f"  演示账号 demo accounts, password {PASSWORD}")
        for account in accounts:
            self.stdout.write(f"    {account['username']:<14} {account['role']}  {account['place']}")
        if samples := sorted((var() / "demo").glob("*.xls*")):
            self.stdout.write(f"  样例表格 {len(samples)} sample workbooks, for dudao and xian to upload: {samples[0].parent}")
        self.stdout.write("")
        self.stdout.flush()

    def _watch(self) -> None:
        """Until a part ends by itself."""
        while all(part.poll() is None for part in self.running):
            time.sleep(0.5)
        raise CommandError("A part of the program ended by itself; its own words stand above.")

    def _stop(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for part in self.running:
            if part.poll() is None:
                part.terminate()
        deadline = time.monotonic() + STOPS_WITHIN
        for part in self.running:
            try:
                part.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _die_with_parent() -> None:
    """Ask the kernel to end this child with its parent, also when that is killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
