"""Japanese is what the office reads: no sentence may be missing from it, and what is compiled is what is written."""

import ast
import re
from pathlib import Path

import allauth
import django
import polib
import pytest

from accounts.adapter import SENTENCES_OF_OTHERS
from core.forms import DJANGO_SENTENCES
from tests.project.places import ROOT, modules, parsed, shown
from tools.translations import CATALOGUE, not_compiled, unfinished

LOCALE = ROOT / "locale"
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|{[a-z_]*}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(LOCALE / CATALOGUE))


def test_every_sentence_has_its_japanese(catalogue: polib.POFile) -> None:
    assert len(catalogue) > 0
    assert unfinished(catalogue) == []


def test_the_compiled_translations_are_those_that_are_written() -> None:
    assert not_compiled(LOCALE) == []


def test_a_translation_keeps_the_placeholders_of_its_sentence(catalogue: polib.POFile) -> None:
    changed = [entry.msgid for entry in catalogue.translated_entries() if not keeps_placeholders(entry)]

    assert changed == []


def test_no_sentence_hides_in_a_format_string() -> None:
    """Whatever gathers the sentences passes them over there, and a paper would print English."""
    hidden = [
        f"{shown(path)}:{node.lineno}"
        for path in modules()
        for string in ast.walk(parsed(path))
        if isinstance(string, ast.JoinedStr)
        for node in ast.walk(string)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "gettext", "ngettext", "pgettext"}
    ]

    assert hidden == []


def keeps_placeholders(entry: polib.POEntry) -> bool:
    """Whether every form of the translation has exactly the placeholders of the sentence."""
    wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural))
    texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return all(set(PLACEHOLDER.findall(text)) == wanted for text in texts)


def test_the_japanese_of_a_sentence_is_not_its_english(catalogue: polib.POFile) -> None:
    copied = [
        entry.msgid
        for entry in catalogue.translated_entries()
        if entry.msgstr == entry.msgid and re.search(r"[a-z]{4,} [a-z]{3,}", PLACEHOLDER.sub("", entry.msgid))
    ]

    assert copied == []


def test_the_sentences_we_say_for_django_and_allauth_are_still_theirs() -> None:
    """An upgrade that words one anew would bring its own Japanese back unnoticed."""
    homes = [Path(django.__file__).parent / home for home in ("conf", "contrib/auth")]
    homes.append(Path(allauth.__file__).parent)
    theirs = {entry.msgid for home in homes for entry in polib.pofile(str(home / "locale/en/LC_MESSAGES/django.po"))}
    ours = {sentence for sentence in (*DJANGO_SENTENCES, *SENTENCES_OF_OTHERS) if isinstance(sentence, str)}

    assert ours - theirs == set()
