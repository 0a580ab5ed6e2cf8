"""The code on a lesson's sheet: what it opens and on which day, and what no code opens."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from classes.models import Lesson, SheetCode
from classes.rescheduling import call_off, cancel_lesson, move
from classes.sheet_code import (
    SheetNotOpened,
    code_for_print,
    code_stands,
    make_new_code,
    numbers_of,
    open_sheet,
    sheet_meant,
    still_opens,
)
from core.models import AuditEntry
from tests.make import classes as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_the_morning():
    with time_machine.travel("2026-11-24 09:00+09:00"):
        yield


def todays_lesson(**fields):
    return make.run(starts_at=timezone.now() + timedelta(hours=1), **fields).lessons.get()


def number_of(lesson):
    return f"{lesson.run_id}-{lesson.ordinal}"


def opened(lesson, code, number=""):
    return open_sheet(number or number_of(lesson), code, by=make.clerk())


def test_number_and_code_open_the_roster_of_their_lesson() -> None:
    lesson, other = todays_lesson(), todays_lesson()
    code, others = (code_for_print(each, by=make.clerk()) for each in (lesson, other))

    assert opened(lesson, code).lesson_pk == lesson.pk
    assert opened(other, others).lesson_pk == other.pk
    assert still_opens(opened(lesson, code))


def test_the_code_of_another_lesson_opens_nothing() -> None:
    lesson, other = todays_lesson(), todays_lesson()
    code_for_print(lesson, by=make.clerk())

    with pytest.raises(SheetNotOpened):
        opened(lesson, code_for_print(other, by=make.clerk()))


def test_printed_again_the_sheet_has_the_same_code_and_the_books_have_it_nowhere() -> None:
    lesson, clerk = todays_lesson(), make.clerk()

    codes = {code_for_print(lesson, by=clerk) for _print in range(3)}

    [code] = codes
    assert len(code.replace("-", "")) == 8
    assert AuditEntry.objects.filter(action="sheet_code.made").count() == 1
    kept = f"{SheetCode.objects.values().get()} {list(AuditEntry.objects.values())}"
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_another_installation_gives_another_code(settings) -> None:
    lesson, clerk = todays_lesson(), make.clerk()
    code = code_for_print(lesson, by=clerk)

    settings.SECRET_KEY = "another town's"

    assert code_for_print(lesson, by=clerk) != code


@pytest.mark.parametrize("moment", ["2026-11-23 23:59:59+09:00", "2026-11-25 00:00+09:00"])
def test_it_opens_on_the_day_of_the_lesson_only(moment) -> None:
    lesson = todays_lesson()
    code = code_for_print(lesson, by=make.clerk())
    before = opened(lesson, code)

    with time_machine.travel(moment):
        assert not still_opens(before)
        with pytest.raises(SheetNotOpened):
            opened(lesson, code)


@pytest.mark.parametrize("moment", ["2026-11-24 00:00+09:00", "2026-11-24 23:59:59+09:00"])
def test_it_opens_from_the_first_to_the_last_minute_of_the_day(moment) -> None:
    lesson = todays_lesson()
    code = code_for_print(lesson, by=make.clerk())

    with time_machine.travel(moment):
        assert still_opens(opened(lesson, code))


def test_a_new_code_ends_the_earlier_one_and_what_it_has_opened() -> None:
    lesson, clerk = todays_lesson(), make.clerk()
    code = code_for_print(lesson, by=clerk)
    before = opened(lesson, code)

    make_new_code(lesson, by=clerk)

    assert not still_opens(before)
    with pytest.raises(SheetNotOpened):
        opened(lesson, code)
    assert still_opens(opened(lesson, code_for_print(lesson, by=clerk)))
    assert AuditEntry.objects.filter(action="sheet_code.renewed", subject_id=str(lesson.pk)).exists()


@pytest.mark.parametrize("what", ["lesson", "run"])
def test_a_lesson_that_does_not_take_place_opens_by_no_code_and_its_sheet_has_none(what) -> None:
    lesson, clerk = todays_lesson(), make.clerk()
    code = code_for_print(lesson, by=clerk)
    before = opened(lesson, code)

    if what == "lesson":
        cancel_lesson(lesson, reason="台風", by=clerk)
    else:
        call_off(lesson.run, reason="台風", by=clerk)

    lesson = type(lesson).objects.get(pk=lesson.pk)
    assert not still_opens(before)
    assert code_for_print(lesson, by=clerk) == ""
    assert not code_stands(lesson)
    with pytest.raises(SheetNotOpened):
        opened(lesson, code)


def test_a_moved_lesson_opens_with_the_printed_code_on_its_new_day() -> None:
    lesson, clerk = todays_lesson(), make.clerk()
    code = code_for_print(lesson, by=clerk)

    later = {"starts_at": lesson.starts_at + timedelta(days=3), "ends_at": lesson.ends_at + timedelta(days=3)}
    move(lesson, venue=lesson.venue, by=clerk, **later)

    with pytest.raises(SheetNotOpened):
        opened(lesson, code)
    with time_machine.travel("2026-11-27 10:00+09:00"):
        assert opened(lesson, code).lesson_pk == lesson.pk


def test_when_its_day_is_over_a_sheet_is_printed_without_a_code() -> None:
    lesson, clerk = todays_lesson(), make.clerk()
    code_for_print(lesson, by=clerk)

    with time_machine.travel("2026-11-25 09:00+09:00"):
        assert code_for_print(lesson, by=clerk) == ""
        assert not code_stands(lesson)


@pytest.mark.parametrize(
    "written", ["{0}{1}", "{0}-{1}", " {0}－{1} ", "{0} {1}", "用紙番号 {0}の{1}", "{0}ー{1}", "{0}‐{1}"]
)
@pytest.mark.parametrize("width", ["half", "full"])
def test_number_and_code_are_read_however_they_are_typed(written, width) -> None:
    lesson = todays_lesson()
    code = code_for_print(lesson, by=make.clerk())
    wide = str.maketrans("0123456789", "０１２３４５６７８９") if width == "full" else {}

    typed = written.format(lesson.run_id, lesson.ordinal).translate(wide)

    assert opened(lesson, written.format(*code.split("-")).translate(wide), typed).lesson_pk == lesson.pk


def test_a_number_without_its_hyphen_is_read_in_every_way() -> None:
    assert list(numbers_of("1234")) == [(1, 234), (12, 34), (123, 4)]
    assert list(numbers_of("12-34")) == [(12, 34)]


@pytest.mark.parametrize(
    "typed", ["", "-", "1", "12-3-4", "9" * 13, "9" * 4000, "٣-٤", "一-二", "' or x=x --", "\0", "12-" + "9" * 9, "💥"]
)
def test_nonsense_in_either_box_opens_nothing(typed) -> None:
    lesson = todays_lesson()
    code = code_for_print(lesson, by=make.clerk())

    for number, secret in ((typed, code), (number_of(lesson), typed), (typed, typed)):
        with pytest.raises(SheetNotOpened):
            open_sheet(number, secret, by=make.clerk())


@pytest.mark.parametrize("off", [-1, 1])
def test_a_code_that_is_nearly_right_opens_nothing(off) -> None:
    lesson = todays_lesson()
    digits = code_for_print(lesson, by=make.clerk()).replace("-", "")

    for typed in (f"{(int(digits) + off) % 10**8:08}", digits[:-1], digits + "0", "0" + digits):
        with pytest.raises(SheetNotOpened):
            opened(lesson, typed)


def test_every_try_is_on_record_without_what_was_typed() -> None:
    lesson = todays_lesson()
    code = code_for_print(lesson, by=make.clerk())

    opened(lesson, code)
    for number in (number_of(lesson), "090-1234"):
        with pytest.raises(SheetNotOpened):
            open_sheet(number, "0000-0000", by=make.clerk())

    tries = AuditEntry.objects.filter(action__startswith="sheet.").order_by("pk")
    assert [(each.action, each.subject_id, each.facts) for each in tries] == [
        ("sheet.opened", str(lesson.pk), {}),
        ("sheet.refused", str(lesson.pk), {}),
        ("sheet.refused", "", {}),
    ]


@pytest.mark.parametrize("written", ["2050-1", "02050-01", "２０５０ー１", "20501", "205001"])
def test_tries_at_one_sheet_count_together_however_its_number_is_written(written: str) -> None:
    lesson = todays_lesson()
    lesson.run.pk = 2050
    lesson.run.save(force_insert=True)
    Lesson.objects.filter(pk=lesson.pk).update(run=2050)

    assert sheet_meant(written) == str(lesson.pk)
    assert sheet_meant("2050-2") == "none"
