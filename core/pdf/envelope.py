"""The head of a letter of A4 for an envelope with a window: the address stands where the window shows it.

The letter is folded in three and slides about in its envelope (長形3号). What must never happen: an address cut off by
the edge of the window, or a word of the letter that the postman can read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.pdf.blocks import Laid
from core.pdf.pen import MM, Pen
from core.pdf.text import SetText, Setting, Text, bold, set_text

# 長形3号 after JIS S 5502, and A4 folded in three, both lying.
ENVELOPE = (235 * MM, 120 * MM)
FOLDED = (210 * MM, 99 * MM)
# The usual top margin of A4, at which the head begins.
TOP = 13 * MM
_INSET = 1 * MM
_ADDRESS_SIZE, _NAME_SIZE, _SMALLEST = 11.0, 13.0, 8.0


@dataclass(frozen=True)
class Window:
    """Where an envelope has its window, in points from its left and its upper edge."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of_the_office(cls) -> Window:
        """The window of the envelopes the office uses; raises ImproperlyConfigured when the setting is no window."""
        try:
            left, top, width, height = (float(edge) * MM for edge in settings.ENVELOPE_WINDOW)
        except ValueError as error:
            raise ImproperlyConfigured("ENVELOPE_WINDOW must be four numbers: left,top,width,height.") from error
        return cls(left, top, width, height)

    @property
    def always_seen(self) -> tuple[float, float, float, float]:
        """The part of the sheet seen however it lies: left, top, width, height."""
        return (
            self.left,
            self.top,
            self.width - (ENVELOPE[0] - FOLDED[0]),
            self.height - (ENVELOPE[1] - FOLDED[1]),
        )

    @property
    def ever_seen(self) -> tuple[float, float]:
        """How far to the right and down the sheet may be seen: above and left of it stands nothing but the address."""
        return self.left + self.width, self.top + self.height


@dataclass(frozen=True)
class LetterHead:
    """Address and name in the window, the sender beside it, and two short lines that show where to fold."""

    address: Sequence[str]
    name: str
    sender: Sequence[Text]
    window: Window = field(default_factory=Window.of_the_office)

    def lay(self, setting: Setting, width: float) -> Laid:
        return _LaidHead(self, setting)


class _LaidHead(Laid):
    """Stands at the top of its sheet, at the same place whatever the size of the text."""

    def __init__(self, head: LetterHead, setting: Setting) -> None:
        self.left, self.top, width, height = head.window.always_seen
        right, bottom = head.window.ever_seen
        self.address = _in_the_window(head, setting, width - 2 * _INSET, height - 2 * _INSET)
        self.beside = right + 3 * MM
        self.sender = [
            set_text(line, setting, FOLDED[0] - 15 * MM - self.beside, _ADDRESS_SIZE, align="right")
            for line in head.sender
        ]
        sent = sum(line.height for line in self.sender)
        written = self.top + _INSET + self.address.height
        self.height = max(bottom + 4 * MM, written + 2 * MM, TOP + sent + 4 * MM) - TOP

    def draw(self, pen: Pen, x: float, y: float) -> None:
        self.address.draw(pen, self.left + _INSET, self.top + _INSET)
        for line in self.sender:
            line.draw(pen, self.beside, y)
            y += line.height
        for fold in (1, 2):
            pen.line(3 * MM, fold * FOLDED[1], 8 * MM, fold * FOLDED[1], width=0.2 * MM, colour=0.5)


def _in_the_window(head: LetterHead, setting: Setting, width: float, height: float) -> SetText:
    """The address as large as the window shows it; one too long even at the least size runs on below."""
    size = _ADDRESS_SIZE
    while True:
        words: list[Text] = [*(f"{line}\n" for line in head.address), bold(head.name, _NAME_SIZE / _ADDRESS_SIZE)]
        lines = set_text(words, setting, width, size, leading=1.3)  # type: ignore[arg-type]  # strings and one run
        if lines.height <= height or size <= _SMALLEST:
            return lines
        size -= 0.5
