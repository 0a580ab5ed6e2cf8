"""The call list on paper: for an office where two people share one screen, or when the screen is dark.

Ticked with a pen and typed back afterwards, sheet by sheet and line by line. It bears no more of a person than the call
needs: reading, name, number, and what is said.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from city.models import CityProfile
from core.pdf.blocks import Paragraph
from core.pdf.page import A4, Document, Footer, Header, landscape
from core.pdf.table import TICK, Column, TableBlock
from core.pdf.text import Text, bold
from core.wareki import clock, short_date, wareki
from reminders import told_together
from reminders.models import CallSheet, CallSheetLine, Outcome

# Lines for calls that are added by hand.
BLANK_LINES = 3


def call_sheet_paper(sheet: CallSheet, lines: Sequence[CallSheetLine]) -> bytes:
    """The calls of a sheet in the order of the screen, with a box to tick for each outcome; A4, lying."""
    city = CityProfile.current()
    facts = {"sheet": sheet.pk, "day": wareki(sheet.printed_at), "time": clock(sheet.printed_at)}
    title = _("Call list of %(day)s, sheet %(sheet)s") % facts
    paper = Document(
        size=landscape(A4),
        title=title,
        author=city.name,
        header=Header(
            left=title,
            right=_("Printed at %(time)s by %(name)s. Within the office only.")
            % {**facts, "name": sheet.printed_by.name},
        ),
        footer=Footer(phone=city.office_phone, office=city.office_name),
    )
    columns = [
        Column(_("No."), 11, align="right", strong=True),
        Column(_("Until"), 29),
        Column(_("Name and number"), 60),
        Column(_("What to say"), share=1),
        Column(pgettext("of a call", "Time"), 15),
        *[Column(str(outcome.label), 14.5, align="center") for outcome in Outcome],
    ]
    paper.add(
        Paragraph(
            _("Say who you are first: “%(office)s of %(city)s”.") % {"office": city.office_name, "city": city.name},
            size=12,
        ),
        TableBlock(
            columns, [_row(line) for line in lines] + [[""] * len(columns)] * BLANK_LINES, size=10, row_height=18
        ),
    )
    return paper.to_bytes()


def _row(line: CallSheetLine) -> list[Text]:
    task = line.task
    people = told_together.each_once(task.requests.all())
    gap = pgettext("between two people", ", ")
    names = gap.join(person.resident.name for person in people)
    kana = gap.join(person.resident.kana for person in people)
    dialled = task.phone.national if task.phone else str(task.get_reason_display())
    until: Text = f"{short_date(task.useless_after)}\n{clock(task.useless_after)}"
    if task.is_urgent:
        until = [f"{until}\n", bold(pgettext("of a call", "Urgent"))]
    said = people[0].body if people else ""
    return [
        str(line.number),
        until,
        [f"{kana}\n", bold(f"{names}\n", 1.2), bold(dialled, 1.4)],
        said,
        "",
        *[TICK] * len(Outcome),
    ]
