"""Letters in envelopes with a window: the outcome of a draw, and the slip for whoever cannot come to fetch it.

A letter is read at home by somebody who may have waited for it for weeks. What must never happen: the outcome of one
person in the envelope of another, a word of it in the window, a promise that the run's rules do not make, or words
smaller than 16 points: what one sheet does not hold goes on to a second one, which says whose it is.
"""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from city.models import CityProfile
from classes.announcing import LANGUAGE, office_phone
from classes.letters import Outcome, Recipients
from classes.models import CourseRun, Registration
from classes.printing import (
    ROOMY,
    Slip,
    call_from,
    lessons_to_name,
    lot_of,
    office_at_the_foot,
    slip_of,
    slips_of,
    title_of,
)
from classes.waiting_list import place_of
from core.pdf.blocks import Block, Bullets, DefinitionList, Heading, Paragraph
from core.pdf.envelope import LetterHead
from core.pdf.page import Document, Header, bind
from core.pdf.table import TICK, Column, TableBlock
from core.pdf.text import Text, bold
from core.wareki import span, wareki
from residents.models import Resident

# In points; a letter is set as large as one sheet holds it, and never smaller than a slip.
LARGE, SMALLEST = ROOMY.text_size, ROOMY.text_size * ROOMY.smallest


def letter_pdf(registration: Registration, outcome: Outcome) -> bytes:
    """The letter that tells one person the outcome."""
    with override(LANGUAGE):
        (paper,) = _letters([registration], outcome, CityProfile.current())
        return paper.to_bytes()


def letters_pdf(run: CourseRun, recipients: Recipients, outcome: Outcome) -> bytes:
    """All letters of one outcome in one file, and at its end the list of those who are called instead."""
    with override(LANGUAGE):
        city = CityProfile.current()
        papers = _letters(recipients.by_letter, outcome, city)
        if recipients.by_telephone:
            papers.append(_call_list(run, recipients.by_telephone, outcome, city))
        return bind(papers, title=f"{_title(run, outcome)}　{run.course.title}")


def posted_slip_pdf(registration: Registration) -> bytes:
    """The slip on a sheet of A4 to be folded into an envelope: the same words, under the address."""
    with override(LANGUAGE):
        slip = slip_of(registration)
        paper = _sheet(registration, slip.city, title=slip.title)
        return paper.add(Heading(title_of(registration), level=2), *slip.blocks(ROOMY)).to_bytes()


def _letters(registrations: Sequence[Registration], outcome: Outcome, city: CityProfile) -> list[Document]:
    """A letter to each of these people of one run; the same few questions, however many letters."""
    if outcome == Outcome.SEAT:
        return [_letter(slip.registration, outcome, city, _seat(slip)) for slip in slips_of(registrations)]
    return [_letter(each, outcome, city, _no_seat(each, city)) for each in registrations]


def _letter(registration: Registration, outcome: Outcome, city: CityProfile, content: Sequence[Block]) -> Document:
    title = _title(registration.run, outcome)
    has_seat = outcome == Outcome.SEAT
    paper = _sheet(
        registration,
        city,
        title=f"{title} {registration.slip}",
        reason=_("If you cannot come, please call us soon")
        if has_seat
        else _("If you do not want to wait, or have a question"),
    )
    return paper.add(Heading(title, level=2), *content)


def _title(run: CourseRun, outcome: Outcome) -> str:
    """What the letter is about; who opens it reads the outcome first."""
    is_drawn = run.selection == CourseRun.Selection.LOTTERY
    if outcome == Outcome.SEAT:
        return _("You have won a seat") if is_drawn else _("You have a seat")
    return _("What came of the draw") if is_drawn else _("What came of your application")


