"""A guide on paper: the outline drawn by the office's own page maker, ordinary at 16 points or large at 22.

Every page says whom to ring and which page of how many it is. A finished paper is kept under the whole of what it says;
when the telephone number, a fact or a stamp changes, the key changes with it, and no old paper can come out.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.pdf.blocks import (
    Block,
    Box,
    DefinitionList,
    Heading,
    KeepTogether,
    NumberedAction,
    Paragraph,
    PhoneBox,
    care_box,
    ok_box,
)
from core.pdf.page import Document, Footer, Header
from core.pdf.pen import MM
from core.pdf.pictures import Picture, Source
from core.pdf.steps import StepRow
from core.pdf.text import Run, bold, ruby
from core.pdf.text import key as screen_key
from materials.models import Edition
from materials.notation import Words
from materials.outline import Facts, Glossary, Help, Opening, Outline, PictureBlock, StepBlock, outline

ORDINARY, LARGE = 16.0, 22.0  # points
# In large print this becomes 20 points, and the whole opening finds room on the first sheet.
FACTS_LARGE = 14.5
# What a step may take up of a page of large print, with head and foot, so that it stays on one sheet.
LARGE_STEP = 208 * MM
# Papers drawn by an older version of this module are not taken from the cache.
LAYOUT = 2
KEPT_SECONDS = 30 * 24 * 60 * 60


def guide_pdf(edition: Edition, *, large: bool = False, ruby: bool = False) -> bytes:
    """The paper of an edition, with readings if wished; drawn once as long as it says the same."""
    said = outline(edition, ruby=ruby)
    address = guide_address(edition)
    if not edition.is_published:
        return draw(said, address=address, large=large)
    key = _key(said, address, large=large)
    papers = caches["papers"]
    paper = papers.get(key)
    if paper is None:
        paper = draw(said, address=address, large=large, made_at=edition.published_at)
        papers.set(key, paper, KEPT_SECONDS)
    return paper


def guide_address(edition: Edition) -> str:
    """Where the guide is read on a screen, for the QR code; empty when the installation does not know its address."""
    base = settings.PUBLIC_BASE_URL
    return f"{base}{edition.guide.get_absolute_url()}" if base else ""


def draw(said: Outline, *, address: str = "", large: bool = False, made_at: datetime | None = None) -> bytes:
    """The outline as a PDF; the same outline and moment give the same bytes."""
    opening, office, imprint = said.opening, said.help, said.imprint
    title = f"{opening.title}（{opening.system}）"
    unconfirmed = "" if office.phone_confirmed else _("(to be confirmed)")
    document = Document(
        title=title,
        author=said.city,
        header=Header(title, said.city),
        footer=Footer(
            phone=office.phone,
            office=unconfirmed + office.office,
            note=_text(office.sentence),
            edition=f"{imprint.edition}　{imprint.checked}",
            qr=address,
            path=_printed(address),
        ),
        text_size=LARGE if large else ORDINARY,
        made_at=made_at,
    )
    for block in _on_paper(said):
        document.add(*_drawn(block, large=large))
    return document.to_bytes()


def _key(said: Outline, address: str, *, large: bool) -> str:
    whole = repr((LAYOUT, said, address, large, get_language()))
    return "guide:" + hashlib.sha256(whole.encode()).hexdigest()


def _printed(address: str) -> str:
    """The address without what nobody types."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}" if address else ""


def _on_paper(said: Outline) -> list[object]:
    """The blocks to be drawn: the office's number stands at the foot of every page, so only the last is a box."""
    last = max(at for at, block in enumerate(said.blocks) if isinstance(block, Help))
    return [block for at, block in enumerate(said.blocks) if at == last or not isinstance(block, Help)]


def _drawn(block: object, *, large: bool) -> list[Block]:
    """One block of the outline as blocks of paper."""
    match block:
        case Opening():
            return _opening(block)
        case Facts():
            rows = [(_text(fact.label), _lines(fact.lines)) for fact in block.facts]
            return [DefinitionList(rows, size=FACTS_LARGE if large else ORDINARY)] if rows else []
        case StepBlock():
            return [_step(block)]
        case Help():
            return [_help(block)]
        case Glossary():
            return _glossary(block)
    return []


def _opening(block: Opening) -> list[Block]:
    crumb = "　".join(part for part in (block.procedure, block.system) if part)
    blocks: list[Block] = [Paragraph(crumb, size=14.0, after=0), Heading(_text(block.title))]
    if block.summary:
        blocks.append(Paragraph(_text(block.summary), size=17.0))
    blocks += [Box(bold(stamp), dashed=True, fill=0.95, size=14.0) for stamp in block.stamps]
    return blocks


def _step(block: StepBlock) -> StepRow:
    words: list[Block] = [NumberedAction(number, _text(action)) for number, action in enumerate(block.actions, start=1)]
    if block.plain_text:
        words.append(Paragraph(_text(block.plain_text), size=15.0))
    if block.expected:
        words.append(ok_box(_text(block.expected), _("It worked if")))
    if block.caution:
        words.append(care_box(_text(block.caution), _("Be careful")))
    picture = Picture(_source(block.picture), block.picture.marks) if block.picture else None
    return StepRow(block.number, _text(block.title), picture, words, most_height=LARGE_STEP)


def _source(picture: PictureBlock) -> Source:
    if picture.scene is not None:
        return picture.scene
    with default_storage.open(picture.file_name) as file:
        return file.read()


def _help(block: Help) -> PhoneBox:
    note = "" if block.phone_confirmed else _("(to be confirmed)")
    return PhoneBox(block.phone, _text(block.sentence), block.office, block.hours, note=note)


def _glossary(block: Glossary) -> list[Block]:
    entries: list[Block] = []
    for entry in block.entries:
        reading = f"（{entry.reading}）" if entry.reading and entry.reading != entry.word else ""
        entries.append(Paragraph([bold(entry.word), reading], size=16.0, after=0))
        entries.append(Paragraph(_text(entry.explanation), size=15.0))
    heading = Heading(_("Words in this guide"), level=2)
    return [
        KeepTogether([heading, *entries[:2]]),
        *(KeepTogether(entries[at : at + 2]) for at in range(2, len(entries), 2)),
    ]


def _lines(lines: Sequence[Words]) -> list[str | Run]:
    text: list[str | Run] = []
    for index, line in enumerate(lines):
        text += ["\n"] * bool(index) + _text(line)
    return text


def _text(said: Words) -> list[str | Run]:
    """Words of the outline as runs of paper."""
    return [_run(run.text, run.reading, is_key=run.is_key) for run in said.runs]


def _run(text: str, reading: str, *, is_key: bool) -> str | Run:
    if is_key:
        return screen_key(text)
    return ruby(text, reading) if reading else text
