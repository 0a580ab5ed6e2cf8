"""Postcards (はがき): the address on one side, the reminder on the other, card after card for a printer of both sides.

What must never happen: the words of one person on the card of another, or a word about a class beside the address.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from city.models import CityProfile
from core.pdf.blocks import BigDate, Block, DefinitionList, Heading, Paragraph, PhoneBox, SmallPrint
from core.pdf.page import POSTCARD, Document, bind
from core.pdf.pen import MM
from core.pdf.postcard import FRAME_TOP, AddressSide
from core.pdf.text import Text, bold
from core.wareki import clock, local_date, spoken
from reminders.models import Request
from reminders.postcards import Card, cards_of
from residents.models import Resident

# Residents read Japanese, whatever language the clerk's screen speaks.
LANGUAGE = "ja"


def postcards_pdf(requests: Sequence[Request]) -> bytes:
    """A card for each request: its address, and behind it what is said."""
    with override(LANGUAGE):
        city, cards = CityProfile.current(), cards_of(requests)
        sides = [
            side
            for request in requests
            for side in (_address(request.resident, city), _words(request, cards.get(request.pk), city))
        ]
        return bind(sides, title=_("Postcards"))


def _address(person: Resident, city: CityProfile) -> Document:
    side = AddressSide(person.postal_code, [person.address], _("%(name)s (to)") % {"name": person.name})
    edge = FRAME_TOP / MM
    paper = Document(size=POSTCARD, title=_("Postcards"), author=city.name, margins=(edge, 0, 0, 0), page_numbers=False)
    return paper.add(side)


def _words(request: Request, card: Card | None, city: CityProfile) -> Document:
    phone = PhoneBox(
        city.office_phone,
        reason=_("If you cannot come, or have a question"),
        office=("" if city.office_phone_confirmed else _("(to be confirmed)")) + city.office_name,
        hours=city.office_hours_text,
        size=20,
        small=10.5,
        leading=1.3,
    )
    paper = Document(
        size=POSTCARD,
        title=_("Postcards"),
        author=city.name,
        margins=(8, 8, 7, 8),
        footer=[phone, SmallPrint([_("You need not answer this postcard. %(city)s") % {"city": city.name}])],
        text_size=16,
        smallest=0.6,
        page_numbers=False,
    )
    said: list[Block] = _of_card(card) if card else [Paragraph(request.body, size=15)]
    return paper.add(Paragraph(_("%(name)s (to)") % {"name": request.resident.name}, size=12), *said)


def _of_card(card: Card) -> list[Block]:
    day, weekday = spoken(local_date(card.starts_at)).split("、")
    rows: list[tuple[Text, Text]] = [(label, bold(value)) for label, value in card.facts]
    return [
        Heading(_("This is to remind you of your class"), level=3),
        Heading(card.title, level=2),
        BigDate(
            day=day,
            weekday=f"（{weekday}）",
            time=clock(card.starts_at),
            beside=_("until %(time)s") % {"time": clock(card.ends_at)},
            size=19,
            small=12,
        ),
        DefinitionList(rows, size=12.5, label_scale=1),
    ]
