"""The style sheets and templates keep what they promise: contrast, the content security policy, one skeleton."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parents[2]
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COLOURS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", (ROOT / "static/css/tokens.css").read_text()))
WHITE = "#ffffff"


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("ink", "paper"),
        ("ink", "wash"),
        ("ink", "blue-wash"),
        ("ink", "red-wash"),
        ("ink", "green-wash"),
        ("ink", "amber-wash"),
        ("ink-soft", "paper"),
        ("ink-soft", "wash"),
        ("ink-soft", "blue-wash"),
        ("blue", "paper"),
        ("blue", "wash"),
        ("blue", "blue-wash"),
        ("blue-deep", "blue-wash"),
        ("visited", "paper"),
        ("red", "paper"),
        ("red-deep", "red-wash"),
        ("green-ink", "green-wash"),
        ("amber-ink", "amber-wash"),
        ("paper", "blue"),
        ("paper", "blue-deep"),
        ("paper", "red"),
        ("paper", "red-deep"),
        ("paper", "green"),
        ("paper", "amber-ink"),
        ("paper", "ink-soft"),
        ("edge", "paper"),
        ("ink", "heat-1"),
        ("ink", "heat-2"),
        ("ink", "heat-3"),
        ("paper", "heat-4"),
        ("paper", "heat-5"),
    ],
)
def test_words_stand_out_from_their_paper(ink, paper):
    assert contrast(COLOURS[ink], COLOURS[paper]) >= 4.5


@pytest.mark.parametrize("line", ["edge", "blue", "red", "green", "amber"])
def test_the_edges_of_controls_and_boxes_are_seen(line):
    assert contrast(COLOURS[line], COLOURS["paper"]) >= 3


def test_the_two_colours_of_the_focus_are_seen_on_any_ground():
    for ground in COLOURS.values():
        assert max(contrast(COLOURS["focus-line"], ground), contrast(COLOURS["focus-ring"], ground)) >= 3


@pytest.mark.parametrize("sheet", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_uses_only_measures_that_exist(sheet):
    used = set(re.findall(r"var\(--([\w-]+)\)", sheet.read_text()))
    declared = set(re.findall(r"--([\w-]+):", (ROOT / "static/css/tokens.css").read_text()))

    assert used <= declared


@pytest.mark.parametrize("sheet", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_says_at_its_top_which_words_it_gives(sheet):
    assert sheet.read_text().startswith(f"/*\n  {sheet.name}: ")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_keeps_to_the_content_security_policy(path):
    text = path.read_text()

    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"""(?:src|href)=["']https?://""", text)


@pytest.mark.parametrize("path", sorted((ROOT / "templates/components").glob("*.html")), ids=lambda path: path.name)
def test_a_component_begins_by_naming_its_parameters(path):
    assert path.read_text().startswith("{% comment %}")


def test_the_page_for_a_broken_system_needs_nothing_of_the_system():
    html = render_to_string("500.html")

    assert "<h1>" in html
    assert "{{" not in html
