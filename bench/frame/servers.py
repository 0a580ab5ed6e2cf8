"""Web servers on free ports, gone when the block ends."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.postgres import free_port
from tools.serve import web_command
from tools.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30


@contextmanager
def serving(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """A web server while the block runs; gives its port, and raises Trouble when it does not start."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, start_new_session=True)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not accepts(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Trouble(f"The web server to be measured did not start: {' '.join(command)}")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def accepts(port: int) -> bool:
    """Whether somebody listens there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextmanager
def our_server(url: str) -> Iterator[int]:
    """Kakehashi as `make run` serves it, on a database."""
    port = free_port()
    environment = {"DJANGO_SETTINGS_MODULE": "bench.settings", "DATABASE_URL": url, "PORT": str(port)}
    with serving(web_command("127.0.0.1", port), port, environment):
        yield port


@contextmanager
def floor_server(url: str) -> Iterator[int]:
    """The least that Django can do, on a database: see bench.frame.floor."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "bench.frame.floor.wsgi", "--workers", "2", "--no-control-socket"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    with serving(command, port, {"DJANGO_SETTINGS_MODULE": "bench.frame.floor.settings", "DATABASE_URL": url}):
        yield port
