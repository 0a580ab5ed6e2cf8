"""Small screens drawn for the starter guides: a telephone or a machine, filled from top to bottom.

They show what matters at a step and nothing else, on purpose not a maker's real screen. An element that is to be
touched says so with `mark`, the number of the action, and the mark lies exactly on it.
"""

from dataclasses import dataclass, field
from typing import Any, Self

from core.scene import Mark, Scene

WIDTH = 300
LEFT, RIGHT = 24, 276
ROOM = RIGHT - LEFT
BLUE = "#0017c1"
PALE = "#f2f2f2"

Place = tuple[float, float, float, float]  # left, top, width, height


@dataclass
class Drawing:
    """A screen in the making; every method adds one element under the last and gives the drawing back."""

    height: int
    items: list[dict[str, Any]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    y: float = 74

    def words(self, *lines: str, size: int = 17, bold: bool = False) -> Self:
        """Lines of text in the middle of the screen."""
        for line in lines:
            self.y += size * 1.25
            self._add("text", x=WIDTH / 2, y=self.y, text=line, size=size, bold=bold)
        self.y += 12
        return self

    def bar(self, text: str) -> Self:
        """A grey bar with a heading, as over a form."""
        self._add("rect", x=LEFT, y=self.y, w=ROOM, h=36, fill="#e6e6e6")
        self._add("text", x=WIDTH / 2, y=self.y + 24, text=text, size=17)
        self.y += 48
        return self

    def field(self, text: str = "", *, label: str = "", mark: int | None = None) -> Self:
        """A field to type into, with its label above."""
        if label:
            self._add("text", x=LEFT, y=self.y + 15, text=label, size=15, anchor="start")
            # Room for the mark's number, which stands on the upper left corner.
            self.y += 36 if mark else 22
        self._add("field", x=LEFT, y=self.y, w=ROOM, h=38, text=text, size=17)
        self._frame((LEFT, self.y, ROOM, 38), mark)
        self.y += 52
        return self

    def button(self, text: str, *, mark: int | None = None, light: bool = False, wide: bool = True) -> Self:
        """A button; a light one is not the next thing to press."""
        width = ROOM if wide else 120
        left = LEFT if wide else RIGHT - width
        self._add("button", x=left, y=self.y, w=width, h=46, text=text, size=19, fill="#ffffff" if light else BLUE)
        self._frame((left, self.y, width, 46), mark)
        self.y += 64
        return self

    def rows(self, *texts: str, mark: tuple[int, int] | None = None, height: int = 46) -> Self:
        """A list to choose from; `mark` is (which row from 1, number)."""
        self._add("rows", x=LEFT, y=self.y, w=ROOM, row_height=height, texts=list(texts), size=17)
        if mark:
            row, number = mark
            self._frame((LEFT, self.y + (row - 1) * height + 4, ROOM, height - 8), number)
        self.y += height * len(texts) + 14
        return self

    def tiles(self, *texts: str, mark: tuple[int, int] | None = None) -> Self:
        """Two buttons in a row, as on a machine in a shop; `mark` is (which tile from 1, number)."""
        width, height, gap = (ROOM - 16) / 2, 66, 14
        for index, text in enumerate(texts):
            left = LEFT + (index % 2) * (width + 16)
            top = self.y + (index // 2) * (height + gap)
            self._add("button", x=left, y=top, w=width, h=height, text=text, size=18, fill="#ffffff")
            if mark and mark[0] == index + 1:
                self._frame((left, top, width, height), mark[1])
        self.y += -(-len(texts) // 2) * (height + gap)
        return self

    def keypad(
        self, labels: str = "123456789", *, columns: int = 3, height: int = 150, mark: int | None = None
    ) -> Self:
        """Keys with one character each; a space leaves a gap."""
        keys = [label.strip() for label in labels]
        self._add("keypad", x=LEFT + 10, y=self.y + 8, w=ROOM - 20, h=height, labels=keys, columns=3, size=21)
        self._frame((LEFT + 10, self.y + 8, ROOM - 20, height), mark)
        self.y += height + 24
        return self

    def boxes(self, count: int = 4, filled: int = 0) -> Self:
        """Small boxes that show how many figures were typed, never which."""
        side, gap = 34, 12
        left = (WIDTH - count * side - (count - 1) * gap) / 2
        for index in range(count):
            x = left + index * (side + gap)
            self._add("rect", x=x, y=self.y, w=side, h=side, fill="#ffffff", stroke="#767676", width=2)
            if index < filled:
                self._add("circle", x=x + side / 2, y=self.y + side / 2, r=6, fill="#1a1a1a")
        self.y += side + 12
        return self

    def card(self, text: str = "マイナンバーカード", *, mark: int | None = None, height: int = 100) -> Self:
        """A card, without face and number."""
        self.y += 8
        self._add("card", x=60, y=self.y, w=180, h=height, text=text, size=17)
        self._frame((60, self.y, 180, height), mark)
        self.y += height + 16
        return self

    def bubble(self, *lines: str, mark: int | None = None) -> Self:
        """A message that came in."""
        height = 24 * len(lines) + 22
        self._add("rect", x=LEFT, y=self.y, w=ROOM, h=height, radius=14, fill=PALE, stroke="#767676", width=2)
        for index, line in enumerate(lines):
            self._add("text", x=LEFT + 14, y=self.y + 30 + 24 * index, text=line, size=16, anchor="start")
        self._frame((LEFT, self.y, ROOM, height), mark)
        self.y += height + 14
        return self

    def cross(self) -> Self:
        """A thick cross over the middle: do not do this."""
        for x1, x2 in ((90, 210), (210, 90)):
            self._add("line", x1=x1, y1=self.y - 110, x2=x2, y2=self.y + 10, stroke="#4d4d4d", width=9)
        return self

    def arrow_down(self) -> Self:
        """An arrow that says: put it down there."""
        self._add("arrow", x1=WIDTH / 2, y1=self.y - 6, x2=WIDTH / 2, y2=self.y + 34, width=9)
        self.y += 44
        return self

    def icon(self, text: str, *, x: float, y: float, size: float = 54, mark: int | None = None) -> Self:
        """A small square with a word under it, as an application on a telephone; its place is given, not stacked."""
        self._add("rect", x=x, y=y, w=size, h=size, radius=12, fill=PALE, stroke="#1a1a1a", width=2)
        self._add("text", x=x + size / 2, y=y + size + 20, text=text, size=15)
        self._tap(x + size / 2, y + size / 2, mark)
        return self

    def scene(self, description: str) -> Scene:
        """The finished picture; raises core.scene.SceneError when an element cannot be drawn."""
        scene = Scene(WIDTH, self.height, self.items, desc=description)
        scene.shapes()
        return scene

    def _add(self, kind: str, **values: Any) -> None:
        self.items.append({"kind": kind, **values})

    def _tap(self, x: float, y: float, number: int | None) -> None:
        """A ring around a place."""
        if number is not None:
            self.marks.append(Mark("tap", x=_part(x / WIDTH), y=_part(y / self.height), number=number))

    def _frame(self, place: Place, number: int | None) -> None:
        """A dashed frame a little outside of the element, so that it hides nothing."""
        if number is None:
            return
        x, y, w, h = place
        mark = Mark(
            "frame",
            x=_part((x - 6) / WIDTH),
            y=_part((y - 6) / self.height),
            w=_part((w + 12) / WIDTH),
            h=_part((h + 12) / self.height),
            number=number,
        )
        self.marks.append(mark)


def phone(title: str = "", *, height: int = 370) -> Drawing:
    """A telephone with a heading on its screen."""
    drawing = Drawing(height)
    drawing.items.append({"kind": "phone", "x": 4, "y": 4, "w": 292, "h": height - 8, "title": title})
    return drawing


def machine(title: str = "", *, height: int = 290) -> Drawing:
    """The screen of a machine, such as the copier in a shop."""
    drawing = Drawing(height, y=74)
    drawing.items.append({"kind": "screen", "x": 4, "y": 4, "w": 292, "h": height - 8, "title": title})
    return drawing


def _part(fraction: float) -> float:
    return round(fraction, 4)
