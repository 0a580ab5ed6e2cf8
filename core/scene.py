"""Small pictures drawn by our own code, and the marks laid over any picture: one description for screen and paper.

A scene is a JSON-able list of items; `shapes` turns it into five plain shapes, which `core.svg` writes for the page and
`core.pdf.scene` draws on paper, so that the two cannot differ. A mark is known by shape and number, not by colour.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

INK = "#000000"
PAPER = "#ffffff"
GREY = "#e6e6e6"
DARK = "#4d4d4d"
MARK = "mark"  # red on screen, black on paper
HALO = "halo"  # white under a mark, so that it stands out on a dark photograph

_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})\Z", re.IGNORECASE)


class SceneError(ValueError):
    """A scene or a mark that cannot be drawn; the text names the item and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle from its top left corner."""

    x: float
    y: float
    w: float
    h: float
    radius: float = 0.0
    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle around its centre."""

    x: float
    y: float
    r: float
    fill: str = ""
    stroke: str = ""
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled shape with straight sides, or an open line with corners."""

    points: tuple[tuple[float, float], ...]
    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; (x, y) is its baseline at the anchor."""

    x: float
    y: float
    text: str
    size: float
    anchor: str = "middle"
    bold: bool = False
    fill: str = INK


Shape = Rect | Circle | Line | Polygon | Words


@dataclass(frozen=True)
class Scene:
    """A picture `width` by `height` units large; `title` and `desc` say in words what it shows."""

    width: float
    height: float
    items: Sequence[Mapping[str, Any]]
    title: str = ""
    desc: str = ""
    ready: Sequence[Shape] = field(default_factory=tuple)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Scene:
        """Read a stored scene; raises SceneError when it cannot be drawn."""
        try:
            scene = cls(
                float(data["width"]),
                float(data["height"]),
                list(data["items"]),
                str(data.get("title", "")),
                str(data.get("desc", "")),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SceneError(f"scene: {error}") from error
        if scene.width <= 0 or scene.height <= 0:
            raise SceneError("scene: width and height must be above zero")
        scene.shapes()
        return scene

    def as_json(self) -> dict[str, Any]:
        """The scene as it is stored."""
        return {
            "width": self.width,
            "height": self.height,
            "title": self.title,
            "desc": self.desc,
            "items": [dict(item) for item in self.items],
        }

    def shapes(self) -> list[Shape]:
        """All of it as plain shapes, in drawing order; raises SceneError."""
        drawn: list[Shape] = list(self.ready)
        for index, item in enumerate(self.items):
            drawn += _drawn(index, item)
        return drawn


def _drawn(index: int, item: Mapping[str, Any]) -> list[Shape]:
    values = dict(item)
    kind = values.pop("kind", "")
    maker = KINDS.get(kind)
    if maker is None:
        raise SceneError(f"item {index}: there is no kind {kind!r}")
    for name in ("fill", "stroke", "colour"):
        colour = values.get(name, "")
        if colour and colour != MARK and not _COLOUR.match(str(colour)):
            raise SceneError(f"item {index}: {colour!r} is not a colour such as #4d4d4d")
    if "dash" in values:
        values["dash"] = tuple(values["dash"])
    if "points" in values:
        values["points"] = tuple((float(x), float(y)) for x, y in values["points"])
    try:
        made = maker(**values)
    except (TypeError, ValueError) as error:
        raise SceneError(f"item {index} ({kind}): {error}") from error
    return made if isinstance(made, list) else [made]


def estimated_width(text: str, size: float) -> float:
    """About how long `text` will be on a screen whose font is not known: full-width 1 em, the rest 0.62 em."""
    ems = sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.62 for char in text)
    return ems * size


def _label(x: float, y: float, text: str, size: float, room: float, *, bold: bool = False, fill: str = INK) -> Words:
    """Words centred on (x, y), smaller when the room is too narrow for them."""
    size = min(size, size * room / max(estimated_width(text, size), 0.01))
    return Words(x, y + 0.36 * size, text, size, bold=bold, fill=fill)


