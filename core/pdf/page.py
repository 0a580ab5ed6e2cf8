"""A paper from its first block to its bytes: pages, head and foot, page x of y, bookmarks, language and title.

Every page that leaves the office says which paper it is, whom to ring, and which page of how many. The same blocks and
the same moment always give the same bytes, so that a stored edition can be compared with a fresh one.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from reportlab import rl_config

from core.pdf.blocks import Block, BreakMark, FillMark, Frame, Laid, LaidStack, LaidText, phone_line
from core.pdf.glyphs import Substitution
from core.pdf.pen import MM, PaperCanvas, Pen
from core.pdf.qr import draw_qr
from core.pdf.text import Run, Setting, Text, bold, plain, set_text, sized

rl_config.useA85 = 0  # a quarter larger files and a slow pure-Python encoder, for nothing that reads PDF today
rl_config.pdfComments = 0

Size = tuple[float, float]
A4: Size = (210 * MM, 297 * MM)
A5: Size = (148 * MM, 210 * MM)
POSTCARD: Size = (100 * MM, 148 * MM)

HEAD_GAP = 4.5 * MM
FOOT_GAP = 4 * MM


def landscape(size: Size) -> Size:
    """The same sheet lying on its long side."""
    return max(size), min(size)


@dataclass(frozen=True)
class Header:
    """The line at the top of every page: what this is, and whose; `boxed` stands in a frame at the right."""

    left: Text = ""
    right: Text = ""
    boxed: str = ""

    def lay(self, setting: Setting, width: float) -> Laid:
        return _LaidHeader(self, setting, width)


class _LaidHeader(Laid):
    def __init__(self, header: Header, setting: Setting, width: float) -> None:
        size = 12.0 * min(setting.scale, 1.25)
        right: Text = bold(header.boxed, 16 / 12) if header.boxed else header.right
        self.boxed = bool(header.boxed)
        self.right = set_text(right, setting, width * 0.5, size, align="right")
        self.inset = 3 * MM if self.boxed else 0.0
        taken = self.right.natural_width + 2 * self.inset + 4 * MM if plain(right) else 0.0
        self.left = set_text(header.left, setting, width - taken, size)
        self.width = width
        self.frame = Frame(0, 0, 0, radius=0, width=0.5 * MM)
        self.height = max(self.left.height, self.right.height + (1 * MM if self.boxed else 0)) + 1.5 * MM

    def draw(self, pen: Pen, x: float, y: float) -> None:
        self.left.draw(pen, x, y)
        self.right.width = self.right.natural_width
        at = x + self.width - self.inset - self.right.width
        if self.boxed:
            self.frame.draw(pen, at - self.inset, y - 1, self.right.width + 2 * self.inset, self.right.height + 2)
        self.right.draw(pen, at, y)
        pen.line(x, y + self.height, x + self.width, y + self.height, width=0.6 * MM)


@dataclass(frozen=True)
class Footer:
    """The foot of every page: QR and printed path, a word of comfort, the office's number, edition, page x of y."""

    phone: str = ""
    office: str = ""
    note: Text = ""
    edition: Text = ""
    qr: str = ""
    path: str = ""

    def lay(self, setting: Setting, width: float) -> Laid:
        return _LaidFooter(self, setting, width)


class _LaidFooter(Laid):
    qr_size = 18 * MM

    def __init__(self, footer: Footer, setting: Setting, width: float) -> None:
        self.footer = footer
        self.setting = setting
        self.width = width
        scale = min(setting.scale, 1.2)
        self.size = 12.0 * scale
        self.left = self.qr_size + 4 * MM if footer.qr else 0.0
        self.edition = set_text(footer.edition, setting, width * 0.45, self.size, align="right")
        right = max(self.edition.natural_width, 34 * MM * scale)
        room = width - self.left - right - 3 * MM
        rows: list[Laid] = []
        if plain(footer.note):
            rows.append(LaidText(set_text(footer.note, setting, room, self.size)))
        if footer.phone:
            rows.append(LaidText(phone_line(footer.phone, footer.office, setting, room, 20.0 * scale)))
        elif footer.office:
            rows.append(LaidText(set_text(footer.office, setting, room, self.size)))
        if footer.path:
            rows.append(LaidText(set_text(footer.path, setting, room, 10.0 * scale)))
        self.words = LaidStack(rows, room)
        self.height = 3 * MM + max(
            self.qr_size if footer.qr else 0.0, self.words.height, self.edition.height + 24.0 * scale
        )

    def draw(self, pen: Pen, x: float, y: float) -> None:
        pen.line(x, y, x + self.width, y, width=0.6 * MM)
        body = self.height - 3 * MM
        top = y + 3 * MM
        if self.footer.qr:
            draw_qr(pen, self.footer.qr, x, top + (body - self.qr_size) / 2, self.qr_size)
        self.words.draw(pen, x + self.left, top + (body - self.words.height) / 2)
        self.edition.draw(pen, x + self.width - self.edition.width, top)

    def draw_page_number(self, pen: Pen, x: float, y: float, page: int, pages: int) -> None:
        scale = self.size / 12.0
        number = set_text(
            _page_words(page, pages), self.setting, self.width, self.size, align="right", leading=1.3, phrases=False
        )
        number.draw(pen, x, y + self.height - number.height - 1.2 * scale)


