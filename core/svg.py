"""Scenes, marks and charts as SVG text for a page under a strict content security policy.

Only presentation attributes and class names are written, never a style attribute; every word that came from a person is
escaped. The picture says in `<title>` and `<desc>` what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.scene import HALO, MARK, Circle, Line, Mark, Polygon, Rect, Scene, Shape, Words, mark_shapes

SCREEN_COLOURS = {MARK: "#ce0000", HALO: "#ffffff"}


def scene_svg(scene: Scene, *, marks: Iterable[Mark] = (), ident: str = "picture") -> SafeString:
    """A scene with its marks; `ident` must be unique on the page."""
    return _svg(scene.shapes(), mark_shapes(marks, scene.width, scene.height), scene, ident)


def photo_svg(
    href: str,
    width: float,
    height: float,
    *,
    marks: Iterable[Mark] = (),
    title: str = "",
    desc: str = "",
    ident: str = "picture",
) -> SafeString:
    """A picture file with its marks laid over it, drawn as on paper."""
    frame = Scene(width, height, (), title=title, desc=desc)
    image = f'<image href="{escape(href)}" width="{_n(width)}" height="{_n(height)}"/>'
    return _svg([], mark_shapes(marks, width, height), frame, ident, before=image)


def _svg(shapes: Sequence[Shape], marks: Sequence[Shape], scene: Scene, ident: str, *, before: str = "") -> SafeString:
    ident = escape(ident)
    names = " ".join([f"{ident}-title"] * bool(scene.title) + [f"{ident}-desc"] * bool(scene.desc))
    words = f' role="img" aria-labelledby="{names}"' if names else ' aria-hidden="true"'
    box = f"0 0 {_n(scene.width)} {_n(scene.height)}"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" class="scene" viewBox="{box}"{words}>']
    if scene.title:
        parts.append(f'<title id="{ident}-title">{escape(scene.title)}</title>')
    if scene.desc:
        parts.append(f'<desc id="{ident}-desc">{escape(scene.desc)}</desc>')
    parts.append(before)
    parts += [shape_svg(shape) for shape in shapes]
    if marks:
        parts.append('<g class="marks">' + "".join(shape_svg(shape) for shape in marks) + "</g>")
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - every string above is escaped, numbers are formatted by _n


def shape_svg(shape: Shape) -> str:
    """One shape as an SVG element."""
    match shape:
        case Rect():
            radius = f' rx="{_n(shape.radius)}"' if shape.radius else ""
            place = f'x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.w)}" height="{_n(shape.h)}"{radius}'
            return f"<rect {place}{_paint(shape.fill, shape.stroke, shape.width, shape.dash)}/>"
        case Circle():
            place = f'cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="{_n(shape.r)}"'
            return f"<circle {place}{_paint(shape.fill, shape.stroke, shape.width)}/>"
        case Line():
            place = f'x1="{_n(shape.x1)}" y1="{_n(shape.y1)}" x2="{_n(shape.x2)}" y2="{_n(shape.y2)}"'
            return f"<line {place}{_paint('', shape.stroke, shape.width, shape.dash)}/>"
        case Polygon():
            name = "polygon" if shape.closed else "polyline"
            points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
            return f'<{name} points="{points}"{_paint(shape.fill, shape.stroke, shape.width)}/>'
        case Words():
            weight = ' font-weight="700"' if shape.bold else ""
            anchor = shape.anchor if shape.anchor in {"start", "middle", "end"} else "start"
            return (
                f'<text x="{_n(shape.x)}" y="{_n(shape.y)}" text-anchor="{anchor}" font-size="{_n(shape.size)}"'
                f'{weight} fill="{_colour(shape.fill)}">{escape(shape.text)}</text>'
            )


def _paint(fill: str, stroke: str, width: float, dash: Sequence[float] = ()) -> str:
    out = f' fill="{_colour(fill) if fill else "none"}"'
    if stroke:
        out += f' stroke="{_colour(stroke)}" stroke-width="{_n(width)}"'
        if dash:
            out += f' stroke-dasharray="{" ".join(_n(part) for part in dash)}"'
    return out


def _colour(colour: str) -> str:
    return escape(SCREEN_COLOURS.get(colour, colour))


def _n(value: float) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")
