"""What the city's paper prints of a run (広報): plain text to be copied, from the run's record and nothing else.

What must never happen: a name of a resident in it, a date without its weekday, or a telephone number nobody has
confirmed shown as if it were.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from city.models import CityProfile, Code, Venue
from classes.devices import ANY_DEVICE, course_words
from classes.models import Course, CourseRun, Lesson
from classes.preferences import choices, names
from core.wareki import clock, clock_range, local_date, short_date, span

# Residents read Japanese, whatever language the clerk's screen speaks.
LANGUAGE = "ja"
# What a corner of the paper holds.
SHORT = 120
# The paper sets figures, letters and signs as wide as kanji.
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


@dataclass(frozen=True)
class Announcement:
    """A run for the city's paper: in one corner of it, and in full."""

    short: str
    full: str


def announcement(run: CourseRun) -> Announcement:
    """What the paper prints of a run, in Japanese and in wide signs."""
    with override(LANGUAGE):
        city = CityProfile.current()
        prefetch_related_objects([run], "lessons__venue")
        lessons = run.lessons_to_tell()
        return Announcement(_short(run, lessons, city), _full(run, lessons, city))


def for_whom(course: Course) -> str:
    """On which device it is taught, and at which level."""
    words = course_words()
    level = words[Code.Kind.LEVEL].get(course.level, "")
    if course.device == ANY_DEVICE:
        who = _("Anybody, whatever the device")
    else:
        who = _("People who use: %(device)s") % {"device": words[Code.Kind.DEVICE].get(course.device, course.device)}
    return f"{who}（{level}）" if level else who


def how_many(run: CourseRun) -> str:
    """The seats and how they are given."""
    seats = ngettext("%(count)d person", "%(count)d people", run.capacity) % {"count": run.capacity}
    given = {
        CourseRun.Selection.FIRST_COME: _("first come, first served"),
        CourseRun.Selection.LOTTERY: _("drawn by lot if more apply"),
        CourseRun.Selection.COUNTER: _("the office decides"),
    }
    return f"{seats}（{given[CourseRun.Selection(run.selection)]}）"


def loan_devices(run: CourseRun) -> str:
    """How many people can do without a device of their own."""
    told = ngettext(
        "%(count)d device can be borrowed. Tell us when you apply.",
        "%(count)d devices can be borrowed. Tell us when you apply.",
        run.loan_devices,
    )
    return told % {"count": run.loan_devices}


def reception(run: CourseRun) -> str:
    """From when to when one can apply."""
    return _("From %(opens)s to %(closes)s") % {
        "opens": f"{short_date(run.reception_opens_at)}{clock(run.reception_opens_at)}",
        "closes": closing(run),
    }


def closing(run: CourseRun, *, gap: str = "") -> str:
    """Until when one can apply: day and hour, and the last day alone where reception closes as it ends."""
    day = short_date(run.last_day_of_reception)
    if run.last_day_of_reception != local_date(run.reception_closes_at):
        return day
    return f"{day}{gap}{clock(run.reception_closes_at)}"


def office_phone(city: CityProfile) -> str:
    """The office's number; one that nobody has confirmed says so."""
    unsure = "" if city.office_phone_confirmed else _("(to be confirmed)")
    return f"{city.office_phone}{unsure}"


def how_to_find(venue: Venue) -> str:
    """The address of a venue and how one gets there; empty when neither is on record."""
    return "。".join(part.strip("。") for part in (venue.address, venue.directions) if part)


def are_alike(lessons: Sequence[Lesson]) -> bool:
    """Whether all lessons are at the same hours in the same place, so that both need to be said once."""
    return len({(clock(each.starts_at), clock(each.ends_at), each.venue_id) for each in lessons}) == 1


def _full(run: CourseRun, lessons: Sequence[Lesson], city: CityProfile) -> str:
    lines = [_("Smartphone class “%(title)s”") % {"title": run.course.title}]
    if run.is_off:
        lines.append(_("It does not take place."))
    lines += [run.course.summary] if run.course.summary else []
    lines += [f"▷{label}　{value}" for label, value in _rows(run, lessons, city)]
    return "\n".join(_wide(line) for line in lines)


