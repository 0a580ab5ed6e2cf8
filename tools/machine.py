"""Installs what the tests want from Debian, on a machine that exists for nothing else (.ci/run).

`make` never calls this: on a person's machine it names what is missing and leaves it to them.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tools.fonts import DEBIAN_FILES, DEBIAN_FOLDER, DEBIAN_PACKAGE
from tools.postgres import programs
from tools.trouble import Trouble, give_up

WANTED: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,  # drives the browser tests
    "postgresql": lambda: programs() is not None,  # races, locks, and the whole suite a second time
    DEBIAN_PACKAGE: lambda: all((DEBIAN_FOLDER / name).is_file() for name in DEBIAN_FILES),  # pages and PDFs
    "gettext": lambda: shutil.which("msgfmt") is not None,  # whether the translations are complete
    "poppler-utils": lambda: shutil.which("pdftoppm") is not None,  # what a PDF looks like
    "ca-certificates": lambda: Path("/etc/ssl/certs/ca-certificates.crt").is_file(),
}


def missing() -> list[str]:
    """The Debian packages that this machine lacks."""
    return [package for package, is_there in WANTED.items() if not is_there()]


def install(packages: list[str]) -> None:
    """Install Debian packages.

    Raises Trouble when this user may not, or when apt-get fails.
    """
    names = " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Trouble(f"These Debian packages are missing: {names}\nInstall them as root: apt-get install {names}")
    print(f"Installing from Debian: {names}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *command], env=environment, check=False).returncode != 0:
            raise Trouble(f"apt-get {command[0]} failed; what it said stands above.")


def complete() -> None:
    """Install whatever is missing, and look again: a package may not hold what it is installed for."""
    if missing():
        install(missing())
    if missing():
        raise Trouble(f"Still missing after installing: {' '.join(missing())}")


if __name__ == "__main__":
    try:
        complete()
    except Trouble as trouble:
        give_up(trouble)
