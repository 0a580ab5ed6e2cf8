from pathlib import Path

import pytest

from tools import bootstrap
from tools.trouble import Trouble

INDEX = "https://pypi.example/simple/pip/"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own with requirements and an environment that records what pip was asked."""
    for name in (bootstrap.RUN, bootstrap.DEVELOP, bootstrap.CONSTRAINTS):
        (tmp_path / name).write_text(f"# {name}\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nexit $(cat {tmp_path}/status 2>/dev/null || echo 0)\n'
    )
    python.chmod(0o755)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", python)
    return tmp_path


def asked(project: Path) -> list[str]:
    """What the environment's Python was called with."""
    file = project / "asked"
    return file.read_text().splitlines() if file.exists() else []


def test_what_is_installed_is_not_installed_again(project: Path) -> None:
    bootstrap.install(bootstrap.RUN)
    bootstrap.install(bootstrap.RUN)

    assert len(asked(project)) == 1


def test_a_changed_requirement_is_installed(project: Path) -> None:
    bootstrap.install(bootstrap.RUN)
    (project / bootstrap.CONSTRAINTS).write_text("idna==1\n")
    bootstrap.install(bootstrap.RUN)

    assert len(asked(project)) == 2


def test_who_has_everything_for_development_has_what_it_takes_to_run(project: Path) -> None:
    bootstrap.install(bootstrap.DEVELOP)
    bootstrap.install(bootstrap.RUN)

    assert len(asked(project)) == 1


def test_a_failed_installation_is_tried_again_next_time(project: Path) -> None:
    (project / "status").write_text("1")
    with pytest.raises(Trouble, match="could not be installed"):
        bootstrap.install(bootstrap.RUN)

    (project / "status").write_text("0")
    bootstrap.install(bootstrap.RUN)

    assert len(asked(project)) == 2


def test_an_old_python_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))

    with pytest.raises(Trouble, match=r"this is Python 3\.9\.2"):
        bootstrap.refuse_old_python()


def test_pip_is_found_on_an_index_that_speaks_json() -> None:
    page = b'{"files": [{"url": "https://files.example/a/pip-1-py3-none-any.whl"},'
    page += f'{{"url": "https://files.example/b/{bootstrap.PIP_WHEEL}"}}]}}'.encode()

    assert bootstrap.wheel_address(INDEX, page) == f"https://files.example/b/{bootstrap.PIP_WHEEL}"


def test_pip_is_found_on_an_index_that_speaks_html() -> None:
    page = f'<a href="../../files/{bootstrap.PIP_WHEEL}#sha256=00">pip</a>'.encode()

    assert bootstrap.wheel_address(INDEX, page) == f"https://pypi.example/files/{bootstrap.PIP_WHEEL}"


def test_an_index_without_this_pip_is_an_error() -> None:
    with pytest.raises(ValueError, match="is not there"):
        bootstrap.wheel_address(INDEX, b'{"files": []}')


def test_another_file_under_the_name_of_pip_is_not_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    page = f'<a href="{bootstrap.PIP_WHEEL}">'.encode()
    monkeypatch.setattr(bootstrap, "fetch", lambda address, accept="": page)
    monkeypatch.setattr(bootstrap, "pip_from_wheel", lambda wheel: pytest.fail("it was executed"))

    assert bootstrap.pip_from_index() is False


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ("", "https://pypi.org/simple/pip/"),
        ("https://pypi.example/simple/", "https://pypi.example/simple/pip/"),
    ],
)
def test_an_index_is_asked_where_the_city_says_or_else_the_usual_one(
    monkeypatch: pytest.MonkeyPatch, named: str, asked: str
) -> None:
    visited = []

    def fetch(address: str, accept: str = "") -> bytes:
        visited.append(address)
        raise OSError("no line to the outside")

    monkeypatch.setenv("PIP_INDEX_URL", named)
    monkeypatch.setattr(bootstrap, "fetch", fetch)

    assert bootstrap.pip_from_index() is False
    assert visited == [asked]
