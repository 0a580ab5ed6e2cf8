from pathlib import Path

import polib
import pytest

from tests.project.places import ROOT
from tools.translations import CATALOGUE, compiled, not_compiled, rewrite, unfinished


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """A catalogue of one finished sentence, compiled."""
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Reception has closed.", msgstr="受付は終わりました。"))
    (tmp_path / CATALOGUE).parent.mkdir(parents=True)
    catalogue.save(str(tmp_path / CATALOGUE))
    catalogue.save_as_mofile(str(compiled(tmp_path)))
    return tmp_path


def test_a_finished_catalogue_has_nothing_to_complain_about(locale: Path) -> None:
    assert unfinished(polib.pofile(str(locale / CATALOGUE))) == []
    assert not_compiled(locale) == []


def test_a_sentence_without_translation_is_named() -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="There is a seat."))

    assert unfinished(catalogue) == ["not translated: 'There is a seat.'"]


def test_a_plural_without_translation_is_named() -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="%d seat", msgid_plural="%d seats", msgstr_plural={0: ""}))

    assert unfinished(catalogue) == ["not translated: '%d seat'"]


def test_a_guessed_translation_is_named() -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="There is a seat.", msgstr="席がありません。", flags=["fuzzy"]))

    assert unfinished(catalogue) == ["only guessed: 'There is a seat.'"]


def test_a_correction_that_was_not_compiled_is_noticed(locale: Path) -> None:
    catalogue = polib.pofile(str(locale / CATALOGUE))
    catalogue[0].msgstr = "受付は締め切りました。"
    catalogue.save()

    assert "older than the catalogue" in not_compiled(locale)[0]


def test_missing_compiled_translations_are_noticed(locale: Path) -> None:
    compiled(locale).unlink()

    assert "missing" in not_compiled(locale)[0]


def test_checking_collects_into_the_copy_and_leaves_the_committed_catalogue_alone(tmp_path: Path) -> None:
    before = (ROOT / "locale" / CATALOGUE).read_bytes()

    copy = rewrite(tmp_path)

    assert len(copy) > 0
    assert unfinished(copy) != []
    assert (ROOT / "locale" / CATALOGUE).read_bytes() == before
