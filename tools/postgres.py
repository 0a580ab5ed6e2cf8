"""A throw-away PostgreSQL: made in a temporary folder on a free port, gone at the end.

Races and locks can only be tried on a server that allows two writers, and a measurement must not share one with
anybody. The city's own server is never touched.

    python -m tools.postgres -- make test        runs a command with DATABASE_URL pointing at such a server
"""

import argparse
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tools.trouble import Trouble, give_up

DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
SUPERUSER = "postgres"
START_SECONDS = 60

# A crash of the machine would lose the tests' data, which nobody keeps. Never for a measurement.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SETTINGS = {"listen_addresses": "localhost", "max_connections": "100", "shared_buffers": "256MB"}


class Owner(TypedDict, total=False):
    """As whom to start a program, in the words of subprocess."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL."""

    port: int

    def url(self, database: str = SUPERUSER) -> str:
        """The DATABASE_URL of one of its databases."""
        return f"postgres://{SUPERUSER}@localhost:{self.port}/{database}"


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs: the newest of Debian's, which are kept off PATH, or what PATH has."""
    versions = (folder for folder in DEBIAN_PROGRAMS.glob("*/bin") if (folder / "initdb").exists())
    newest = max(versions, key=lambda folder: float(folder.parent.name), default=None)
    on_path = shutil.which("initdb")
    return newest or (Path(on_path).resolve().parent if on_path else None)


def free_port() -> int:
    """A port of localhost that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def throw_away_server(*, durable: bool) -> Iterator[Server]:
    """A PostgreSQL server of our own while the block runs; `durable=False` trades safety for speed.

    Raises Trouble when PostgreSQL is not installed or does not start.
    """
    folder = programs()
    if folder is None:
        raise Trouble("PostgreSQL is not installed. Debian: apt-get install postgresql")
    home = Path(tempfile.mkdtemp(prefix="kakehashi-postgres-"))
    try:
        owner = hand_over(home)
        make_cluster(folder, home, owner)
        server = Server(free_port())
        process = start(folder, home, owner, server.port, durable=durable)
        try:
            wait_until_ready(folder, process, server.port, home)
            yield server
        finally:
            stop(process)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def hand_over(home: Path) -> Owner:
    """Who shall own the cluster: this user, or, since PostgreSQL refuses to run as root, the one Debian made for it."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam(SUPERUSER)
    os.chown(home, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def make_cluster(folder: Path, home: Path, owner: Owner) -> None:
    """Lay out an empty cluster whose superuser needs no password from this machine."""
    command: list[str | Path] = [
        folder / "initdb",
        "--pgdata",
        home / "data",
        "--username",
        SUPERUSER,
        "--auth",
        "trust",
    ]
    command += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    made = subprocess.run(command, cwd=home, **owner, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Trouble(f"PostgreSQL could not lay out a cluster in {home}:\n{made.stderr.strip()}")


def start(folder: Path, home: Path, owner: Owner, port: int, *, durable: bool) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own, so that Ctrl-C reaches it only through us, after its clients."""
    settings = SETTINGS if durable else SETTINGS | CARELESS
    command: list[str | Path] = [folder / "postgres", "-D", home / "data", "-p", str(port), "-k", home]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=home, **owner, stdout=log, stderr=log, start_new_session=True)


def wait_until_ready(folder: Path, process: subprocess.Popen[bytes], port: int, home: Path) -> None:
    """Return when the server answers; raise Trouble with its log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        probe: list[str | Path] = [folder / "pg_isready", "--quiet", "--host", "localhost", "--port", str(port)]
        if subprocess.run(probe, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise Trouble(f"PostgreSQL did not start:\n{(home / 'log').read_text(errors='replace')[-2000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Shut the server down without waiting for its clients."""
    process.send_signal(signal.SIGINT)  # what PostgreSQL calls a fast shutdown
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> int:
    """Run a command with DATABASE_URL pointing at a throw-away server, and give back its status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--durable", action="store_true", help="as safe and slow as a real installation")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="after --")
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the server ends with us
    with throw_away_server(durable=options.durable) as server:
        environment = {**os.environ, "DATABASE_URL": server.url("kakehashi")}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        give_up(trouble)
