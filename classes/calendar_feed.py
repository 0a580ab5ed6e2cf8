"""The public dates as iCalendar (RFC 5545), for a granddaughter's telephone and the city's web page.

What must never be in it: anything about a person.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from city.models import CityProfile
from classes.models import Lesson

_LONGEST_LINE = 75  # octets, RFC 5545, 3.1


def feed(
    lessons: Iterable[Lesson], *, moves: Mapping[int, int], city: CityProfile, site: str, made_at: datetime
) -> bytes:
    """The lessons as one calendar; `site` is our address in the world, which makes the names of the entries unique.

    `moves` says by the number of a lesson how often it was moved.

    Times are in UTC, which RFC 5545 (3.3.5) reads without a description of the time zone.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kakehashi//Classes//JA", "CALSCALE:GREGORIAN"]
    name = _("%(city)s: smartphone classes") % {"city": city.name}
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    lines.append("X-WR-TIMEZONE:Asia/Tokyo")
    for lesson in lessons:
        lines += _event(lesson, moves=moves.get(lesson.pk, 0), city=city, site=site, made_at=made_at)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(lesson: Lesson, *, moves: int, city: CityProfile, site: str, made_at: datetime) -> Iterator[str]:
    venue = lesson.venue
    is_cancelled = lesson.cancelled_at is not None or lesson.run.called_off_at is not None
    title = _("%(course)s, lesson %(number)d") % {"course": lesson.run.course.title, "number": lesson.ordinal}
    if is_cancelled:
        title = _("Cancelled: %(title)s") % {"title": title}
    told = f"{_how_to_apply(city)}\n{venue.directions}".strip()
    yield "BEGIN:VEVENT"
    yield f"UID:lesson-{lesson.pk}@{urlsplit(site).hostname}"
    yield f"DTSTAMP:{_utc(made_at)}"
    # Once cancelled a lesson stays cancelled, and a move stays on record, so this only ever grows (RFC 5545, 3.8.7.4).
    yield f"SEQUENCE:{moves + int(is_cancelled)}"
    yield f"DTSTART:{_utc(lesson.starts_at)}"
    yield f"DTEND:{_utc(lesson.ends_at)}"
    yield f"SUMMARY:{_text(title)}"
    yield f"LOCATION:{_text(f'{venue} {venue.address}'.strip())}"
    yield f"DESCRIPTION:{_text(told)}"
    yield f"URL:{site}{reverse('calendar_run', args=[lesson.run_id])}"
    yield f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def _how_to_apply(city: CityProfile) -> str:
    phone = city.office_phone
    if not city.office_phone_confirmed:
        phone = _("%(phone)s, to be confirmed") % {"phone": phone}
    facts = {"office": city.office_name, "phone": phone, "hours": city.office_hours_text}
    return _("To apply, please call %(office)s, %(phone)s (%(hours)s).") % facts


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    # Whatever a reader may take for the end of a line, a lone carriage return as well.
    lines = text.splitlines()
    # No other control character may stand in a text (RFC 5545, 3.3.11).
    return "\\n".join("".join(sign for sign in line if unicodedata.category(sign) != "Cc") for line in lines)


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets, never through the middle of a character."""
    pieces, piece = [], b""
    for letter in line:
        encoded = letter.encode()
        if len(piece) + len(encoded) > _LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
