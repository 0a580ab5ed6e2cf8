from pathlib import Path

import pytest

from tools import fonts
from tools.trouble import Trouble


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any font, where nothing can be installed."""
    monkeypatch.delenv("PDF_FONT_DIR", raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(fonts, "DEBIAN_FOLDER", tmp_path / "debian")
    monkeypatch.setattr(fonts, "install_from_debian", lambda: False)
    monkeypatch.setattr(fonts, "take_from_pypi", lambda python: False)
    return tmp_path


def put(folder: Path, *names: str) -> Path:
    """Files of these names in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


def test_debians_font_is_preferred_to_the_one_from_pypi(machine: Path) -> None:
    put(machine / "var" / "fonts", fonts.FALLBACK_FILE)
    debian = put(machine / "debian", *fonts.DEBIAN_FILES)

    assert fonts.find_font() == debian


def test_half_of_debians_font_is_none(machine: Path) -> None:
    put(machine / "debian", fonts.DEBIAN_FILES[0])
    fallback = put(machine / "var" / "fonts", fonts.FALLBACK_FILE)

    assert fonts.find_font() == fallback


def test_a_folder_that_the_office_has_chosen_comes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(machine / "debian", *fonts.DEBIAN_FILES)
    chosen = put(machine / "chosen", "Office.ttf")
    monkeypatch.setenv("PDF_FONT_DIR", str(chosen))

    assert fonts.find_font() == chosen


def test_an_empty_folder_that_the_office_has_chosen_is_named(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDF_FONT_DIR", str(put(machine / "chosen")))

    with pytest.raises(Trouble, match="chosen, but there is no font in it"):
        fonts.find_font()


def test_setting_up_never_ends_without_a_font(machine: Path) -> None:
    with pytest.raises(Trouble, match=fonts.DEBIAN_PACKAGE):
        fonts.ensure_font(machine / "python")


def test_the_package_of_debian_is_tried_before_pypi(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install() -> bool:
        put(machine / "debian", *fonts.DEBIAN_FILES)
        return True

    monkeypatch.setattr(fonts, "install_from_debian", install)
    monkeypatch.setattr(fonts, "take_from_pypi", lambda python: pytest.fail("PyPI was asked"))

    assert fonts.ensure_font(machine / "python") == machine / "debian"
