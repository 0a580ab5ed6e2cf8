"""Finds a Japanese font for paper, or gets one.

Every PDF embeds its font, so a machine without one would print boxes instead of names. Debian's BIZ UDGothic, made
for tired eyes, is looked for first; where it neither is nor can be installed, IPAex Gothic comes out of a package of
PyPI. Setting up must never end on a machine without either.
"""

from __future__ import annotations  # an old Python must get as far as the sentence that refuses it

import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from tools.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
DEBIAN_FOLDER = Path("/usr/share/fonts/truetype/bizud-gothic")
DEBIAN_PACKAGE = "fonts-morisawa-bizud-gothic"
DEBIAN_FILES = (
    "BIZUDPGothic-Regular.ttf",
    "BIZUDPGothic-Bold.ttf",
    "BIZUDGothic-Regular.ttf",
    "BIZUDGothic-Bold.ttf",
)
FALLBACK_FILE = "ipaexg.ttf"
FALLBACK_PACKAGE = "matplotlib-fontja==1.1.0"  # carries IPAex Gothic 4.01 and its licence; nothing else of it is used


def fallback_folder() -> Path:
    """Where the font from PyPI is kept, beside the installation's other data."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var") / "fonts"


def find_font() -> Path | None:
    """The folder that paper will be printed from, or None."""
    chosen = os.environ.get("PDF_FONT_DIR")
    if chosen:
        if not any(Path(chosen).glob("*.[to]tf")):
            raise Trouble(f"PDF_FONT_DIR is {chosen}, but there is no font in it. Correct it, or unset it.")
        return Path(chosen)
    if all((DEBIAN_FOLDER / name).is_file() for name in DEBIAN_FILES):
        return DEBIAN_FOLDER
    if (fallback_folder() / FALLBACK_FILE).is_file():
        return fallback_folder()
    return None


def ensure_font(python: Path) -> Path:
    """Find a font, install one from Debian, or take one from PyPI with `python`'s pip, in this order.

    Raises Trouble when none of the three gives one.
    """
    found = find_font()
    if found is None and install_from_debian():
        found = find_font()
    if found is None and take_from_pypi(python):
        found = find_font()
    if found is None:
        raise Trouble(
            "There is no Japanese font on this machine, and none could be fetched, so paper could not be printed.\n"
            f"Install the Debian package {DEBIAN_PACKAGE}, or put BIZ UDGothic or {FALLBACK_FILE} "
            "(IPAex Gothic) into a folder and set PDF_FONT_DIR to it."
        )
    return found


def install_from_debian() -> bool:
    """Install the font package, where this user may; True when apt-get said it did."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print(f"Installing the font package {DEBIAN_PACKAGE} …", flush=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", DEBIAN_PACKAGE]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (install, ["apt-get", "update", "-qq"], install):  # a fresh machine has no package lists yet
        if subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0:
            if command is install:
                return True
        elif command is not install:
            return False
    return False


def take_from_pypi(python: Path) -> bool:
    """Take IPAex Gothic and its licence out of the package that carries them; True when that worked."""
    print("Fetching the font IPAex Gothic from PyPI …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        download: list[str | Path] = [
            python,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            folder,
            FALLBACK_PACKAGE,
        ]
        if subprocess.run(download, check=False).returncode != 0:
            return False
        wheel = next(Path(folder).glob("*.whl"))
        fallback_folder().mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                file_name = Path(name).name
                if name.startswith("matplotlib_fontja/fonts/") and file_name:
                    # Under another name first: a half-written font must not be found next time.
                    partial = fallback_folder() / f"{file_name}.part"
                    partial.write_bytes(archive.read(name))
                    partial.rename(fallback_folder() / file_name)
    return True
