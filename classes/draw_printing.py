"""The draw on paper: the list that is handed round before the dice are thrown, and the result that is put up.

Both hang on walls. What must never be on them: more of a person than the slip, or the seed before the lots are drawn.
People find themselves by their slip number.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from city.models import CityProfile
from classes import lottery, preferences
from classes.drawing import FEWEST_FIGURES
from classes.models import Draw, Lot
from classes.printing import LANGUAGE
from core.pdf.blocks import Block, Bullets, DefinitionList, Heading, Listing, Paragraph
from core.pdf.page import Document, Footer, Header
from core.pdf.table import Column, TableBlock
from core.pdf.text import Run, Text, bold
from core.wareki import day_and_time

# As much of a ticket as eyes compare.
TICKET_SHOWN = 12


def list_pdf(draw: Draw) -> bytes:
    """The lots as they are fixed, in the order of the slips, with the seal of the seed and the digest of the list."""
    with override(LANGUAGE):
        lots = lottery.listed(draw)
        paper = _paper(draw, _("List of the lots"))
        paper.add(
            Heading(draw.run.course.title),
            DefinitionList(
                [
                    (_("Lots"), _lots_and_people(lots)),
                    (_("Listed"), _moment(draw.listed_at)),
                    (_("To give"), _to_give(draw)),
                    (_("Seal of the seed"), _figures(draw.seed_digest)),
                    (_("Digest of this list"), _figures(lottery.list_digest(draw))),
                ],
                size=12,
            ),
            Heading(_("How the lots are drawn"), level=3),
            Bullets([*preferences.rules_in_words(draw.run), *_what_follows()], size=12),
            TableBlock(
                [
                    Column(_("Lot"), 28, figures=True, strong=True),
                    Column(_("Together with slips"), share=2, figures=True),
                    Column(_("People"), 18, align="right"),
                    Column(_("Rules that fit"), 28, align="right"),
                ],
                [[lot.label, _others(lot), str(lot.size), str(lot.points)] for lot in lots],
                row_height=7,
            ),
        )
        return paper.to_bytes()


def result_pdf(draw: Draw) -> bytes:
    """The lots in the order drawn, the seed that is no secret any more, and the lines that repeat the draw."""
    with override(LANGUAGE):
        lots = lottery.in_drawn_order(draw)
        paper = _paper(draw, _("Result of the draw"))
        paper.add(
            Heading(draw.run.course.title),
            DefinitionList(
                [
                    (_("Number thrown"), bold(draw.public_number, 18 / 12)),
                    (_("Drawn"), _moment(draw.drawn_at)),
                    (_("To give"), _to_give(draw)),
                    (_("Lots"), _lots_and_people(lots)),
                    (_("Seed"), _figures(draw.seed)),
                    (_("Seal of the seed"), _figures(draw.seed_digest)),
                    (_("Digest of the list"), _figures(lottery.list_digest(draw))),
                ],
                size=12,
            ),
            TableBlock(
                [
                    Column(pgettext("in a draw", "Place"), 14, align="right"),
                    Column(_("Slips"), share=2, figures=True, strong=True),
                    Column(_("Rules that fit"), 26, align="right"),
                    Column(pgettext("seats that a lot asks for", "Seats"), 16, align="right"),
                    Column(pgettext("that a lot asks for", "Devices"), 18, align="right"),
                    Column(_("Ticket begins with"), 32, figures=True),
                    Column(_("Result"), 26),
                ],
                [_result_row(lot) for lot in lots],
                row_height=7,
            ),
            Heading(_("How anybody can repeat the draw"), level=2),
            *_how_to_repeat(draw),
        )
        return paper.to_bytes()


def _paper(draw: Draw, kind: str) -> Document:
    city = CityProfile.current()
    return Document(
        title=f"{kind} {draw.run_id}",
        author=city.name,
        header=Header(left=_("%(city)s　Smartphone classes") % {"city": city.name}, boxed=kind),
        footer=Footer(
            phone=city.office_phone, office=city.office_name, note=_("People find themselves by their slip.")
        ),
    )


def _what_follows() -> list[str]:
    return [
        _("The list stands. Now a die is thrown %(fewest)d times or more before everybody's eyes.")
        % {"fewest": FEWEST_FIGURES},
        _("The seed is shown afterwards. Whoever keeps this paper can check that neither seed nor list was changed."),
    ]


def _how_to_repeat(draw: Draw) -> Sequence[Block]:
    return [
        Paragraph(
            _(
                "Get the file %(file)s from the office, put it into a folder, and let Python 3 run these lines there."
                " They print the seal, then every lot with its place. The seal is the one on the flyer."
            )
            % {"file": lottery.result_name(draw)},
            size=12,
        ),
        Listing(lottery.procedure(draw)),
        Paragraph(
            _(
                "For one lot alone: its ticket is the SHA-256 of seed, number and lot with colons between them."
                " On Linux and macOS:"
            ),
            size=12,
        ),
        Listing(f"printf '{draw.seed}:{draw.public_number}:{_any_label(draw)}' | sha256sum", size=8.5),
    ]


def _any_label(draw: Draw) -> str:
    return lottery.in_drawn_order(draw)[0].label


def _result_row(lot: Lot) -> list[Text]:
    slips = "　".join(lottery.slips_of(lot))
    return [
        str(lot.rank), slips, str(lot.points), str(lot.seats), str(lot.devices), lot.ticket[:TICKET_SHOWN], _said(lot)
    ]  # fmt: skip


def _said(lot: Lot) -> Text:
    if lot.is_won:
        return bold(_("Won"))
    return _("Waits") if lot.seats else _("Asks for nothing any more")


def _others(lot: Lot) -> str:
    return "　".join(lottery.slips_of(lot)[1:])


def _lots_and_people(lots: Sequence[Lot]) -> str:
    return _("%(lots)d (people: %(people)d)") % {"lots": len(lots), "people": sum(lot.size for lot in lots)}


def _to_give(draw: Draw) -> str:
    seats, devices = lottery.to_give(draw)
    return _("seats: %(seats)d, devices to borrow: %(devices)d") % {"seats": seats, "devices": devices}


def _figures(digest: str) -> Text:
    """Sixty-four figures in groups of eight, as one reads them out."""
    groups = [digest[start : start + 8] for start in range(0, len(digest), 8)]
    return Run(" ".join(groups[:4]) + "\n" + " ".join(groups[4:]), fixed=True)


def _moment(value: datetime | None) -> str:
    return day_and_time(value) if value else ""
