"""The sheet of calls about seats held: for an office where two people share one screen, or when the screen is dark.

It bears no more of a person than the call needs: reading, name, numbers, and what is read out.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from city.models import CityProfile
from classes.calls_to_make import Call
from core.pdf.blocks import Paragraph
from core.pdf.page import A4, Document, Footer, Header, landscape
from core.pdf.table import TICK, Column, TableBlock
from core.pdf.text import Run, Text, bold
from core.wareki import clock, short_date, wareki


def offer_sheet_paper(calls: Sequence[Call], *, by: User, now: datetime) -> bytes:
    """The calls in the order of calling, with a box to tick for each answer; A4, lying."""
    city = CityProfile.current()
    title = _("Calls about free seats, %(day)s") % {"day": wareki(now)}
    paper = Document(
        size=landscape(A4),
        title=title,
        author=city.name,
        header=Header(
            left=title,
            right=_("Printed at %(time)s by %(name)s. Within the office only.") % {"time": clock(now), "name": by.name},
        ),
        footer=Footer(phone=city.office_phone, office=city.office_name),
    )
    boxes = [
        pgettext("box on a sheet", "Comes"),
        pgettext("box on a sheet", "Not now (keeps waiting)"),
        pgettext("box on a sheet", "Gives up (cancelled)"),
        pgettext("box on a sheet", "Nobody in"),
        pgettext("box on a sheet", "The person told (answers later)"),
        pgettext("box on a sheet", "The family told (answers later)"),
    ]
    columns = [
        Column(_("Slip number"), 20, strong=True),
        Column(_("Answer by"), 29),
        Column(_("Name and number"), 54),
        Column(_("What to say"), share=1),
        Column(pgettext("of a call", "Time"), 15),
        *[Column(box, 15.5, align="center") for box in boxes],
    ]
    paper.add(
        Paragraph(
            _(
                "Write the time of each call and tick what came of it. Whoever was told and answers later keeps the "
                "seat until the time under “Answer by”. Type it in the same day, with “Type in the sheet”."
            ),
            size=12,
        ),
        TableBlock(columns, [_row(call, len(boxes)) for call in calls], size=10, row_height=18),
    )
    return paper.to_bytes()


def _row(call: Call, boxes: int) -> list[Text]:
    slips = "\n".join(registration.slip for registration in call.registrations)
    return [
        slips,
        _until(call),
        [*_people(call), *_numbers(call)],
        "\n".join(call.sentences),
        "",
        *[TICK] * boxes,
    ]


def _until(call: Call) -> Text:
    due = call.offer.answer_by
    lines = [f"{short_date(due)}\n{clock(due)}"]
    if call.is_overdue:
        lines.append(_("overdue"))
    if call.offer.attempts and call.offer.last_attempt_at:
        called = ngettext("%(number)s time", "%(number)s times", call.offer.attempts)
        last = call.offer.last_attempt_at
        lines += [_("Calls made"), called % {"number": call.offer.attempts}, f"（{short_date(last)} {clock(last)}）"]
    return "\n".join(lines)


def _people(call: Call) -> list[str | Run]:
    told: list[str | Run] = []
    for person in call.people:
        told += [f"{person.kana}\n", bold(f"{person.name}\n", 1.2)]
    return told


def _numbers(call: Call) -> list[str | Run]:
    told: list[str | Run] = []
    for line, relation, person in call.phones:
        whose = [person.name] if len(call.people) > 1 else []
        whose += [relation] if line.relation != "self" and relation else []
        whose += [line.memo] if line.memo else []
        told.append(bold(f"{line.phone.national}\n", 1.4))
        if whose:
            told.append("・".join(whose) + "\n")
    return told
