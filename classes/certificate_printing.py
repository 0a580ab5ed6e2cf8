"""The certificate (修了証): a sheet for the wall of somebody who learned to use a telephone at eighty.

A4 lying, black on white, without a signature: whose name and seal belong under it is for the city to say (要確認).
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from city.models import CityProfile
from classes.announcing import LANGUAGE
from classes.certificates import Certified
from classes.models import Registration
from core.pdf.blocks import Block, Box, Paragraph, Spacer
from core.pdf.page import A4, Document, bind, landscape
from core.pdf.pen import MM
from core.pdf.text import bold
from core.wareki import date_range, wareki

# In points. What does not fit is set smaller, and never smaller than three fifths: a long title still is one sheet.
TITLE, NAME, WORDS, CITY = 48.0, 36.0, 22.0, 26.0
SMALLEST = 0.6


def certificates_pdf(certified: Certified, registrations: Sequence[Registration]) -> bytes:
    """A sheet for each of these people of a run."""
    with override(LANGUAGE):
        city = CityProfile.current()
        papers = [_certificate(each, certified, city) for each in registrations]
        return bind(papers, title=_("Certificates for “%(title)s”") % {"title": certified.run.course.title})


def _certificate(registration: Registration, certified: Certified, city: CityProfile) -> Document:
    title = _("Certificate")
    return Document(
        title=f"{title} {registration.slip}",
        author=city.name,
        size=landscape(A4),
        margins=(16, 18, 14, 18),
        smallest=SMALLEST,
        page_numbers=False,
    ).add(Box([Spacer(10), *_words(registration, certified, city, title=title), Spacer(20)], size=WORDS))


def _words(registration: Registration, certified: Certified, city: CityProfile, *, title: str) -> list[Block]:
    lessons = certified.lessons
    named = _("%(name)s (to)") % {"name": registration.resident.name}
    when = date_range(lessons[0].starts_at, lessons[-1].starts_at)
    return [
        Paragraph(bold(title), size=TITLE, align="center", after=10 * MM),
        Paragraph(bold(named), size=NAME, align="center", after=10 * MM),
        Paragraph(
            _("This certifies that you have completed “%(title)s” (%(when)s, lessons: %(count)d).")
            % {"title": certified.run.course.title, "when": when, "count": len(lessons)},
            size=WORDS,
            after=12 * MM,
        ),
        Paragraph(wareki(lessons[-1].starts_at), size=WORDS, align="right", after=2 * MM),
        Paragraph(bold(city.name), size=CITY, align="right"),
    ]
