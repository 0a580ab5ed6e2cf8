"""The call list on paper: for an office where two people share one screen, or when the screen is dark.

Ticked with a pen and recorded afterwards, in the same order as on the screen.
"""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from city.models import CityProfile
from core.pdf.blocks import Paragraph
from core.pdf.page import A4, Document, Footer, Header, landscape
from core.pdf.table import TICK, Column, TableBlock
from core.pdf.text import Text, bold
from core.wareki import clock, short_date, wareki
from reminders.models import CallTask, Outcome

# Lines for calls that are added by hand.
BLANK_LINES = 3


def call_list_paper(tasks: list[CallTask], *, now: datetime) -> bytes:
    """The calls in the order of the screen, with a box to tick for each outcome; A4, lying."""
    city = CityProfile.current()
    paper = Document(
        size=landscape(A4),
        title=_("Call list of %(day)s") % {"day": wareki(now)},
        author=city.name,
        header=Header(
            left=_("Call list of %(day)s") % {"day": wareki(now)},
            right=_("Printed at %(time)s. Within the office only.") % {"time": clock(now)},
        ),
        footer=Footer(phone=city.office_phone, office=city.office_name),
    )
    paper.add(
        Paragraph(
            _("Say who you are first: “%(office)s of %(city)s”.") % {"office": city.office_name, "city": city.name}
        ),
        TableBlock(
            [
                Column(_("No."), 11, align="right"),
                Column(_("Until"), 31),
                Column(_("Name and number"), 62),
                Column(_("What to say"), share=1),
                *[Column(str(outcome.label), 15, align="center") for outcome in Outcome],
            ],
            [_row(number, task) for number, task in enumerate(tasks, start=1)] + [[""] * 10] * BLANK_LINES,
            size=9.5,
            row_height=15,
        ),
    )
    return paper.to_bytes()


def _row(number: int, task: CallTask) -> list[Text]:
    people = list(task.requests.all())
    gap = pgettext("between two people", ", ")
    names = gap.join(person.resident.name for person in people)
    kana = gap.join(person.resident.kana for person in people)
    dialled = task.phone.national if task.phone else str(task.get_reason_display())
    until = f"{short_date(task.useless_after)}\n{clock(task.useless_after)}"
    said = people[0].body if people else ""
    return [
        str(number),
        until,
        [f"{kana}\n", bold(f"{names}\n", 1.15), bold(dialled, 1.3)],
        said,
        *[TICK] * len(Outcome),
    ]
