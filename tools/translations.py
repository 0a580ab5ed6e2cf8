"""Keeps locale/ja complete: every English sentence in the source has its Japanese one, compiled.

python -m tools.translations            rewrites and compiles locale/ja (make messages)
python -m tools.translations --check    says what is missing, unfinished or not compiled (make check)
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import django
import polib
from django.core.management import call_command
from django.core.management.commands import makemessages

from tools.trouble import Trouble, give_up

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "ja"
CATALOGUE = Path(LANGUAGE) / "LC_MESSAGES" / "django.po"
IGNORED = [".venv", "var", "node_modules", "tests", "bench", "tools", "docs"]
# No date and no author: two people who change a sentence each shall not meet in the heading.
METADATA = {
    "Project-Id-Version": "kakehashi",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": LANGUAGE,
    "Plural-Forms": "nplurals=1; plural=0;",
}


def main() -> None:
    """Rewrite, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    try:
        if shutil.which("xgettext") is None:
            raise Trouble("The gettext programs are missing. Debian: apt-get install gettext")  # noqa: TRY301 (an edge)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
        django.setup()
        if options.check:
            refuse_unfinished()
        else:
            rewrite(ROOT / "locale")
    except Trouble as trouble:
        give_up(trouble)


class _Collecting(makemessages.Command):
    """Django's collector, but into the folder it is told: by itself it prefers any locale/ it finds on its way."""

    def __init__(self, locale: Path) -> None:
        super().__init__()
        self.locale = str(locale)

    def find_files(self, root: str) -> list[Any]:
        found = super().find_files(root)
        self.locale_paths = [self.locale]
        for file in found:
            file.locale_dir = self.locale
        return found


def rewrite(locale: Path) -> polib.POFile:
    """Bring the catalogue below `locale` up to the source, keeping what is translated, and compile it."""
    (locale / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    call_command(
        _Collecting(locale),
        locale=[LANGUAGE],
        no_location=True,
        no_obsolete=True,
        ignore_patterns=IGNORED,
        verbosity=0,
    )
    catalogue = polib.pofile(str(locale / CATALOGUE), wrapwidth=100)
    catalogue.header = ""
    catalogue.metadata = METADATA
    catalogue.metadata_is_fuzzy = False
    catalogue.save()
    catalogue.save_as_mofile(str(compiled(locale)))
    return catalogue


def compiled(locale: Path) -> Path:
    """The file that the running application reads."""
    return (locale / CATALOGUE).with_suffix(".mo")


def refuse_unfinished() -> None:
    """Raise Trouble with everything that is wrong with the committed translations."""
    committed = ROOT / "locale"
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        shutil.copytree(committed, fresh, dirs_exist_ok=True)
        complaints = unfinished(rewrite(fresh))
        if keys(fresh / CATALOGUE) != keys(committed / CATALOGUE):
            complaints.append("locale/ja/LC_MESSAGES/django.po does not follow the source. Run: make messages")
    complaints += not_compiled(committed)
    if complaints:
        raise Trouble("\n".join(complaints))


def keys(catalogue: Path) -> set[tuple[str | None, str, str]]:
    """What a catalogue translates."""
    entries = polib.pofile(str(catalogue))
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in entries if not entry.obsolete}


def unfinished(catalogue: polib.POFile) -> list[str]:
    """The sentences without a finished translation."""
    complaints = []
    for entry in catalogue:
        if entry.obsolete:
            continue
        if "fuzzy" in entry.flags:
            complaints.append(f"only guessed: {entry.msgid!r}")
        elif not entry.translated():
            complaints.append(f"not translated: {entry.msgid!r}")
    return complaints


def not_compiled(locale: Path) -> list[str]:
    """A complaint when the compiled file says anything else than the catalogue."""
    if not compiled(locale).exists():
        return ["The compiled translations are missing. Run: make messages"]
    written = {meaning(entry) for entry in polib.pofile(str(locale / CATALOGUE)).translated_entries()}
    read = {meaning(entry) for entry in polib.mofile(str(compiled(locale)))}
    return [] if written == read else ["The compiled translations are older than the catalogue. Run: make messages"]


def meaning(entry: polib.POEntry) -> tuple[str | None, str, str, tuple[str, ...]]:
    """What an entry says, in a form that the catalogue and its compiled form share."""
    translations = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return (entry.msgctxt, entry.msgid, entry.msgid_plural, tuple(translations))


if __name__ == "__main__":
    main()
