"""Rewrites constraints.txt from what is installed, after a version in the requirements has changed."""

import re
import subprocess
from pathlib import Path

from tools.bootstrap import CONSTRAINTS, DEVELOP, PYTHON, ROOT, RUN

HEADING = """\
# What the packages in requirements.txt and requirements-dev.txt bring along, pinned so that every
# machine runs the same. `make pins` rewrites this file after a pin there has changed.
"""
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[^\]]+\])?==(?P<version>[^\s;#]+)")


def pinned(file: Path) -> dict[str, str]:
    """The packages that a requirements file pins, normalised name to version."""
    matches = (REQUIREMENT.match(line) for line in file.read_text().splitlines())
    return {normal(match["name"]): match["version"] for match in matches if match}


def normal(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Write every installed package that no requirements file names into constraints.txt."""
    direct = pinned(ROOT / RUN) | pinned(ROOT / DEVELOP)
    frozen = subprocess.run([PYTHON, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    brought = [line for line in frozen.splitlines() if "==" in line and normal(line.split("==")[0]) not in direct]
    (ROOT / CONSTRAINTS).write_text(HEADING + "".join(f"{line}\n" for line in brought))
    print(f"{CONSTRAINTS} pins {len(brought)} packages.")


if __name__ == "__main__":
    main()
