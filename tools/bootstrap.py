"""Makes a fresh machine ready: the environment in .venv, the pinned requirements, a Japanese font.

Needs Python 3.11 and nothing else, root or not. Debian leaves out the part of Python that puts pip into a new
environment unless python3-venv is installed, so pip is also looked for elsewhere. Running it again must cost nothing:
a stamp in .venv says which requirements are in it.
"""

from __future__ import annotations  # an old Python must get as far as the sentence that refuses it

import argparse
import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tools.fonts import ensure_font
from tools.trouble import Trouble, give_up

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN, DEVELOP = "requirements.txt", "requirements-dev.txt"
CONSTRAINTS = "constraints.txt"
OLDEST_PYTHON = (3, 11)

PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
DEBIAN_WHEELS = Path("/usr/share/python-wheels")  # Debian's python3-pip-whl


def main() -> None:
    """Set up for running, or with --dev for working on the project."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--dev", action="store_true", help="also install what tests, checks and measurements need")
    options = parser.parse_args()
    try:
        refuse_old_python()
        make_environment()
        install(DEVELOP if options.dev else RUN)
        ensure_font(PYTHON)
    except Trouble as trouble:
        give_up(trouble)


def refuse_old_python() -> None:
    """Raise Trouble when this Python is older than the application needs."""
    if sys.version_info < OLDEST_PYTHON:
        here = ".".join(str(part) for part in sys.version_info[:3])
        raise Trouble(
            f"Kakehashi needs Python 3.11 or newer, and this is Python {here}.\n"
            "Install it (Debian: apt-get install python3.11) and name it: make run PYTHON=python3.11"
        )


# The environment -----------------------------------------------------------------------------------------


def make_environment() -> None:
    """Make .venv with a working pip, unless it is there."""
    if works(PYTHON, "import sys"):
        if works(PYTHON, "import pip"):
            return
    else:
        print("Making the environment in .venv …", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", "--without-pip", VENV], "The environment could not be made in .venv.")
    give_pip()


def works(python: Path, statement: str) -> bool:
    """True when `python` exists and can execute `statement`; an upgraded Debian leaves environments that cannot."""
    if not python.exists():
        return False
    return subprocess.run([python, "-c", statement], capture_output=True, check=False).returncode == 0


def give_pip() -> None:
    """Put pip into .venv: from Python itself, from Debian's wheel, by another pip, or from the package index.

    Raises Trouble when none of them works.
    """
    attempts = (pip_from_python, pip_from_debian, pip_from_another_pip, pip_from_index)
    for attempt in attempts:
        if attempt() and works(PYTHON, "import pip"):
            return
    raise Trouble(
        "pip could not be put into .venv: this machine has none, and the package index could not be reached.\n"
        "Install it (Debian: apt-get install python3-venv), or set PIP_INDEX_URL to an index this machine reaches."
    )


def pip_from_python() -> bool:
    """Python's own way; Debian splits it off into python3-venv."""
    return quietly([PYTHON, "-m", "ensurepip", "--default-pip"])


def pip_from_debian() -> bool:
    """The wheel of Debian's python3-pip-whl installs itself."""
    wheels = sorted(DEBIAN_WHEELS.glob("pip-*.whl"))
    return bool(wheels) and pip_from_wheel(wheels[-1])


def pip_from_another_pip() -> bool:
    """A pip on this machine, told to install into another environment."""
    return quietly([sys.executable, "-m", "pip", f"--python={PYTHON}", "install", "pip"])


def pip_from_index() -> bool:
    """The wheel from the package index, believed only when its digest is the one written above."""
    index = (os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple").rstrip("/") + "/pip/"
    print("Fetching pip from the package index …", flush=True)
    try:
        address = wheel_address(index, fetch(index, accept="application/vnd.pypi.simple.v1+json, text/html;q=0.1"))
        content = fetch(address)
    except (OSError, ValueError) as error:
        print(f"  {index}: {error}", file=sys.stderr)
        return False
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        print(f"  {address}: not the file this project knows", file=sys.stderr)
        return False
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / PIP_WHEEL
        wheel.write_bytes(content)
        return pip_from_wheel(wheel)


def pip_from_wheel(wheel: Path) -> bool:
    """A pip wheel can be executed in place, to install itself or a newer one."""
    return quietly([PYTHON, f"{wheel}/pip", "install", "--no-index", wheel])


def wheel_address(index: str, page: bytes) -> str:
    """The address of the pip wheel on an index page, in its JSON or its HTML form.

    Raises ValueError when the page does not name it.
    """
    text = page.decode()
    if text.lstrip().startswith("{"):
        addresses = [file["url"] for file in json.loads(text)["files"]]
    else:
        addresses = [part.split('"', 1)[0].split("#", 1)[0] for part in text.split('href="')[1:]]
    for address in addresses:
        if address.endswith("/" + PIP_WHEEL):
            return urllib.parse.urljoin(index, address)
    raise ValueError(f"{PIP_WHEEL} is not there")


def fetch(address: str, accept: str = "*/*") -> bytes:
    """The content at an https address.

    A fresh Debian has no certificates to check the server by, so the connection is not what is trusted here: the
    caller compares the digest.
    """
    if not address.startswith("https://"):
        raise ValueError(f"{address} is not an https address")
    unchecked = ssl._create_unverified_context()  # noqa: S323, SLF001  (the caller compares the digest)
    request = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310  (https, see above)
    with urllib.request.urlopen(request, timeout=60, context=unchecked) as answer:  # noqa: S310  (https, see above)
        content: bytes = answer.read()
        return content


# The requirements ----------------------------------------------------------------------------------------


def install(requirements: str) -> None:
    """Install a requirements file into .venv, unless its stamp says that this very file is installed."""
    if stamp(requirements).exists() and stamp(requirements).read_text() == digest(requirements):
        return
    print(f"Installing {requirements} (a few minutes the first time) …", flush=True)
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        ROOT / requirements,
    ]
    run(
        command,
        f"{requirements} could not be installed; what pip said stands above.\n"
        "Check that this machine reaches the package index (or set PIP_INDEX_URL), and try again.",
    )
    stamp(requirements).write_text(digest(requirements))
    if requirements == DEVELOP:
        stamp(RUN).write_text(digest(RUN))


def stamp(requirements: str) -> Path:
    """The file that remembers what was installed."""
    return VENV / f"installed-{requirements}"


def digest(requirements: str) -> str:
    """A fingerprint of everything that decides what pip installs."""
    files = {RUN, CONSTRAINTS, requirements}
    content = b"".join((ROOT / name).read_bytes() for name in sorted(files))
    return hashlib.sha256(content + str(sys.version_info[:2]).encode()).hexdigest()


# Other programs ------------------------------------------------------------------------------------------


def run(command: list[str | Path], otherwise: str) -> None:
    """Run a program and show what it says; raise Trouble with the sentence `otherwise` when it fails."""
    if subprocess.run(command, check=False).returncode != 0:
        raise Trouble(otherwise)


def quietly(command: list[str | Path]) -> bool:
    """Run a program, say nothing, and tell whether it succeeded."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
