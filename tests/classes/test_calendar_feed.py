"""The calendar file, read strictly after RFC 5545: whatever stands in a title, the file says what it should say."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from city.models import CityProfile, Venue
from classes.calendar_feed import feed
from classes.models import Course, CourseRun, Lesson
from tests.make import classes as make

SITE = "https://kakehashi.test"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
# RFC 5545, 3.1: name, parameters, value; no control character but the tab.
LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:[^\x00-\x08\x0a-\x1f\x7f";:,]*|"[^\x00-\x1f\x7f"]*"))*):(.*)', re.DOTALL)
# 3.3.11: a text escapes these four, and knows no other escape.
TEXT = re.compile(r"(?:[^\x00-\x08\x0a-\x1f\x7f\\;,]|\\[\\;,nN])*")
TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION", "X-WR-CALNAME"}
# 3.6.1: what an event has exactly once here.
ONCE = {"UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "URL", "STATUS"}


@dataclass
class Component:
    """One BEGIN … END, with what stands in it."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)


def parse(content: bytes) -> Component:
    """The calendar in a file; raises AssertionError at whatever RFC 5545 does not allow."""
    assert content.endswith(b"\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    # Each piece is whole characters, so that an editor that does not unfold shows no broken ones.
    pieces = [line.decode() for line in lines]
    unfolded: list[str] = []
    for piece in pieces:
        if piece.startswith((" ", "\t")):
            unfolded[-1] += piece[1:]
        else:
            unfolded.append(piece)
    root = Component("")
    open_ones = [root]
    for line in unfolded:
        found = LINE.fullmatch(line)
        assert found, line
        name, _parameters, value = found.groups()
        if name == "BEGIN":
            open_ones[-1].parts.append(Component(value))
            open_ones.append(open_ones[-1].parts[-1])
        elif name == "END":
            assert open_ones.pop().name == value
        else:
            assert name not in open_ones[-1].properties, f"{name} stands twice"
            open_ones[-1].properties[name] = said(value) if name in TEXTS else value
    assert open_ones == [root]
    (calendar,) = root.parts
    return calendar


def said(value: str) -> str:
    """A text as it was before it was escaped."""
    assert TEXT.fullmatch(value), value
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def events(lessons, **facts) -> list[dict[str, str]]:
    """The events of a calendar, each as it is told."""
    usual = {"moves": {}, "city": CityProfile(), "site": SITE, "made_at": NOW}
    calendar = parse(feed(lessons, **{**usual, **facts}))
    assert calendar.name == "VCALENDAR"
    assert calendar.properties["VERSION"] == "2.0"
    assert calendar.properties["PRODID"]
    assert {part.name for part in calendar.parts} <= {"VEVENT"}
    for part in calendar.parts:
        assert part.properties.keys() == ONCE
    return [part.properties for part in calendar.parts]


def lesson_of(*, title="写真をとって送る", **place) -> Lesson:
    """A lesson that no database knows."""
    run = CourseRun(pk=7, course=Course(title=title))
    starts_at = datetime(2026, 12, 3, 1, 0, tzinfo=UTC)
    venue = Venue(**{"name": "忍海集会所", **place})
    return Lesson(pk=31, run=run, ordinal=2, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), venue=venue)


def test_a_lesson_is_told_with_its_time_in_utc_its_place_and_how_to_apply():
    with translation.override("en"):
        (event,) = events([lesson_of(address="奈良県葛城市忍海1", directions="駅から歩いて3分")])

    assert moment(event["DTSTART"]) == datetime(2026, 12, 3, 1, 0, tzinfo=UTC)
    assert moment(event["DTEND"]) - moment(event["DTSTART"]) == timedelta(hours=2)
    assert moment(event["DTSTAMP"]) == NOW
    assert event["SUMMARY"] == "写真をとって送る, lesson 2"
    assert event["LOCATION"] == "忍海集会所 奈良県葛城市忍海1"
    assert event["URL"] == "https://kakehashi.test/calendar/7/"
    assert event["STATUS"] == "CONFIRMED"
    assert "0745-00-0000, to be confirmed" in event["DESCRIPTION"]
    assert event["DESCRIPTION"].endswith("\n駅から歩いて3分")


def test_the_name_of_an_entry_stays_when_the_lesson_is_moved():
    lesson = lesson_of()
    (before,) = events([lesson])
    lesson.starts_at += timedelta(days=7)
    lesson.ends_at += timedelta(days=7)

    (after,) = events([lesson], made_at=NOW + timedelta(hours=1))

    assert before["UID"] == after["UID"] == "lesson-31@kakehashi.test"
    assert moment(after["DTSTAMP"]) > moment(before["DTSTAMP"])
    assert after["DTSTART"] != before["DTSTART"]


@pytest.mark.parametrize("of", ["lesson", "run"])
def test_what_is_cancelled_stays_in_the_file_and_outdoes_what_was_noted_before(of):
    lesson = lesson_of()
    (before,) = events([lesson])
    if of == "lesson":
        lesson.cancelled_at, lesson.cancelled_reason = NOW, "講師が入院した"
    else:
        lesson.run.called_off_at, lesson.run.called_off_reason = NOW, "講師が入院した"

    with translation.override("en"):
        (after,) = events([lesson])

    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["SUMMARY"].startswith("Cancelled: ")
    assert not any("入院" in value for value in after.values())


def test_a_number_that_has_been_checked_is_not_marked():
    with translation.override("en"):
        (event,) = events([lesson_of()], city=CityProfile(office_phone="0745-48-2811", office_phone_confirmed=True))

    assert "0745-48-2811 (" in event["DESCRIPTION"]


def test_an_empty_calendar_is_a_calendar():
    assert events([]) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x0c", "\x1c", "\x85"])
def test_words_with_line_ends_make_no_line_of_the_file(end):
    (event,) = events([lesson_of(address=f"忍海{end}ATTENDEE:mailto:nobody@example.jp")])

    assert event["LOCATION"] == "忍海集会所 忍海\nATTENDEE:mailto:nobody@example.jp"


@given(title=st.text(), place=st.text(min_size=1), directions=st.text())
def test_whatever_is_typed_the_file_can_be_read_and_says_it(title, place, directions):
    with translation.override("en"):
        (event,) = events([lesson_of(title=title, name=place, directions=directions)])

    def plain(text):
        """The text without the characters that no calendar may hold; every kind of line end is one."""
        return "\n".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", "", line) for line in text.splitlines())

    assert event["SUMMARY"] == plain(f"{title}, lesson 2")
    assert event["LOCATION"] == plain(place.strip())


@pytest.mark.parametrize("letter", ["a", "あ", "𠮷", "葛󠄀"])
@pytest.mark.parametrize("length", range(55, 80))
def test_a_long_line_is_folded_between_two_letters(letter, length):
    (event,) = events([lesson_of(directions=letter * length)])

    assert event["DESCRIPTION"].endswith(letter * length)


@pytest.mark.django_db
def test_every_entry_has_a_name_of_its_own():
    for _run in range(3):
        make.run(lessons=2)

    told = events(Lesson.objects.select_related("run__course", "venue"), made_at=timezone.now())

    assert len({event["UID"] for event in told}) == 6
