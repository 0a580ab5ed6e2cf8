"""The leaflet 市からのSMSの見分け方 on paper: one sheet of A4 for counters, circulars and the first lesson of a class.

What must never happen: a number nobody has confirmed shown as if it were.
"""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import override

from city.models import CityProfile
from core.pdf.blocks import Banner, Box, Bullets, DefinitionList, Fill, Paragraph, PhoneBox
from core.pdf.page import Document, Footer, Header
from core.pdf.text import Run, Text, bold
from reminders.leaflet import Leaflet, leaflet

# Residents read Japanese, whatever language the clerk's screen speaks.
LANGUAGE = "ja"


def leaflet_pdf() -> bytes:
    """The leaflet, A4, one sheet."""
    with override(LANGUAGE):
        return _paper(leaflet(CityProfile.current())).to_bytes()


def _paper(said: Leaflet) -> Document:
    city = said.city
    address = urlsplit(said.address)
    paper = Document(
        title=_("How to recognise a text from the city"),
        author=city.name,
        header=Header(left=bold(city.name, 16 / 12), boxed=_("Please keep this")),
        footer=Footer(
            office=f"{city.name} {city.office_name}",
            note=_("This leaflet can be seen here, too:") if said.address else "",
            qr=said.address,
            path=f"{address.netloc}{address.path}",
        ),
        text_size=17,
        smallest=0.7,
        page_numbers=False,
    )
    paper.add(Banner(_("How to recognise a text from the city")))
    if not said.is_sending:
        paper.add(
            Box(_("At present the city sends no texts. Whatever text comes in its name is not from us."), dashed=True)
        )
    rows: list[tuple[Text, Text]] = [
        (_("It comes from"), bold(_sender(said), 20 / 16)),
        (_("It begins with"), bold(said.begins, 20 / 16)),
        (_("It says"), said.says),
    ]
    paper.add(DefinitionList(rows, size=16, label_scale=1))
    if said.example:
        paper.add(Box(bold(said.example), title=_("An example")))
    return paper.add(
        Box([Bullets([bold(each) for each in said.never])], title=_("What a text from the city never does")),
        Paragraph(_in_doubt(said)),
        Fill(),
        PhoneBox(
            city.office_phone,
            reason=_("If you are in doubt, call us. Do not call a number that stands in the text."),
            office=("" if city.office_phone_confirmed else _("(to be confirmed)")) + city.office_name,
            hours=city.office_hours_text,
            size=26,
            small=16,
            leading=1.35,
        ),
    )


def _sender(said: Leaflet) -> str:
    return said.sender or _("(to be confirmed)")


def _in_doubt(said: Leaflet) -> list[str | Run]:
    """What to do with a text that looks strange, and who else can be asked."""
    words: list[str | Run] = [_("Open no link, press nothing, and answer nothing. You can also ask:"), "\n"]
    for who, number in said.other_lines:
        words += [f"{who} ", bold(number, 20 / 16), "　"]
    return words
