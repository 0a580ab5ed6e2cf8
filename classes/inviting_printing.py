"""The list from which the office calls whoever asked to be told of classes: it has the numbers, so it stays there."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from city.codes import labels
from city.models import Code
from classes.models import CourseRun
from classes.roster_printing import list_of_people
from core import wareki
from core.pdf.blocks import Paragraph, SmallPrint
from core.pdf.table import TICK, Column, TableBlock
from core.pdf.text import bold
from residents.models import Resident


def invitations_pdf(run: CourseRun, people: Sequence[Resident]) -> bytes:
    """Everybody who may be told of a run, A4, lying, with a box for each answer."""
    paper = list_of_people(run, title=_("To be told of “%(title)s”") % {"title": run.course.title})
    number = ngettext("%(count)d person", "%(count)d people", len(people)) % {"count": len(people)}
    whose = labels(Code.Kind.RELATION)
    paper.add(
        Paragraph([bold(run.seats.sentence)]),
        SmallPrint(
            [
                _("These people asked to be told of classes. Reception is open until %(closes)s.")
                % {"closes": wareki.day_and_time(run.reception_closes_at)},
                _(
                    "Whoever wants to come is registered at the desk. Whoever wants to be told no more: take the tick "
                    "away on the person’s page."
                ),
            ]
        ),
        TableBlock(_columns(), [_row(person, whose) for person in people], size=11, row_height=8.4, caption=number),
    )
    return paper.to_bytes()


def _columns() -> list[Column]:
    return [
        Column(_("Name"), share=2, strong=True),
        Column(_("Kana"), share=2),
        Column(_("Telephone"), share=2.4, figures=True),
        Column(pgettext("told of a class", "Registered"), 27, align="center"),
        Column(pgettext("told of a class", "Not this time"), 27, align="center"),
        Column(pgettext("told of a class", "Not reached"), 27, align="center"),
        Column(pgettext("told of a class", "Told no more"), 27, align="center"),
    ]


def _row(person: Resident, whose: dict[str, str]) -> list[str]:
    numbers = [
        f"{line.phone.national}（{whose.get(line.relation, line.relation)}）" for line in person.phone_lines_to_call
    ]
    return [person.name, person.kana, "\n".join(numbers) or _("no telephone"), TICK, TICK, TICK, TICK]
