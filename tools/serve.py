"""`make run`: the web server and the worker together, on this machine.

The worker delivers what the pages plan, so one without the other would be an office that answers the telephone and
never writes the letters: when either ends, the other is stopped and the person at the terminal is told. Data stays in
var/ and is there at the next start.
"""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

from tools.trouble import Trouble, give_up

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 15
# Two for each of two cores, so that a long paper at one counter stops nobody at another. Each answers one request at a
# time: while a clerk's deed has the lock of a run, a second thread would take its time away, and all clerks wait.
PROCESSES = 4


class Stopped(Exception):
    """The person at the terminal, or the machine, asks us to stop."""


def main() -> None:
    """Prepare, start both, say where, and wait."""
    signal.signal(signal.SIGTERM, stop_politely)
    signal.signal(signal.SIGINT, stop_politely)
    try:
        host, port = os.environ.get("HOST") or "localhost", chosen_port()
        environment = os.environ | surroundings(host, port)
        with only_one(Path(environment["VAR_DIR"])):
            refuse_taken_port(host, port)
            prepare(environment)
            serve(host, port, environment)
    except Stopped:
        print("\nStopped. The data is kept; `make run` goes on where this ended.")
    except Trouble as trouble:
        give_up(trouble)


def stop_politely(_number: int, _frame: FrameType | None) -> None:
    """Leave the waiting loop; the second signal while stopping changes nothing."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


# Before the start ----------------------------------------------------------------------------------------


def chosen_port() -> int:
    """The port asked for by PORT, or 8000.

    Raises Trouble when PORT is no port number.
    """
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Trouble(f"PORT must be a number from 1 to 65535, and it is {text!r}.")
    return int(text)


def surroundings(host: str, port: int) -> dict[str, str]:
    """What the started programs find in their environment, beside what is already there."""
    return {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or "config.settings.local",
        "VAR_DIR": os.environ.get("VAR_DIR") or str(ROOT / "var"),
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or ",".join(names_of_this_machine(host)),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


def names_of_this_machine(host: str) -> list[str]:
    """The names under which a browser may ask for pages; more than localhost only when HOST opens the door."""
    names = {"localhost", "127.0.0.1", "[::1]"}
    if host not in {"localhost", "127.0.0.1", "::1"}:
        names |= {host, socket.gethostname()}
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            # Nothing is sent: choosing a route is enough to learn this machine's own address.
            probe.connect(("192.0.2.1", 9))
            names.add(probe.getsockname()[0])
    return sorted(names - {"0.0.0.0"})  # noqa: S104  (not a name a browser can ask for)


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold this data folder while serving from it.

    Raises Trouble when another `make run` does.
    """
    var.mkdir(parents=True, exist_ok=True)
    with (var / "running").open("w") as lock:
        take(lock, var)
        yield


def take(lock: TextIO, var: Path) -> None:
    """Lock an open file, or say that somebody else has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Trouble(f"Kakehashi is already running on the data in {var}. Stop it first (Ctrl-C there).") from error


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Trouble when somebody else listens there, before anything is started."""
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(address[0]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address[4])
    except PermissionError as error:
        raise Trouble(f"This user may not use port {port}. Choose one above 1023: make run PORT=8000") from error
    except OSError as error:
        raise Trouble(
            f"Port {port} of {host} cannot be used ({error.strerror}). Choose another one: make run PORT={port + 1}"
        ) from error


def prepare(environment: dict[str, str]) -> None:
    """Bring database, static files and practice data up to date."""
    done = subprocess.run([sys.executable, "-m", "tools.prepare"], cwd=ROOT, env=environment, check=False)
    if done.returncode != 0:
        raise Trouble("Kakehashi could not be prepared; the reason stands above.")


# Serving -------------------------------------------------------------------------------------------------


def web_command(host: str, port: int) -> list[str]:
    """The web server's command line."""
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi"),
        *("--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"),
        # Connections that browsers keep open cost no process: this kind of worker turns to whoever says something.
        *("--workers", str(PROCESSES), "--worker-class", "gthread", "--threads", "1"),
        *("--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"),  # noqa: S108  (a heartbeat file)
        *("--graceful-timeout", str(STOP_SECONDS - 5), "--log-level", "warning", "--no-control-socket"),
    ]


def worker_command() -> list[str]:
    """The command line of the worker that delivers reminders."""
    return [sys.executable, "manage.py", "work"]


def serve(host: str, port: int, environment: dict[str, str]) -> None:
    """Run both until we are stopped; raise Trouble when one of them ends by itself."""
    commands = {"The web server": web_command(host, port), "The worker": worker_command()}
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            # A session of its own: Ctrl-C reaches the children only through us, and once.
            children[name] = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        wait_until_it_answers(host, port, children)
        announce(host, port, environment)
        while True:
            refuse_a_dead_child(children)
            time.sleep(0.5)
    finally:
        stop(list(children.values()))


def refuse_a_dead_child(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Raise Trouble, naming the one that ended."""
    for name, child in children.items():
        if child.poll() is not None:
            raise Trouble(
                f"{name} ended by itself (status {child.returncode}); the reason stands above.\n"
                "The other one was stopped with it. Start again with: make run"
            )


def wait_until_it_answers(host: str, port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Return when the web server has answered a request, whatever the answer: it listens before it can answer."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        refuse_a_dead_child(children)
        connection = http.client.HTTPConnection(host, port, timeout=START_SECONDS)
        with suppress(OSError, http.client.HTTPException), closing(connection):
            connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
            connection.getresponse()
            return
        time.sleep(0.1)
    raise Trouble(f"The web server did not answer on port {port} within {START_SECONDS} seconds.")


def announce(host: str, port: int, environment: dict[str, str]) -> None:
    """Say where it is and, in a practice installation, who can sign in."""
    shown = "localhost" if host in {"127.0.0.1", "::1", "0.0.0.0", "::"} else host  # noqa: S104  (a comparison)
    print(f"\nKakehashi is at http://{shown}:{port}   (Ctrl-C stops it)\n", flush=True)
    subprocess.run([sys.executable, "manage.py", "demo", "--show-sign-ins"], cwd=ROOT, env=environment, check=False)


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask all of them to finish what they are doing, and end whoever has not after a while."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


if __name__ == "__main__":
    main()
