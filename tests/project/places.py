"""Where the project's own files are, for the tests about the project itself."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ["accounts", "city", "classes", "core", "helpdesk", "materials", "office", "reminders", "residents"]
PACKAGES = [*APPS, "config"]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


def modules(*packages: str) -> Iterator[Path]:
    """Every Python file of these packages, or of all, without migrations."""
    for package in packages or PACKAGES:
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts)


def templates() -> list[Path]:
    """Every page, part and form of ours."""
    return sorted(path for folder in (TEMPLATES, *(ROOT / app for app in APPS)) for path in folder.rglob("*.html"))


def shown(path: Path) -> str:
    """A path as one says it."""
    return str(path.relative_to(ROOT))


@functools.cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(), str(path))