def _button(
    x: float, y: float, w: float, h: float, text: str, size: float = 20, fill: str = DARK, colour: str = PAPER
) -> list[Shape]:
    """A button as on a screen: filled, with its label in the middle."""
    light = fill.lower() in {PAPER, "#fff"}
    return [
        Rect(x, y, w, h, radius=min(8, h / 4), fill=fill, stroke=INK if light else "", width=2),
        _label(x + w / 2, y + h / 2, text, size, w * 0.9, bold=light, fill=INK if light else colour),
    ]


def _phone(x: float, y: float, w: float, h: float, title: str = "") -> list[Shape]:
    """The outline of a telephone with its screen; what is drawn later stands on it."""
    edge = w * 0.05
    drawn: list[Shape] = [
        Rect(x, y, w, h, radius=w * 0.1, fill=PAPER, stroke=INK, width=max(3, w * 0.018)),
        Line(x + w * 0.4, y + edge * 1.1, x + w * 0.6, y + edge * 1.1, stroke=INK, width=max(2, w * 0.012)),
    ]
    if title:
        drawn.append(_label(x + w / 2, y + edge * 3.2, title, w * 0.08, w * 0.86, bold=True))
    return drawn


def _screen(x: float, y: float, w: float, h: float, title: str = "") -> list[Shape]:
    """The screen of a machine such as a copier in a shop: a frame and a title."""
    drawn: list[Shape] = [Rect(x, y, w, h, radius=14, fill=PAPER, stroke=INK, width=4)]
    if title:
        drawn.append(_label(x + w / 2, y + 32, title, 21, w * 0.86))
    return drawn


