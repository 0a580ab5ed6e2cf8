"""What stands in a frame: notes, the day of a lesson, the number to ring, a code to type in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.pdf.blocks.laid import Block, Frame, Laid, LaidStack, LaidText
from core.pdf.pen import MM
from core.pdf.text import Run, SetText, Setting, Text, bold, plain, set_text, sized


@dataclass(frozen=True)
class Box:
    """A frame with a bold title and any text or blocks in it; the base of the named boxes below."""

    content: Text | Sequence[Block]
    title: str = ""
    dashed: bool = False
    fill: float | None = None
    border: bool = True
    size: float = 16.0
    after: float = 3 * MM

    def lay(self, setting: Setting, width: float) -> Laid:
        frame = Frame(
            side=4 * MM,
            top=2 * MM,
            bottom=2.3 * MM,
            stroke=0.0 if self.border else None,
            dash=(3.2, 2.4) if self.dashed else (),
            fill=self.fill,
        )
        inner = width - 2 * frame.side
        size = self.size * setting.scale
        parts: list[Laid] = []
        if self.title:
            title = set_text(self.title, setting, inner, size, strong=True, leading=1.45)
            parts.append(LaidText(title, keep_with_next=True))
        parts += lay_content(self.content, setting, inner, size)
        return LaidStack(parts, width, frame, 0, self.after)


def lay_content(
    content: Text | Sequence[Block], setting: Setting, width: float, size: float, *, leading: float = 1.45
) -> list[Laid]:
    """Words or blocks alike, set to a width."""
    if isinstance(content, str | Run):
        return [LaidText(set_text(content, setting, width, size, leading=leading))] if plain(content) else []
    items = list(content)
    if items and all(isinstance(item, str | Run) for item in items):
        return [LaidText(set_text(items, setting, width, size, leading=leading))]  # type: ignore[arg-type]
    return [item.lay(setting, width) for item in items]  # type: ignore[union-attr]


def ok_box(text: Text, title: str = "") -> Box:
    """What the resident sees when the step went well."""
    return Box(text, title=title or _("If it looks like this, all is well"))


def care_box(text: Text, title: str = "") -> Box:
    """A caution: dashed and grey, so that it differs from the OK box in any copy."""
    return Box(text, title=title or _("Take care"), dashed=True, fill=0.95)


@dataclass(frozen=True)
class Banner:
    """The name of a flyer, white on black, to be read from across a room and after any number of copies."""

    text: str
    size: float = 30.0

    def lay(self, setting: Setting, width: float) -> Laid:
        frame = Frame(side=5 * MM, top=3 * MM, bottom=3.4 * MM, stroke=None, fill=0.0)
        inner, size = width - 2 * frame.side, self.size * setting.scale
        lines = set_text(self.text, setting, inner, size, strong=True, leading=1.3, align="center", grey=1.0)
        laid = LaidStack([LaidText(lines)], width, frame, 0, 4 * MM, together=True)
        laid.bookmark = self.text
        return laid


@dataclass(frozen=True)
class BigDate:
    """The largest thing on a slip: the day (and of how many it is a `part`), the time, and smaller when it ends."""

    day: str
    weekday: str = ""
    time: str = ""
    until: str = ""
    beside: str = ""
    part: str = ""
    size: float = 29.0
    small: float = 15.0

    def lay(self, setting: Setting, width: float) -> Laid:
        frame = Frame(side=4.5 * MM, top=2 * MM, bottom=2.6 * MM, width=0.8 * MM)
        inner = width - 2 * frame.side
        size = self.size * setting.scale
        first: list[str | Run] = [bold(self.day)]
        if self.weekday:
            first.append(bold(self.weekday, 22 / 29))
        if self.part:
            first.append(sized(f"　{self.part}", self.small / self.size))
        rows: list[Text] = [first]
        if self.time:
            beside = [sized(f"　{self.beside}", self.small / self.size)] if self.beside else []
            rows.append([bold(self.time), *beside])
        parts: list[Laid] = [LaidText(set_text(row, setting, inner, size, leading=1.32)) for row in rows]
        if self.until:
            parts.append(LaidText(set_text(self.until, setting, inner, self.small * setting.scale, leading=1.5)))
        return LaidStack(parts, width, frame, 0, 4 * MM, together=True)


@dataclass(frozen=True)
class PhoneBox:
    """The number to ring, large on grey: why, the number, whose it is, and when somebody answers."""

    number: str
    reason: Text = ""
    office: str = ""
    hours: Text = ""
    note: str = ""
    size: float = 25.0
    small: float = 13.0
    leading: float = 1.5

    def lay(self, setting: Setting, width: float) -> Laid:
        frame = Frame(side=4.2 * MM, top=2.2 * MM, bottom=2.6 * MM, stroke=None, fill=0.9)
        inner = width - 2 * frame.side
        small = self.small * setting.scale
        parts: list[Laid] = []
        if plain(self.reason):
            parts.append(LaidText(set_text(self.reason, setting, inner, small, leading=self.leading)))
        size = self.size * setting.scale
        beside = self.note + self.office
        parts.append(LaidText(phone_line(self.number, beside, setting, inner, size, small=small)))
        if plain(self.hours):
            parts.append(LaidText(set_text(self.hours, setting, inner, small, leading=self.leading)))
        return LaidStack(parts, width, frame, 0, 3 * MM, together=True)


def phone_line(number: str, office: str, setting: Setting, width: float, size: float, *, small: float = 0.0) -> SetText:
    """A telephone number in large bold type and whose it is beside or under it."""
    words: list[str | Run] = [bold(number)]
    if office:
        gap = "" if office[0] in "（(" else " "
        words.append(sized(gap + office, (small or 12.0 * setting.scale) / size))
    return set_text(words, setting, width, size, leading=1.3)


@dataclass(frozen=True)
class Code:
    """A code to be typed in from paper: equal-width, widely set, in a frame, with what it is for above it."""

    code: str
    caption: Text = ""
    size: float = 30.0

    def lay(self, setting: Setting, width: float) -> Laid:
        frame = Frame(side=4.5 * MM, top=2.5 * MM, bottom=3 * MM, width=0.8 * MM)
        inner = width - 2 * frame.side
        parts: list[Laid] = []
        if plain(self.caption):
            parts.append(LaidText(set_text(self.caption, setting, inner, 14.0 * setting.scale)))
        size = self.size * setting.scale
        face = setting.faces["fixed-bold"]
        while size > 14 and face.width(self.code, size) > inner:
            size -= 1
        parts.append(LaidText(set_text(Run(self.code, bold=True, fixed=True), setting, inner, size, leading=1.4)))
        return LaidStack(parts, width, frame, 0, 4 * MM, together=True)
