"""The notice for the door: who comes all the same reads from three metres that the lesson does not take place.

One sheet for each hall, black on white, with no name of anybody. What must never happen: "today" on a paper that hangs
until the day after.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from city.models import CityProfile, Venue
from classes.announcing import LANGUAGE
from classes.models import Broadcast, Lesson
from core.pdf.blocks import Banner, Block, Box, Fill, Paragraph, PhoneBox
from core.pdf.page import A4, Document, bind, landscape
from core.pdf.text import bold
from core.wareki import clock, clock_range, short_date

# How large everything is set, of the size that can be read from three metres; the largest that is one sheet is taken.
SCALES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.42)
# In points: letters of 15 mm are read from three metres by eyes that are not young.
HEADLINE, DATE, WORDS, PHONE, SMALL = 92.0, 50.0, 42.0, 44.0, 24.0
USUAL = 16.0
# More lessons than these are too many lines to be read in passing.
MOST_APART = 2


@dataclass(frozen=True)
class DoorNotice:
    """What hangs on the door of one hall."""

    broadcast: Broadcast
    venue: Venue
    lessons: Sequence[Lesson]
    city: CityProfile


def door_notice_pdf(broadcast: Broadcast) -> bytes:
    """The notices of a broadcast, A4 lying, a sheet for each hall."""
    with override(LANGUAGE):
        sheets = [_on_one_sheet(notice) for notice in door_notices(broadcast)]
        return bind(sheets, title=_("Notice for the door"))


def door_notices(broadcast: Broadcast) -> list[DoorNotice]:
    """One for each hall, in the order of the lessons."""
    city = CityProfile.current()
    of_halls: dict[str, list[Lesson]] = {}
    for lesson in broadcast.lessons.select_related("run__course", "venue"):
        # One door, however many rooms.
        of_halls.setdefault(lesson.venue.name, []).append(lesson)
    return [DoorNotice(broadcast, lessons[0].venue, lessons, city) for lessons in of_halls.values()]


def _on_one_sheet(notice: DoorNotice) -> Document:
    for scale in SCALES:
        paper = _paper(notice, scale)
        paper.to_bytes()
        if paper.page_count == 1:
            return paper
    return paper


def _paper(notice: DoorNotice, scale: float) -> Document:
    return Document(
        title=_("Notice for the door"),
        author=notice.city.name,
        size=landscape(A4),
        text_size=USUAL * scale,
        margins=(10, 13, 9, 13),
        page_numbers=False,
    ).add(*_blocks(notice))


def _blocks(notice: DoorNotice) -> list[Block]:
    """What happens, when, what, why, and whom to ring."""
    broadcast, city = notice.broadcast, notice.city
    blocks: list[Block] = [Banner(_headline(broadcast), size=HEADLINE)]
    for day, course in _lines(notice.lessons):
        blocks.append(Paragraph(bold(day), size=DATE, after=0))
        blocks.append(Paragraph(course, size=WORDS, after=6))
    reason = broadcast.reason
    words = _("Reason: %(reason)s") % {"reason": reason} if broadcast.is_called_off else reason
    blocks.append(Box(words, size=WORDS))
    unsure = "" if city.office_phone_confirmed else _("(to be confirmed)")
    return [
        *blocks,
        Fill(),
        PhoneBox(
            city.office_phone,
            reason=pgettext("on the door", "Questions"),
            office=f"{unsure}{city.name} {city.office_name}",
            size=PHONE,
            small=SMALL,
            leading=1.25,
        ),
    ]


def _headline(broadcast: Broadcast) -> str:
    return _("Not held") if broadcast.is_called_off else pgettext("on the door", "Notice")


def _lines(lessons: Sequence[Lesson]) -> list[tuple[str, str]]:
    """When and which course: lesson by lesson, or day by day where there are many."""
    if len(lessons) <= MOST_APART:
        return [
            (f"{short_date(each.starts_at)} {clock_range(each.starts_at, each.ends_at)}", each.run.course.title)
            for each in lessons
        ]
    days: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        days.setdefault(short_date(lesson.starts_at), []).append(lesson)
    return [(f"{day} {_hours(theirs)}", _courses(theirs)) for day, theirs in days.items()]


def _hours(lessons: Sequence[Lesson]) -> str:
    return "・".join(dict.fromkeys(clock(lesson.starts_at) for lesson in lessons))


def _courses(lessons: Sequence[Lesson]) -> str:
    return "、".join(dict.fromkeys(lesson.run.course.title for lesson in lessons))
