"""What the papers say is there, is there."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.project.places import ROOT, modules, shown

PAPERS = sorted(
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
MAKE = re.compile(r"`(?:[A-Z_]+=\S+ )*make ([a-z]+)")


@pytest.mark.parametrize("paper", PAPERS, ids=shown)
def test_a_link_leads_somewhere(paper: Path) -> None:
    broken = [link for link in LINK.findall(paper.read_text()) if not (paper.parent / link).exists()]

    assert broken == []


@pytest.mark.parametrize("paper", PAPERS, ids=shown)
def test_a_make_command_exists(paper: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    unknown = set(MAKE.findall(paper.read_text())) - targets

    assert unknown == set()


def test_the_first_papers_of_a_newcomer_are_there() -> None:
    wanted = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"]
    wanted += ["docs/glossary.md", "docs/locking.md", "docs/operations.md", "docs/decisions"]

    assert [name for name in wanted if not (ROOT / name).exists()] == []


def test_every_setting_is_explained_where_an_operator_looks() -> None:
    read = re.compile(r"env\.(?:text|required|flag|number|words|path)\(\s*\"([A-Z_]+)\"")
    settings = {name for path in modules("config") for name in read.findall(path.read_text())}
    explained = (ROOT / "docs" / "operations.md").read_text()

    assert settings
    assert {name for name in settings if f"`{name}`" not in explained} == set()