def _rows(run: CourseRun, lessons: Sequence[Lesson], city: CityProfile) -> Iterator[tuple[str, str]]:
    """The facts as the paper heads them, in its order."""
    if lessons:
        yield pgettext("in the city's paper", "Date and time"), _dates(lessons)
    for venue in {lesson.venue_id: lesson.venue for lesson in lessons}.values():
        yield pgettext("in the city's paper", "Place"), _place(venue)
    yield _("For whom"), for_whom(run.course)
    yield _("How many"), how_many(run)
    if preferred := _preferred(run):
        yield _("Preferred"), preferred
    if run.loan_devices:
        yield _("Loan device"), loan_devices(run)
    if run.to_bring:
        yield _("Bring"), run.to_bring
    yield pgettext("in the city's paper", "Application"), reception(run)
    yield (
        pgettext("in the city's paper", "Apply to"),
        _("%(office)s, by telephone (%(phone)s) or at the counter. %(hours)s")
        % {"office": city.office_name, "phone": office_phone(city), "hours": city.office_hours_text},
    )


def _dates(lessons: Sequence[Lesson]) -> str:
    if len(lessons) == 1:
        return span(lessons[0].starts_at, lessons[0].ends_at)
    if are_alike(lessons):
        days = "、".join(short_date(lesson.starts_at) for lesson in lessons)
        hours = clock_range(lessons[0].starts_at, lessons[0].ends_at)
        return _("%(days)s, each time %(hours)s") % {"days": days, "hours": hours}
    places = len({lesson.venue_id for lesson in lessons}) > 1
    return "、".join(
        span(lesson.starts_at, lesson.ends_at) + (f"（{lesson.venue.name}）" if places else "") for lesson in lessons
    )


def _preferred(run: CourseRun) -> str:
    """Who is preferred, in a few words; how exactly the lots are drawn stands on the flyer."""
    if run.selection == CourseRun.Selection.FIRST_COME:
        return ""
    preferred = names(key for key, _name in choices() if key in run.preferences)
    return "、".join(_("people: %(who)s") % {"who": who} for who in preferred)


def _place(venue: Venue) -> str:
    found = how_to_find(venue)
    unsure = "" if venue.is_confirmed else _("(to be confirmed)")
    return f"{venue}（{found}）{unsure}" if found else f"{venue}{unsure}"


def _short(run: CourseRun, lessons: Sequence[Lesson], city: CityProfile) -> str:
    first = lessons[0] if lessons else None
    facts = {
        "title": run.course.title,
        "date": f"{short_date(first.starts_at)}{clock(first.starts_at)}" if first else "",
        "more": _(" and others, %(number)d in all") % {"number": len(lessons)} if len(lessons) > 1 else "",
        "venue": first.venue.name if first else "",
        "many": how_many(run),
        "closes": short_date(run.last_day_of_reception),
        "office": city.office_name,
        "phone": office_phone(city),
    }
    wordings = _wordings_of_one_off if run.is_off else _wordings
    found = (_wide(text) for text in wordings(facts))
    return next((text for text in found if len(text) <= SHORT), _barest(facts, wordings))


def _wordings(facts: dict[str, str]) -> Iterator[str]:
    """From the fullest wording of the corner to the barest."""
    yield (
        _("“%(title)s” ▷%(date)s%(more)s ▷%(venue)s ▷%(many)s ▷Apply by %(closes)s: %(office)s, tel. %(phone)s") % facts
    )
    yield _("“%(title)s” ▷%(date)s%(more)s ▷%(venue)s ▷Apply by %(closes)s: tel. %(phone)s") % facts


def _wordings_of_one_off(facts: dict[str, str]) -> Iterator[str]:
    """The same where there is nothing to apply for."""
    yield _("“%(title)s” ▷%(date)s%(more)s ▷%(venue)s ▷It does not take place. ▷%(office)s, tel. %(phone)s") % facts
    yield _("“%(title)s” ▷%(date)s%(more)s ▷%(venue)s ▷It does not take place. ▷Tel. %(phone)s") % facts


def _barest(facts: dict[str, str], wordings: Callable[[dict[str, str]], Iterator[str]]) -> str:
    """With the venue and then the title cut to what fits: the date and the number are what people look for."""
    text = _wide(list(wordings(facts))[-1])
    for name in ("venue", "title"):
        over = len(text) - SHORT
        if over > 0:
            facts = facts | {name: facts[name][: max(len(facts[name]) - over - 1, 0)] + "…"}
            text = _wide(list(wordings(facts))[-1])
    return text


def _wide(text: str) -> str:
    """One line in wide signs, whatever stood in the record."""
    return " ".join(text.split()).translate(_WIDE)
