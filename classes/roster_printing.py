"""The people of a lesson on paper, to be ticked with a pencil; and everybody of a run, for the office.

The sheet of a lesson lies open in a hall. What must never be on it: a telephone number, an address or a year of birth.
The list of the office has the numbers, says so in a frame, and stays there.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from city.models import CityProfile
from classes.models import CourseRun
from classes.people_list import PeopleList, Person
from classes.roster import Line, Roster
from core import wareki
from core.pdf.blocks import Paragraph, SmallPrint
from core.pdf.page import A4, Document, Footer, Header, landscape
from core.pdf.table import TICK, Column, TableBlock
from core.pdf.text import bold

# Room for those who come without having called; fewer where that many would take a sheet of their own.
WALK_IN_LINES = 4
# A pencil and eyes of 68 want room; a long list gives it up before it takes a second sheet.
ROOMY, NARROW = 11.4, 8.6  # millimetres
ROWS_OF_A_ROOMY_SHEET = 16


def sheet_number(roster: Roster) -> str:
    """The number by which the sheet finds back to its lesson: run and lesson."""
    return f"{roster.lesson.run_id}-{roster.lesson.ordinal}"


def roster_pdf(roster: Roster, *, code: str = "") -> bytes:
    """An A4 sheet with everybody of the lesson and a few blank lines; `code` opens the roster on a telephone."""
    lesson, city, address = roster.lesson, CityProfile.current(), sheet_address()
    title = _("%(course)s, lesson %(number)d") % {"course": lesson.run.course.title, "number": lesson.ordinal}
    paper = Document(
        title=_("Roster: %(title)s") % {"title": title},
        author=city.name,
        header=Header(left=bold(title, 15 / 12), boxed=_boxed(sheet_number(roster), code)),
        footer=Footer(
            phone=city.office_phone,
            office=city.office_name,
            note=_("Please bring this sheet back to the office."),
            qr=address if code else "",
            path=_without_scheme(address) if code else "",
        ),
    )
    leaders = pgettext("between two people", ", ").join(
        assignment.volunteer.name for assignment in lesson.assignments.select_related("volunteer")
    )
    paper.add(
        Paragraph([bold(wareki.span(lesson.starts_at, lesson.ends_at)), f"\n{lesson.venue}"]),
        *_over_capacity(lesson.run),
        SmallPrint(
            [
                _("Instructor and helpers: %(names)s") % {"names": leaders or "　" * 12},
                _("Tick one box for each person. Write people who came without registering on the blank lines."),
                *([_how_to_open(address)] if code else []),
            ]
        ),
        _table([_row(line) for line in roster.lines]),
    )
    return paper.to_bytes()


def sheet_address() -> str:
    """Where number and code of a sheet are typed in; empty where nobody has told the installation's own address."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('sheet_open')}" if settings.PUBLIC_BASE_URL else ""


def people_pdf(people: PeopleList) -> bytes:
    """Everybody of a run with telephone numbers, A4, lying: for the counter, and for the day the screen is dark."""
    run = people.run
    paper = list_of_people(run, title=_("People of “%(title)s”") % {"title": run.course.title})
    paper.add(*_over_capacity(run))
    waiting = pgettext("list of people", "Waiting") if run.seats_go_by_line else _("Waits for the decision")
    for caption, listed in ((pgettext("list of people", "With a seat"), people.seated), (waiting, people.waiting)):
        if listed:
            number = ngettext("%(count)d person", "%(count)d people", len(listed)) % {"count": len(listed)}
            rows = [_person_row(person) for person in listed]
            paper.add(TableBlock(_people_columns(), rows, size=11, row_height=8.4, caption=f"{caption}　{number}"))
    return paper.to_bytes()


def list_of_people(run: CourseRun, *, title: str) -> Document:
    """An empty list with telephone numbers, A4, lying, that stays in the office: when and where, without its table."""
    city = CityProfile.current()
    first = next((lesson for lesson in run.lessons.all() if lesson.cancelled_at is None), None)
    paper = Document(
        size=landscape(A4),
        title=title,
        author=city.name,
        header=Header(left=bold(title, 15 / 12), boxed=_("Within the office only")),
        footer=Footer(
            office=city.office_name, edition=_("Printed on %(day)s") % {"day": wareki.wareki(timezone.now())}
        ),
    )
    if first is not None:
        paper.add(Paragraph(f"{wareki.span(first.starts_at, first.ends_at)}　{first.venue}", size=13))
    return paper


def _over_capacity(run: CourseRun) -> list[Paragraph]:
    """How many people there are beyond the seats, for a run that has more people than seats."""
    seats = run.seats
    return [Paragraph([bold(seats.sentence)])] if seats.over else []


def _boxed(number: str, code: str) -> str:
    """What is read from the head of the sheet when it is typed in."""
    if not code:
        return _("Sheet %(number)s") % {"number": number}
    return _("Sheet %(number)s  Code %(code)s") % {"number": number, "code": code}


def _how_to_open(address: str) -> str:
    """What to do with the number and the code at the head of the sheet."""
    if not address:
        return _(
            "To tick on a telephone, ask the office for the address and type number and code. Only on the day itself."
        )
    return _("To tick on a telephone, open the address at the foot and type number and code. Only on the day itself.")


def _without_scheme(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}"


def _table(people: list[list[str]]) -> TableBlock:
    rows = people + [_blank_row()] * WALK_IN_LINES
    is_roomy = len(rows) <= ROWS_OF_A_ROOMY_SHEET
    size, height = (13.0, ROOMY) if is_roomy else (11.0, NARROW)
    return TableBlock(_columns(), rows, size=size, row_height=height, spare=WALK_IN_LINES)


def _columns() -> list[Column]:
    return [
        Column(_("No."), 12.5, align="right", figures=True),
        Column(pgettext("short", "Slip"), 17, figures=True),
        Column(_("Name"), share=2.1, strong=True),
        Column(_("Kana"), share=2.2),
        Column(_("First time"), 17.5, align="center"),
        Column(_("What to mind"), share=2),
        Column(pgettext("attendance", "Present"), 12, align="center"),
        Column(pgettext("attendance", "Late"), 12, align="center"),
        Column(pgettext("attendance", "Absent"), 12, align="center"),
    ]


def _row(line: Line) -> list[str]:
    first = _("first") if line.is_first_time else ""
    mind = _to_mind(line.needs, borrows=line.borrows)
    person, slip = line.resident, line.registration.slip
    return [str(line.number), slip, person.name, person.kana, first, mind, TICK, TICK, TICK]


def _to_mind(needs: str, *, borrows: bool) -> str:
    """That a device is to be laid out, and what the person agreed to have written down."""
    return "・".join(filter(None, [_("Loan device") if borrows else "", needs]))


def _blank_row() -> list[str]:
    return ["", "", "", "", "", "", TICK, TICK, TICK]


def _people_columns() -> list[Column]:
    return [
        Column(pgettext("short", "Slip"), 20, figures=True),
        Column(_("Name"), share=2, strong=True),
        Column(_("Kana"), share=2),
        Column(_("Telephone"), 38, figures=True),
        Column(pgettext("short", "Place in line"), 14, align="center"),
        Column(_("First time"), 15.5, align="center"),
        Column(_("What to mind"), share=2.4),
    ]


def _person_row(person: Person) -> list[str]:
    resident, registration = person.resident, person.registration
    return [
        registration.slip,
        resident.name,
        resident.kana,
        "\n".join(person.numbers),
        "" if registration.awaits_the_decision else str(person.place or ""),
        _("first") if person.is_first_time else "",
        _to_mind(person.needs, borrows=registration.borrows),
    ]
