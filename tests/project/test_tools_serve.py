"""The real program with two small children in place of the web server and the worker."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.make.patience import PATIENCE_SECONDS
from tests.project.places import ROOT
from tools.postgres import free_port
from tools.serve import names_of_this_machine, web_command

STAND_IN = """
import sys
from tools import serve
serve.prepare = lambda environment: None
serve.announce = lambda host, port, environment: print("ready", flush=True)
serve.web_command = lambda host, port: [sys.executable, "-c", {web!r}, host, str(port)]
serve.worker_command = lambda: [sys.executable, "-c", {worker!r}]
serve.main()
"""
WEB = """
import http.server, sys
http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
WORKER = "import time; time.sleep(600)"
pytestmark = pytest.mark.timeout(600)

Starting = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starting]:
    """Starts the program; whatever still runs at the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(port: int, *, web: str = WEB, worker: str = WORKER) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", STAND_IN.format(web=web, worker=worker)],
            cwd=ROOT,
            env=os.environ | {"PORT": str(port), "HOST": "127.0.0.1", "VAR_DIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start

    for process in started:
        process.terminate()
        with process:  # closes what it was read through
            process.wait(timeout=PATIENCE_SECONDS)


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Return when both children run."""
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"


def listens(port: int) -> bool:
    """Whether the web server of the stand-in still answers."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_being_asked_to_stop_stops_both(start: Starting, how: signal.Signals) -> None:
    port = free_port()
    process = start(port)
    wait_until_ready(process)

    process.send_signal(how)
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 0
    assert "The data is kept" in said
    assert not listens(port)


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """A line to the stand-in of the worker: whoever opens it waits until the other has opened it as well."""
    line = tmp_path / "line"
    os.mkfifo(line)
    return line


def test_when_the_worker_ends_the_web_server_is_stopped_and_it_is_said(start: Starting, line: Path) -> None:
    port = free_port()
    process = start(port, worker=f"open({str(line)!r}).read(); raise SystemExit(3)")
    wait_until_ready(process)

    line.open("w").close()
    _, complaint = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert "The worker ended by itself (status 3)" in complaint
    assert not listens(port)


def test_when_the_web_server_cannot_start_it_is_said(start: Starting) -> None:
    process = start(free_port(), web="raise SystemExit(1)")

    _, complaint = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert "The web server ended by itself" in complaint


def test_a_port_that_somebody_else_uses_is_named_with_another_one(start: Starting) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(port)
        _, complaint = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in complaint
    assert f"make run PORT={port + 1}" in complaint


def test_the_same_data_is_not_served_twice(start: Starting) -> None:
    wait_until_ready(start(free_port()))
    second = start(free_port())

    _, complaint = second.communicate(timeout=PATIENCE_SECONDS)

    assert second.returncode == 1
    assert "already running on the data" in complaint


def test_a_child_that_does_not_listen_to_a_polite_request_is_ended(start: Starting, line: Path) -> None:
    goes_deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    process = start(free_port(), worker=f"{goes_deaf}; open({str(line)!r}, 'w').close(); time.sleep(600)")
    wait_until_ready(process)
    line.open().close()

    process.terminate()
    process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 0


def test_only_this_machine_is_answered_unless_the_door_is_opened() -> None:
    assert names_of_this_machine("localhost") == ["127.0.0.1", "[::1]", "localhost"]
    assert socket.gethostname() in names_of_this_machine("0.0.0.0")


def test_an_office_is_told_to_serve_as_a_practice_installation_is_served() -> None:
    command = web_command("127.0.0.1", 8000)
    processes = " ".join(command[command.index("--workers") : command.index("--worker-tmp-dir")])

    assert f" {processes} " in (ROOT / "docs" / "operations.md").read_text()
