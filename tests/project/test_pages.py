"""Every page as it is written: it compiles, asks no other host for anything, carries no script or style."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.base import Template

from tests.project.places import APPS, ROOT, STATIC, TEMPLATES, shown, templates

TEMPLATE_FILES = templates()
each_template = pytest.mark.parametrize("path", TEMPLATE_FILES, ids=shown)

OTHER_HOST = re.compile(r"""(?:src|href|action|data|poster|srcset)\s*=\s*["']?\s*(?:https?:)?//""")
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*\btype=[\"']application/json)[^>]*>", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
NAMELESS_END = re.compile(r"{%-?\s*endblock\s*-?%}")


def test_there_are_pages() -> None:
    assert TEMPLATE_FILES


@each_template
def test_a_template_compiles(path: Path) -> None:
    compiled = engines["django"].from_string(path.read_text())

    assert isinstance(compiled.template, Template)


@each_template
def test_a_page_asks_no_other_host_for_anything(path: Path) -> None:
    assert OTHER_HOST.findall(path.read_text()) == []


@each_template
def test_a_page_has_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()

    assert INLINE_SCRIPT.findall(text) == []
    assert INLINE_STYLE.findall(text) == []
    assert HANDLER.findall(text) == []


@each_template
def test_a_block_is_closed_by_its_name(path: Path) -> None:
    assert NAMELESS_END.findall(path.read_text()) == []


@each_template
def test_a_table_says_what_it_shows(path: Path) -> None:
    tables = re.findall(r"<table\b.*?</table>", path.read_text(), re.DOTALL)

    assert [table[:80] for table in tables if "<caption" not in table] == []


def test_templates_lie_in_the_folder_of_their_application() -> None:
    strays = {path.relative_to(TEMPLATES).parts[0] for path in TEMPLATES.rglob("*.html")}
    folders = {name for name in strays if not name.endswith(".html")}

    assert folders <= {*APPS, "components", "account", "mfa", "allauth", "django", "django_tables2"}


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=shown)
def test_a_style_sheet_asks_no_other_host(path: Path) -> None:
    text = path.read_text()

    assert re.findall(r"(?:@import|url\()\s*[\"']?\s*(?:https?:)?//", text) == []


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.js")), ids=shown)
def test_a_script_evaluates_no_text_and_asks_no_other_host(path: Path) -> None:
    if path.name.startswith("htmx"):
        return_to_configuration(path)
        return
    text = path.read_text()

    assert re.findall(r"\beval\(|new Function\(|document\.write\(|fetch\(\s*[\"'`]https?:", text) == []


def return_to_configuration(path: Path) -> None:
    """htmx can evaluate text and write styles; the pages that load it must tell it not to."""
    base = (ROOT / "templates" / "base.html").read_text()

    assert path.name in base
    assert '"allowEval":false' in base.replace(" ", "")
    assert '"includeIndicatorStyles":false' in base.replace(" ", "")