def _keypad(
    x: float,
    y: float,
    w: float,
    h: float,
    labels: Sequence[str] = tuple("123456789"),
    columns: int = 3,
    size: float = 22,
) -> list[Shape]:
    """Keys in rows; an empty label leaves a gap."""
    rows = -(-len(labels) // columns)
    gap = min(w, h) * 0.065
    key_w, key_h = (w - gap * (columns - 1)) / columns, (h - gap * (rows - 1)) / rows
    drawn: list[Shape] = []
    for index, label in enumerate(labels):
        if not label:
            continue
        left = x + (index % columns) * (key_w + gap)
        top = y + (index // columns) * (key_h + gap)
        drawn.append(Rect(left, top, key_w, key_h, fill="#f2f2f2", stroke=INK, width=2))
        drawn.append(_label(left + key_w / 2, top + key_h / 2, label, size, key_w * 0.9))
    return drawn


def _card(x: float, y: float, w: float, h: float, text: str = "", size: float = 20) -> list[Shape]:
    """A card such as the マイナンバーカード, with its name on it and no face or number."""
    drawn: list[Shape] = [Rect(x, y, w, h, radius=12, fill=GREY, stroke=INK, width=3)]
    if text:
        drawn.append(_label(x + w / 2, y + h / 2, text, size, w * 0.9))
    return drawn


def _field(x: float, y: float, w: float, h: float, text: str = "", size: float = 18) -> list[Shape]:
    """A field to type into, with what stands in it."""
    drawn: list[Shape] = [Rect(x, y, w, h, radius=4, fill=PAPER, stroke="#767676", width=2)]
    if text:
        drawn.append(Words(x + size * 0.5, y + h / 2 + 0.36 * size, text, size, anchor="start"))
    return drawn


def _rows(x: float, y: float, w: float, row_height: float, texts: Sequence[str], size: float = 18) -> list[Shape]:
    """A list to choose from, a line under each entry and › at its end."""
    drawn: list[Shape] = []
    for index, text in enumerate(texts):
        top = y + index * row_height
        middle = top + row_height / 2
        fitting = min(size, size * (w - 3 * size) / max(estimated_width(text, size), 0.01))
        drawn.append(Words(x + size * 0.6, middle + 0.36 * size, text, fitting, anchor="start"))
        tip = x + w - size * 0.7
        points = ((tip - 5, middle - 7), (tip, middle), (tip - 5, middle + 7))
        drawn.append(Polygon(points, stroke=INK, width=2, closed=False))
        drawn.append(Line(x, top + row_height, x + w, top + row_height, stroke="#767676", width=1))
    return drawn


def arrow(
    x1: float, y1: float, x2: float, y2: float, stroke: str = INK, width: float = 8, head: float = 0
) -> list[Shape]:
    """A thick arrow whose point is at (x2, y2)."""
    length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 0.01)
    along_x, along_y = (x2 - x1) / length, (y2 - y1) / length
    depth = min(head or width * 3.5, length)
    half = depth * 0.72
    base_x, base_y = x2 - along_x * depth, y2 - along_y * depth
    points = (
        (x2, y2),
        (base_x - along_y * half, base_y + along_x * half),
        (base_x + along_y * half, base_y - along_x * half),
    )
    overlap = depth * 0.1
    return [
        Line(x1, y1, base_x + along_x * overlap, base_y + along_y * overlap, stroke=stroke, width=width),
        Polygon(points, fill=stroke),
    ]


KINDS: dict[str, Any] = {
    "rect": Rect,
    "circle": Circle,
    "line": Line,
    "polygon": Polygon,
    "text": Words,
    "arrow": arrow,
    "button": _button,
    "phone": _phone,
    "screen": _screen,
    "keypad": _keypad,
    "card": _card,
    "field": _field,
    "rows": _rows,
}


def polyline(points: Iterable[tuple[float, float]], stroke: str = INK, width: float = 2.0) -> list[Shape]:
    """Straight lines from point to point."""
    return [Line(a[0], a[1], b[0], b[1], stroke=stroke, width=width) for a, b in pairwise(points)]


MARK_KINDS = ("tap", "arrow", "frame", "number")


@dataclass(frozen=True)
class Mark:
    """A mark on a picture; x, y, w, h, to_x, to_y are fractions (0 to 1) of the picture's width and height.

    `tap`: a ring around (x, y). `arrow`: from (x, y) to (to_x, to_y). `frame`: a dashed frame from its top left corner.
    `number`: a disc alone. Each may carry a number.
    """

    kind: str
    x: float
    y: float
    w: float = 0.0
    h: float = 0.0
    to_x: float = 0.0
    to_y: float = 0.0
    number: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in MARK_KINDS:
            raise SceneError(f"there is no mark {self.kind!r}")
        if not all(0.0 <= value <= 1.0 for value in (self.x, self.y, self.w, self.h, self.to_x, self.to_y)):
            raise SceneError(f"mark {self.kind}: places are fractions between 0 and 1")


def mark_shapes(marks: Iterable[Mark], width: float, height: float) -> list[Shape]:
    """The marks of a picture `width` by `height` units large, numbers above all lines."""
    unit = min(width / 15, height / 7)
    lines: list[Shape] = []
    discs: list[Shape] = []
    for mark in marks:
        x, y = mark.x * width, mark.y * height
        at = (x, y)
        if mark.kind == "tap":
            lines += [Circle(x, y, 1.25 * unit, stroke=HALO, width=0.5 * unit)]
            lines += [Circle(x, y, 1.25 * unit, stroke=MARK, width=0.26 * unit)]
            at = (x + 1.35 * unit, y - 1.35 * unit)
        elif mark.kind == "arrow":
            to_x, to_y = mark.to_x * width, mark.to_y * height
            lines += arrow(x, y, to_x, to_y, stroke=HALO, width=0.7 * unit, head=1.9 * unit)
            lines += arrow(x, y, to_x, to_y, stroke=MARK, width=0.4 * unit, head=1.5 * unit)
        elif mark.kind == "frame":
            w, h = mark.w * width, mark.h * height
            lines.append(Rect(x, y, w, h, stroke=HALO, width=0.5 * unit))
            lines.append(Rect(x, y, w, h, stroke=MARK, width=0.26 * unit, dash=(0.65 * unit, 0.4 * unit)))
        if mark.number is not None:
            discs += _disc(at[0], at[1], unit, mark.number, width, height)
    return lines + discs


def _disc(x: float, y: float, unit: float, number: int, width: float, height: float) -> list[Shape]:
    """A numbered disc, moved inwards where the edge of the picture would cut it."""
    edge = 1.12 * unit
    x = min(max(x, edge), width - edge)
    y = min(max(y, edge), height - edge)
    label = str(number)
    size = unit * (1.2 if len(label) < 2 else 0.95)
    return [
        Circle(x, y, edge, fill=HALO),
        Circle(x, y, unit, fill=MARK),
        Words(x, y + 0.37 * size, label, size, bold=True, fill=HALO),
    ]
