"""The same versions on every machine, and for each a reason to be here."""

import re
from importlib import metadata

import pytest

from tests.project.places import ROOT
from tools.bootstrap import CONSTRAINTS, DEVELOP, RUN
from tools.pins import normal, pinned

LINES = [
    (name, line)
    for name in (RUN, DEVELOP)
    for line in (ROOT / name).read_text().splitlines()
    if line and not line.startswith(("#", "-"))
]


@pytest.mark.parametrize(("name", "line"), LINES)
def test_a_requirement_is_pinned_and_says_why_it_is_here(name: str, line: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]+(\[\w+\])?==[\w.]+ +# \S.+", line), f"{name}: {line}"


def test_no_package_is_pinned_twice() -> None:
    run, develop, brought = (pinned(ROOT / name) for name in (RUN, DEVELOP, CONSTRAINTS))

    assert set(run) & set(develop) == set()
    assert (set(run) | set(develop)) & set(brought) == set()


@pytest.mark.parametrize("name", [RUN, DEVELOP, CONSTRAINTS])
def test_what_is_installed_is_what_is_pinned(name: str) -> None:
    installed = {normal(found.metadata["Name"]): found.version for found in metadata.distributions()}
    differing = {
        package: (version, installed.get(package))
        for package, version in pinned(ROOT / name).items()
        if installed.get(package) != version
    }

    assert differing == {}