def _page_words(page: int, pages: int) -> list[Run]:
    """The page number as the language says it, the two figures large."""
    words = _("Page %(page)s / %(pages)s") % {"page": "\0", "pages": "\1"}
    figures = {"\0": bold(str(page), 1.5), "\1": bold(str(pages), 1.5)}
    parts = (part for part in re.split("([\0\1])", words) if part)
    return [figures.get(part) or sized(part, 1.5 if part.strip() == "/" else 1.0) for part in parts]


@dataclass
class _Page:
    placed: list[tuple[float, Laid]] = field(default_factory=list)
    fill_from: int | None = None


class Document:
    """A paper in the making: give it blocks with `add`, take its bytes with `to_bytes`.

    `text_size` is 16 points, or 22 for large print. `smallest` below 1 lets a one-page slip shrink that far before it
    runs on to a second page; `continued` is the head of that one where the first has another. After `to_bytes`,
    `page_count` and `substitutions` tell what became of it.
    """

    def __init__(  # noqa: PLR0913 - a paper has many properties, and every one a default
        self,
        *,
        title: str,
        size: Size = A4,
        author: str = "",
        language: str = "ja",
        header: Header | None = None,
        continued: Header | None = None,
        footer: Footer | Sequence[Block] | None = None,
        text_size: float = 16.0,
        margins: tuple[float, float, float, float] | None = None,
        smallest: float = 1.0,
        page_numbers: bool = True,
        made_at: dt.datetime | None = None,
    ) -> None:
        self.title = title
        self.size = size
        self.author = author
        self.language = language
        self.header = header
        self.continued = continued or header
        self.footer = footer
        self.text_size = text_size
        top, side, bottom = (11, 12, 9) if min(size) < 180 * MM else (13, 15, 11)
        self.margins = (
            tuple(edge * MM for edge in margins) if margins else (top * MM, side * MM, bottom * MM, side * MM)
        )
        self.smallest = smallest
        self.page_numbers = page_numbers
        self.made_at = made_at or dt.datetime.now(dt.UTC)
        self.blocks: list[Block] = []
        self.page_count = 0
        self.substitutions: list[Substitution] = []

    def add(self, *blocks: Block) -> Document:
        """Append blocks; gives the document back."""
        self.blocks += blocks
        return self

    def to_bytes(self) -> bytes:
        """The finished PDF; raises fonts.FontsMissing when the machine has no Japanese font."""
        return bind([self], title=self.title)

    def draw_on(self, pen: Pen, marks: _Bookmarks) -> None:
        """Draw the pages of this paper behind what the pen has drawn already."""
        shrink = 1.0
        while True:
            setting = Setting(self.text_size * shrink)
            pages, heads, foot = self._paginate(setting)
            if len(pages) <= 1 or shrink - 0.05 < self.smallest - 0.001:
                break
            shrink -= 0.05
        self.page_count = len(pages)
        self._draw(pages, heads, foot, setting, pen, marks)
        self.substitutions = list(dict.fromkeys(setting.told))

    def _paginate(self, setting: Setting) -> tuple[list[_Page], list[Laid | None], Laid | None]:
        """The pages, with the head of the first and that of all others, and the foot."""
        width = self.size[0] - self.margins[1] - self.margins[3]
        heads = [header.lay(setting, width) if header else None for header in (self.header, self.continued)]
        foot = self._lay_footer(setting, width)
        tops = [self.margins[0] + (head.height + HEAD_GAP if head else 0.0) for head in heads]
        bottom = self.size[1] - self.margins[2] - (foot.height + FOOT_GAP if foot else 0.0)
        waiting = [block.lay(setting, width) for block in self.blocks]
        return _into_pages(waiting, tops, bottom), heads, foot

    def _lay_footer(self, setting: Setting, width: float) -> Laid | None:
        if self.footer is None:
            return None
        if isinstance(self.footer, Footer):
            return self.footer.lay(setting, width)
        return LaidStack([block.lay(setting, width) for block in self.footer], width)

    def _draw(
        self,
        pages: list[_Page],
        heads: list[Laid | None],
        foot: Laid | None,
        setting: Setting,
        pen: Pen,
        marks: _Bookmarks,
    ) -> None:
        left = self.margins[3]
        for number, page in enumerate(pages, 1):
            if head := heads[min(number, len(heads)) - 1]:
                head.draw(pen, left, self.margins[0])
            for y, laid in page.placed:
                if laid.bookmark:
                    marks.add(laid.bookmark, laid.level, self.size[1] - y)
                laid.draw(pen, left, y)
            if foot:
                foot.draw(pen, left, self.size[1] - self.margins[2] - foot.height)
            self._draw_page_number(pen, foot, number, len(pages), setting)
            pen.new_page()

    def _draw_page_number(self, pen: Pen, foot: Laid | None, page: int, pages: int, setting: Setting) -> None:
        if not self.page_numbers:
            return
        left = self.margins[3]
        if isinstance(foot, _LaidFooter):
            foot.draw_page_number(pen, left, self.size[1] - self.margins[2] - foot.height, page, pages)
        elif pages > 1:
            width = self.size[0] - left - self.margins[1]
            words = set_text(_page_words(page, pages), setting, width, 10.0, align="right", phrases=False)
            words.draw(pen, left, self.size[1] - self.margins[2] - 1)


