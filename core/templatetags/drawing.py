"""Drawings and charts in templates."""

from django import template
from django.utils.safestring import SafeString

from core.scene import Scene
from core.svg import scene_svg

register = template.Library()


@register.simple_tag
def scene(drawing: Scene, ident: str) -> SafeString:
    """A drawing or chart as SVG; `ident` must be unique on the page."""
    return scene_svg(drawing, ident=ident)
