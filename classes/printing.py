"""The slip (受付票): what was agreed, in the hand of the person it was agreed with.

It is read at arm's length by people of eighty and pinned to the refrigerator. What must never happen: a wrong date, a
seat where there is only a place in line, a number nobody has confirmed shown as if it were, or words smaller than 16
points: what one sheet does not hold goes on to a second one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from city.models import CityProfile, Venue
from classes.announcing import LANGUAGE, are_alike, how_to_find, office_phone
from classes.models import CourseRun, Lesson, Registration
from classes.noticing import way_to_whoever_waits
from classes.promising import Promise, promises_to, told_of_decision
from classes.waiting_list import place_of
from core.pdf.blocks import BigDate, Block, DefinitionList, Heading, PhoneBox, SmallPrint
from core.pdf.page import A5, Document, Header
from core.pdf.pen import MM
from core.pdf.text import Run, Text, bold
from core.wareki import clock, local_date, short_date, spoken
from reminders.routing import Channel, Route

# Millimetres; what every printer still reaches.
NARROW_MARGINS = (7, 11, 6, 11)

State = Registration.State
Row = tuple


@dataclass(frozen=True)
class Layout:
    """How large a slip is set: its words in points, how far they may shrink, its title and its date."""

    text_size: float
    smallest: float = 1.0
    is_roomy: bool = False


ROOMY = Layout(18, smallest=16 / 18, is_roomy=True)
TIGHT = Layout(16)


@dataclass(frozen=True)
class Slip:
    """What one slip says, read once and laid out as often as it takes."""

    registration: Registration
    city: CityProfile
    lessons: Sequence[Lesson]
    rows: Sequence[Row]

    @property
    def title(self) -> str:
        """The name of the paper."""
        return _("Slip %(slip)s") % {"slip": self.registration.slip}

    def blocks(self, layout: Layout) -> list[Block]:
        """Course, date and the rest, in the order in which people look for it."""
        made: list[Block] = [Heading(self.registration.run.course.title, level=1 if layout.is_roomy else 3)]
        if self.lessons:
            made.append(big_date(self.lessons, is_roomy=layout.is_roomy))
        space = {} if layout.is_roomy else {"leading": 1.32, "between": 1 * MM}
        return [*made, DefinitionList(self.rows, size=16, label_scale=1, label_width=18 * MM, **space)]


def slip_pdf(registration: Registration) -> bytes:
    """The slip of one registration, A5."""
    with override(LANGUAGE):
        return _on_as_few_sheets_as_possible(slip_of(registration))


def slip_of(registration: Registration) -> Slip:
    """What the slip of a registration says."""
    return slips_of([registration])[0]


def slips_of(registrations: Sequence[Registration]) -> list[Slip]:
    """What the slips of people in one run say; the same few questions, however many people."""
    if not registrations:
        return []
    run, city = registrations[0].run, CityProfile.current()
    lessons = lessons_to_name(run)
    if run.is_off:
        return [Slip(each, city, [], _facts_of_one_off(each, lessons)) for each in registrations]
    promises = promises_to([each.resident for each in registrations], run)
    return [
        Slip(each, city, lessons, _facts(each, lessons, city, promise))
        for each, promise in zip(registrations, promises, strict=True)
    ]


def lessons_of(run: CourseRun) -> list[Lesson]:
    """The lessons that take place, with their venues, in their order."""
    prefetch_related_objects([run], "lessons__venue")
    return run.lessons_not_cancelled()


def lessons_to_name(run: CourseRun) -> list[Lesson]:
    """The lessons that are still ahead; once none is, all that took place, and where none does all that would have."""
    prefetch_related_objects([run], "lessons__venue")
    return run.lessons_ahead(timezone.now()) or run.lessons_to_tell()


def _on_as_few_sheets_as_possible(slip: Slip) -> bytes:
    """On one sheet in the largest type that it holds, else on two, which both say whose they are."""
    for layout in (ROOMY, TIGHT):
        paper = _paper(slip, layout)
        drawn = paper.to_bytes()
        if paper.page_count == 1:
            return drawn
    return _paper(slip, TIGHT, on_sheets=True).to_bytes()


def _paper(slip: Slip, layout: Layout, *, on_sheets: bool = False) -> Document:
    whose = f"　{slip.registration.slip}" if on_sheets else ""
    paper = Document(
        size=A5,
        title=slip.title,
        author=slip.city.name,
        header=Header(
            left=_("%(city)s　Smartphone classes") % {"city": slip.city.name} + whose,
            boxed=title_of(slip.registration),
        ),
        footer=office_at_the_foot(slip.city),
        text_size=layout.text_size,
        smallest=layout.smallest,
        margins=None if layout.is_roomy else NARROW_MARGINS,
    )
    return paper.add(*slip.blocks(layout))


def title_of(registration: Registration) -> str:
    """What kind of slip it is, in the frame at the top."""
    if registration.state == State.CANCELLED:
        return _("Cancelled slip")
    if registration.run.is_off:
        return _("Called off")
    if registration.state == State.CONFIRMED:
        return _("Slip")
    return _("Slip of the waiting list") if registration.run.seats_go_by_line else _("Slip of the application")


def big_date(lessons: Sequence[Lesson], *, is_roomy: bool = True) -> BigDate:
    """The first of these lessons, larger than anything else on the paper."""
    lesson = lessons[0]
    day, weekday = spoken(local_date(lesson.starts_at)).split("、")
    ends = _("until %(time)s") % {"time": clock(lesson.ends_at)}
    return BigDate(
        day=day,
        weekday=f"（{weekday}）",
        time=clock(lesson.starts_at),
        until=ends if is_roomy else "",
        beside="" if is_roomy else ends,
        part=_part_of_the_series(lessons),
        size=29 if is_roomy else 25,
        small=16,
    )


def _part_of_the_series(lessons: Sequence[Lesson]) -> str:
    """How many lessons there are; where these are not all of the run, which one of it is the first."""
    if [lesson.ordinal for lesson in lessons] != list(range(1, len(lessons) + 1)):
        return _("Lesson %(number)d") % {"number": lessons[0].ordinal}
    return _("%(number)d lessons in all") % {"number": len(lessons)} if len(lessons) > 1 else ""


def _facts(registration: Registration, lessons: Sequence[Lesson], city: CityProfile, promise: Promise) -> list[Row]:
    """The rest of what was agreed, in the order in which people look for it."""
    run = registration.run
    rows = dates_and_places(lessons)
    if run.to_bring:
        rows.append((_("Bring"), run.to_bring))
    if registration.borrows:
        rows.append((_("Loan device"), _("We have one ready for you to use.")))
    rows.append((_("Your name"), _name(registration), _("slip no. %(slip)s") % {"slip": registration.slip}))
    if registration.state == State.WAITING and registration.offers.open().exists():
        # It is posted to whoever cannot be called: the only word of the seat.
        asking = _("Please tell us soon whether you come. Without an answer we ask the next in line.")
        rows.append((_("Seat"), [bold(_("A seat is free for you now.")), f"\n{asking}"]))
        return rows
    if registration.state == State.WAITING:
        rows.append(_instead_of_a_seat(registration))
    if told := _word_from_us(registration, city, promise):
        rows.append((_("Word from us"), told))
    return rows


def _facts_of_one_off(registration: Registration, lessons: Sequence[Lesson]) -> list[Row]:
    """What is left of what was agreed: no day as large as one to come to, nothing to bring, no place and no word."""
    days = "".join(f"\n{short_date(lesson.starts_at)} {clock(lesson.starts_at)}" for lesson in lessons)
    off = _("Called off"), [bold(_("It does not take place.")), days]
    return [off, (_("Your name"), _name(registration), _("slip no. %(slip)s") % {"slip": registration.slip})]


def place_of_lesson(venue: Venue) -> list[str | Run]:
    """The venue in bold, its room, where it is and how it is found; what nobody has checked says so."""
    words: list[str | Run] = [bold(venue.name, 18 / 16)]
    if venue.room:
        words.append(f"　{venue.room}")
    if found := how_to_find(venue):
        words.append(f"\n{found}")
    if not venue.is_confirmed:
        words.append(_("(to be confirmed)"))
    return words


def dates_and_places(lessons: Sequence[Lesson]) -> list[Row]:
    """Where the first lesson is, and when and where the others are: in few words where hour and place are the same."""
    if not lessons:
        return []
    place = pgettext("on the slip", "Place"), place_of_lesson(lessons[0].venue)
    if not are_alike(lessons):
        return [place, *_lessons_one_by_one(lessons)]
    return [_days_at_the_same_hour(lessons[1:]), place] if len(lessons) > 1 else [place]


def _days_at_the_same_hour(lessons: Sequence[Lesson]) -> Row:
    is_one = len(lessons) == 1
    label = _("Lesson %(number)d") % {"number": lessons[0].ordinal} if is_one else _("Further lessons")
    days = "　".join(short_date(lesson.starts_at) for lesson in lessons)
    return label, [bold(days), "\n", _("Always at the same time in the same place.")]


def _lessons_one_by_one(lessons: Sequence[Lesson]) -> Iterator[Row]:
    """A row for each lesson after the first; where they are in several places, every place once with the way to it."""
    are_apart = len({lesson.venue_id for lesson in lessons}) > 1
    described = {lessons[0].venue_id}
    for lesson in lessons[1:]:
        words: list[str | Run] = [
            bold(f"{short_date(lesson.starts_at)} {clock(lesson.starts_at)}"),
            _(" until %(time)s") % {"time": clock(lesson.ends_at)},
        ]
        if are_apart:
            is_known = lesson.venue_id in described
            words += ["\n", *([bold(lesson.venue.name)] if is_known else place_of_lesson(lesson.venue))]
            described.add(lesson.venue_id)
        yield _("Lesson %(number)d") % {"number": lesson.ordinal}, words


def _name(registration: Registration) -> list[str | Run]:
    """The name, and with how many people they come: who the others are is not for every refrigerator."""
    words: list[str | Run] = [bold(_("%(name)s (to)") % {"name": registration.resident.name}, 18 / 16)]
    if others := companions_of(registration):
        words.append("　" + ngettext("and %(count)d other", "and %(count)d others", others) % {"count": others})
    return words


def companions_of(registration: Registration) -> int:
    """How many people come together with this one."""
    return sum(each.pk != registration.pk for each in _party_of(registration))


def _instead_of_a_seat(registration: Registration) -> Row:
    """The place in line, or the lot, or when the office decides."""
    run = registration.run
    if run.seats_go_by_line:
        return _("Seat"), bold(_("Your place in line is number %(place)d.") % {"place": place_of(registration)})
    until = {"day": short_date(run.last_day_of_reception)}
    if run.selection == CourseRun.Selection.LOTTERY:
        lot = bold(_("Lot number %(lot)s") % {"lot": lot_of(registration)}, 18 / 16)
        when = _("Applications are taken until %(day)s, then lots are drawn.") % until
        return _("Lottery"), [lot, f"\n{when}"]
    return _("Decision"), _("Applications are taken until %(day)s, then the office decides.") % until


def lot_of(registration: Registration) -> str:
    """The number by which people find their lot: their slip number, in a party that of whoever registered first."""
    if registration.lot is not None:
        return registration.lot.label
    return min([registration, *_party_of(registration)], key=attrgetter("slip_number")).slip


def _party_of(registration: Registration) -> list[Registration]:
    """Those of a party who stand alike, seated or waiting, this person too; reads them, prefetched or not."""
    members = registration.party.members.all() if registration.party else []
    return [each for each in members if each.state in Registration.ACTIVE and each.state == registration.state]


def _word_from_us(registration: Registration, city: CityProfile, promise: Promise) -> str:
    """How the person hears from the office, and from which number; `promise` is how they are reminded."""
    if registration.state == State.CANCELLED:
        return ""
    if registration.state == State.WAITING:
        person, run = registration.resident, registration.run
        way = way_to_whoever_waits(person, run)
        told = told_of_decision(person, way, run, sending=promise.outlook, city=city)
        return told.words + _sender(told.way, city)
    return promise.words and promise.words + _sender(promise.way, city)


def _sender(way: Route, city: CityProfile) -> str:
    """From which number a text or a call comes, so that nobody takes another one for it; empty where none comes."""
    if way.channel == Channel.SMS and city.sms_sender:
        return _(" The text comes from %(number)s.") % {"number": city.sms_sender}
    return call_from(city) if way.channel == Channel.CALL and way.phone else ""


def call_from(city: CityProfile) -> str:
    """From which number the office calls, so that nobody takes another caller for it."""
    return _(" The call comes from %(number)s.") % {"number": office_phone(city)}


def office_at_the_foot(city: CityProfile, *, reason: str = "") -> list[Block]:
    """Whom to ring and why, and in small print what the office does with what it was told."""
    small_print = [city.purpose_notice, _("Our text messages carry no link. Do not open one that does.")]
    return [office_box(city, reason=reason or _("If you cannot come, or have a question")), SmallPrint(small_print)]


def office_box(city: CityProfile, *, reason: Text) -> PhoneBox:
    """The office's number, large; one that nobody has confirmed says so."""
    unsure = "" if city.office_phone_confirmed else _("(to be confirmed)")
    return PhoneBox(
        city.office_phone,
        reason=reason,
        office=f"{unsure}{city.office_name}",
        hours=city.office_hours_text,
        size=26,
        small=16,
        leading=1.35,
    )