def bind(papers: Sequence[Document], *, title: str) -> bytes:
    """Papers of one size in one file, to be printed in one go; each keeps its own head, foot and page numbers."""
    first = papers[0]
    canvas = PaperCanvas(
        io.BytesIO(), pagesize=first.size, invariant=1, lang=first.language, pdfVersion=(1, 7), pageCompression=1
    )
    canvas._doc._timeStamp = _Moment(first.made_at)  # noqa: SLF001 - reportlab only offers "now" or the year 2000
    canvas.setTitle(title)
    canvas.setAuthor(first.author)
    canvas.setSubject("")
    canvas.setCreator("Kakehashi")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    pen, marks = Pen(canvas, first.size[1]), _Bookmarks(canvas)
    for paper in papers:
        paper.draw_on(pen, marks)
    for embedded in pen.embedded.values():
        embedded.write(canvas._doc)  # noqa: SLF001 - fonts are written once all their characters are known
    return canvas.getpdfdata()


def _into_pages(waiting: list[Laid], tops: list[float], bottom: float) -> list[_Page]:
    """Place laid blocks on pages: headings stay with what follows, and nothing overflows that can be cut.

    The first page begins at the first of the tops, every other one at the second.
    """
    pages = [_Page()]
    y, top = tops
    queue = list(reversed(waiting))
    while queue:
        laid = queue.pop()
        page = pages[-1]
        if isinstance(laid, BreakMark):
            if page.placed and queue:
                _settle(page, bottom)
                pages.append(_Page())
                y = top
            continue
        if isinstance(laid, FillMark):
            page.fill_from = len(page.placed)
            continue
        start = y + (laid.before if page.placed else 0.0)
        laid = laid.trimmed(bottom - start)
        needed = laid.height
        if laid.keep_with_next and queue:
            needed += laid.after + queue[-1].before + queue[-1].least()
        if start + needed <= bottom + 0.01:
            page.placed.append((start, laid))
            y = start + laid.height + laid.after
            continue
        together = getattr(laid, "together", False) and laid.height <= bottom - top
        cut = None if together or laid.keep_with_next else laid.split(bottom - start)
        if cut:
            page.placed.append((start, cut[0]))
            queue.append(cut[1])
        elif not page.placed:
            page.placed.append((start, laid))
            y = start + laid.height + laid.after
            continue
        else:
            queue.append(laid)
        _settle(page, bottom)
        pages.append(_Page())
        y = top
    _settle(pages[-1], bottom)
    return pages


def _settle(page: _Page, bottom: float) -> None:
    """Push what stands after a Fill down to the foot."""
    if page.fill_from is None or page.fill_from >= len(page.placed):
        return
    last_y, last = page.placed[-1]
    spare = bottom - last_y - last.height
    page.placed[page.fill_from :] = [(y + spare, laid) for y, laid in page.placed[page.fill_from :]]


class _Bookmarks:
    """The outline of the file; a level is never more than one deeper than the one before."""

    def __init__(self, canvas: PaperCanvas) -> None:
        self.canvas = canvas
        self.count = 0
        self.level = -1

    def add(self, title: str, level: int, top: float) -> None:
        self.count += 1
        self.level = min(level, self.level + 1)
        name = f"b{self.count}"
        self.canvas.bookmarkPage(name, fit="XYZ", left=0, top=top + 10)
        self.canvas.addOutlineEntry(" ".join(title.split()), name, self.level)


class _Moment:
    """A fixed time in the shape in which reportlab wants it."""

    def __init__(self, moment: dt.datetime) -> None:
        self.t = moment.timestamp()
        self.lt = moment.timetuple()
        self.YMDhms = tuple(self.lt)[:6]
        offset = int((moment.utcoffset() or dt.timedelta()).total_seconds())
        self.dhh, self.dmm = offset // 3600, offset % 3600 // 60
