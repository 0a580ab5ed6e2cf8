"""The address side of a postcard (はがき): the digits of the postal code in their frames, the address, the name.

The frames are those of the card that the post sells; a plain card gets the digits at the same places. What must never
happen: a word on this side that is not the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.pdf import fonts
from core.pdf.blocks import Laid
from core.pdf.pen import MM, Pen
from core.pdf.text import ASCENT, SetText, Setting, Text, bold, set_text

# 内国郵便約款, 郵便番号の記載欄: seven frames 12 mm from the upper edge, the last one ending 8 mm from the right.
FRAMES = tuple(left * MM for left in (44.3, 51.3, 58.3, 65.9, 72.7, 79.5, 86.3))
FRAME_WIDTH, FRAME_HEIGHT, FRAME_TOP = 5.7 * MM, 8 * MM, 12 * MM
_DIGIT = 15.0
# Under the stamp and the frames, in from the edges that a printer does not reach.
_LEFT, _TOP, _WIDTH, _NAME_TOP = 14 * MM, 38 * MM, 76 * MM, 72 * MM
_ADDRESS_SIZE, _NAME_SIZE, _SMALLEST = 13.0, 20.0, 9.0


@dataclass(frozen=True)
class AddressSide:
    """Postal code, address and the name with its 様, at the same places on every card."""

    postal_code: str
    address: Sequence[str]
    name: str

    def lay(self, setting: Setting, width: float) -> Laid:
        return _LaidAddress(self, setting)


class _LaidAddress(Laid):
    def __init__(self, side: AddressSide, setting: Setting) -> None:
        self.digits = "".join(sign for sign in side.postal_code if sign.isdecimal())
        self.face = setting.faces[fonts.FIXED_BOLD]
        self.address = _fitted([f"{line}\n" for line in side.address], setting, _ADDRESS_SIZE, _NAME_TOP - _TOP)
        self.name = _fitted([bold(side.name)], setting, _NAME_SIZE, 30 * MM)
        self.height = _NAME_TOP + self.name.height - FRAME_TOP

    def draw(self, pen: Pen, x: float, y: float) -> None:
        baseline = FRAME_TOP + (FRAME_HEIGHT - _DIGIT) / 2 + ASCENT * _DIGIT
        for left, digit in zip(FRAMES, self.digits, strict=False):
            at = left + (FRAME_WIDTH - self.face.width(digit, _DIGIT)) / 2
            pen.text(at, baseline, digit, self.face, _DIGIT)
        self.address.draw(pen, _LEFT, _TOP)
        self.name.draw(pen, _LEFT + 6 * MM, _NAME_TOP)


def _fitted(words: list[Text], setting: Setting, size: float, height: float) -> SetText:
    """The words as large as their place holds them."""
    while True:
        lines = set_text(words, setting, _WIDTH - 6 * MM, size, leading=1.4)  # type: ignore[arg-type]  # strings and runs
        if lines.height <= height or size <= _SMALLEST:
            return lines
        size -= 0.5