def _sheet(registration: Registration, city: CityProfile, *, title: str, reason: str = "") -> Document:
    """A sheet with the address at its head and the office at its foot; a second one bears name and number instead."""
    person = registration.resident
    name = _("%(name)s (to)") % {"name": person.name}
    sender: list[Text] = [
        wareki(timezone.now()),
        f"{city.name} {city.office_name}",
        _("Telephone %(number)s") % {"number": office_phone(city)},
    ]
    paper = Document(
        title=title,
        author=city.name,
        continued=Header(left=bold(name), right=_("slip no. %(slip)s") % {"slip": registration.slip}),
        footer=office_at_the_foot(city, reason=reason),
        text_size=LARGE,
        smallest=SMALLEST / LARGE,
    )
    return paper.add(LetterHead(_address(person), name, sender))


def _address(person: Resident) -> list[str]:
    """Postal code and address; the sign of the post alone where a hand writes them."""
    return [f"〒{person.postal_code}", person.address]


def _seat(slip: Slip) -> list[Block]:
    """The seat is the slip: what is brought along is this letter."""
    told = Paragraph(_("We have a seat for you. This letter is your slip, so please keep it."))
    return [told, *slip.blocks(ROOMY)]


def _no_seat(registration: Registration, city: CityProfile) -> list[Block]:
    run = registration.run
    is_drawn = run.selection == CourseRun.Selection.LOTTERY
    told = (
        _("Thank you for applying. The lots were drawn, and we are sorry to have no seat for you this time.")
        if is_drawn
        else _("Thank you for applying. We are sorry to have no seat for you this time.")
    )
    rows: list[tuple[Text, Text]] = [(_("Class"), bold(run.course.title))]
    rows += [
        (_("Lesson %(number)d") % {"number": each.ordinal}, span(each.starts_at, each.ends_at))
        for each in lessons_to_name(run)[:1]
    ]
    rows.append((_("Slip number"), registration.slip))
    if is_drawn:
        rows.append((_("Lot number"), lot_of(registration)))
    rows.append((_("Your place in line"), bold(_("place %(place)s") % {"place": place_of(registration)}, 18 / 16)))
    return [Paragraph(told), DefinitionList(rows, size=16, label_scale=1), Bullets(_what_follows(run, city))]


def _what_follows(run: CourseRun, city: CityProfile) -> list[str]:
    """What the person may count on; the next draw only where this run's rules say so."""
    told = [_("When a seat becomes free, we call those who wait in this order.") + call_from(city)]
    if run.selection == CourseRun.Selection.LOTTERY:
        if "lost_before" in run.preferences:
            told.append(
                _("For a year you are preferred in draws that have this rule, until you have a seat in a drawn class.")
            )
        told.append(_("How the lots were drawn, and how to check it, can be seen at the counter."))
    return told


def _call_list(run: CourseRun, people: Sequence[Registration], outcome: Outcome, city: CityProfile) -> Document:
    """Who has no address, with the numbers to call; the last sheet, which stays in the office."""
    paper = Document(
        title=_("To be called"),
        author=city.name,
        header=Header(left=bold(f"{_title(run, outcome)}　{run.course.title}"), boxed=_("To be called")),
    )
    columns = [
        Column(_("Slip number"), 24, figures=True),
        Column(_("Name"), share=1.2, strong=True),
        Column(_("Kana"), share=1.2),
        Column(_("Telephone"), 40, figures=True),
        *([Column(pgettext("short", "Place in line"), 16, align="center")] if outcome == Outcome.NO_SEAT else []),
        Column(_("Told"), 16, align="center"),
    ]
    return paper.add(
        Paragraph(_("These people have no address on record. Please call them. Within the office only."), size=13),
        TableBlock(columns, [_call_row(each, outcome) for each in people], size=12, row_height=10),
    )


def _call_row(registration: Registration, outcome: Outcome) -> list[str]:
    """Whoever has a seat stands in no line."""
    person = registration.resident
    numbers = "\n".join(line.phone.national for line in person.phone_lines_to_call)
    place = [str(place_of(registration))] if outcome == Outcome.NO_SEAT else []
    return [registration.slip, person.name, person.kana, numbers, *place, TICK]
