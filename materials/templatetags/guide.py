"""The outline on the page: words with their readings and keys, and pictures with their marks."""

from dataclasses import replace

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.svg import photo_svg, scene_svg
from materials import notation
from materials.notation import Run, Words
from materials.outline import PictureBlock

register = template.Library()


@register.filter
def say(words: Words) -> SafeString:
    """Words of the outline as HTML; every character is escaped."""
    return format_html_join("", "{}", ((_run(run),) for run in words.runs))


@register.filter
def unmarked(text: str) -> str:
    """What an author typed, without the notation of readings: for lists and headings of the office."""
    return notation.plain(text)


@register.simple_tag
def picture(block: PictureBlock, ident: str) -> SafeString:
    """A picture with its marks as SVG; `ident` must be unique on the page."""
    if block.scene is not None:
        return scene_svg(replace(block.scene, title="", desc=block.description), marks=block.marks, ident=ident)
    return photo_svg(
        reverse("picture", args=[block.ident]),
        block.width,
        block.height,
        marks=block.marks,
        desc=block.description,
        ident=ident,
    )


def _run(run: Run) -> SafeString:
    if run.is_key:
        return format_html('<span class="screen-word">{}</span>', run.text)
    if run.reading:
        # Browsers without ruby, and text copied out of the page, show the reading in brackets.
        return format_html("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>", run.text, run.reading)
    return format_html("{}", run.text)
