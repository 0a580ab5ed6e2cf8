import unicodedata

import pytest
from django.utils.translation import gettext, override

from city.models import CityProfile
from classes.announcing import SHORT, announcement
from classes.models import CourseRun
from core.wareki import short_date
from tests.make import classes as make

pytestmark = pytest.mark.django_db


def wide(text: str) -> str:
    """Text as the city's paper sets it."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text).replace(" ", "　")


def said(message: str, **facts) -> str:
    with override("ja"):
        return wide(gettext(message) % facts)


def test_it_says_when_where_for_whom_how_many_and_how_to_apply() -> None:
    venue = make.venue("忍海集会所", room="1階和室", address="忍海123", directions="駅から5分", is_confirmed=True)
    course = make.course("はじめてのLINE", summary="ゆっくり練習します。", device="android")
    run = make.run(course=course, venue=venue, capacity=12, starts_at=make.days_ahead(14, "13:30"))
    lesson = run.lessons.get()

    full = announcement(run).full

    for wanted in (
        "はじめてのＬＩＮＥ",
        "ゆっくり練習します。",
        wide(f"▷日時　{short_date(lesson.starts_at)}午後1時30分から午後3時30分まで")[3:],
        "忍海集会所　１階和室（忍海１２３。駅から５分）",
        "Ａｎｄｒｏｉｄ",
        "１２",
        "スマートフォン、充電器",
        wide(short_date(run.reception_closes_at)),
        wide(CityProfile.current().office_phone),
    ):
        assert wanted in full


def test_where_reception_closes_at_midnight_the_day_before_is_the_last_one_to_be_read() -> None:
    told = announcement(make.run(reception_closes_at=make.days_ahead(10, "00:00")))

    last = wide(short_date(make.days_ahead(9)))
    assert f"{last}まで" in told.full
    assert last in told.short
    assert wide(short_date(make.days_ahead(10))) not in told.full + told.short


def test_it_is_set_in_wide_signs_as_the_paper_sets_it() -> None:
    told = announcement(make.run(course=make.course("LINE 2"), lessons=2))

    narrow = {sign for sign in told.full + told.short if unicodedata.east_asian_width(sign) == "Na"} - {"\n"}
    assert narrow == set()


def test_days_at_the_same_hours_say_the_hours_once() -> None:
    run = make.run(lessons=3)

    full = announcement(run).full

    assert full.count("午前１０時から正午まで") == 1
    for lesson in run.lessons.all():
        assert wide(short_date(lesson.starts_at)) in full


def test_days_at_different_hours_say_each() -> None:
    run = make.run()
    make.lesson(run, starts_at=make.days_ahead(21, "13:30"), venue=run.lessons.get().venue)

    full = announcement(run).full

    assert "午前１０時から正午まで" in full
    assert "午後１時３０分から午後３時３０分まで" in full


def test_a_lesson_that_was_cancelled_is_not_announced() -> None:
    run = make.run(lessons=2)
    gone = run.lessons.last()
    run.lessons.filter(pk=gone.pk).update(cancelled_at=gone.starts_at)

    assert wide(short_date(gone.starts_at)) not in announcement(run).full


def test_who_is_preferred_is_said_where_seats_are_drawn_and_nowhere_else() -> None:
    drawn = make.run(selection=CourseRun.Selection.LOTTERY, preferences=["age_75"])
    first_come = make.run(preferences=["age_75"])

    assert said("75 or older") in announcement(drawn).full
    assert said("75 or older") not in announcement(first_come).full


def test_what_nobody_has_confirmed_says_so() -> None:
    CityProfile.objects.update_or_create(pk=1, defaults={"office_hours_text": "平日"})
    run = make.run(venue=make.venue(is_confirmed=True))

    assert "（要確認）" in announcement(run).full
    assert "（要確認）" in announcement(run).short
    CityProfile.objects.update(office_phone_confirmed=True)
    assert "要確認" not in announcement(run).full


def test_a_fee_is_never_invented() -> None:
    told = announcement(make.run()).full

    assert [word for word in ("円", "無料", "費用") if word in told] == []


@pytest.mark.parametrize("length", [1, 20, 40, 60])
@pytest.mark.parametrize("lessons", [1, 10])
def test_the_short_one_fits_its_corner_whatever_the_names(length, lessons) -> None:
    venue = make.venue("葛" * length)
    run = make.run(course=make.course("写" * length), venue=venue, lessons=lessons)

    short = announcement(run).short

    assert len(short) <= SHORT
    assert "写" in short
    assert wide(short_date(run.lessons.all()[0].starts_at)) in short
    assert wide(CityProfile.current().office_phone) in short


def test_it_is_japanese_whatever_the_screen_speaks() -> None:
    run = make.run()

    with override("en"):
        assert "午前１０時" in announcement(run).full


def test_a_run_that_was_called_off_says_so() -> None:
    run = make.run()
    CourseRun.objects.update(called_off_at=run.reception_opens_at, called_off_reason="講師の都合")
    run.refresh_from_db()

    assert said("It does not take place.") in announcement(run).full


@pytest.mark.parametrize("length", [1, 60])
def test_the_short_one_says_that_a_run_was_called_off_and_invites_nobody(length) -> None:
    run = make.run(course=make.course("写" * length), venue=make.venue("葛" * length))
    CourseRun.objects.update(called_off_at=run.reception_opens_at)
    run.refresh_from_db()

    short = announcement(run).short

    assert "中止" in short
    assert "申込" not in short
    assert wide(short_date(run.lessons.get().starts_at)) in short
    assert wide(CityProfile.current().office_phone) in short
    assert len(short) <= SHORT


def test_a_run_whose_only_lesson_was_cancelled_says_so_with_its_day() -> None:
    run = make.run()
    run.lessons.update(cancelled_at=run.reception_opens_at)

    announced = announcement(run)

    for text in (announced.short, announced.full):
        assert "中止" in text
        assert wide(short_date(run.lessons.get().starts_at)) in text


def test_what_is_cut_fills_its_corner_to_the_last_sign(time_machine) -> None:
    time_machine.move_to("2026-11-24 11:00+09:00")
    facts = {"lessons": 10, "starts_at": make.days_ahead(21, "10:30")}
    run = make.run(course=make.course("写" * 60), venue=make.venue("葛" * 60), **facts)

    short = announcement(run).short

    assert len(short) == SHORT
    assert "写…」" in short
    assert "▷…▷" in short


def test_a_title_that_fits_is_not_cut_for_the_name_of_the_hall() -> None:
    title = "写真をとって家族や友だちに送る"
    run = make.run(course=make.course(title), venue=make.venue("葛" * 60))

    short = announcement(run).short

    assert title in short
    assert short.count("…") == 1
    assert len(short) == SHORT


def test_days_halls_and_those_preferred_are_told_apart() -> None:
    run = make.run(selection=CourseRun.Selection.LOTTERY, preferences=["age_75", "first_time"], lessons=2)
    same = "、".join(wide(short_date(lesson.starts_at)) for lesson in run.lessons.all())
    assert same in announcement(run).full

    make.lesson(run, starts_at=make.days_ahead(40, "13:30"), venue=make.venue("新庄公民館"))
    run.refresh_from_db()

    full = announcement(run).full
    assert "（新庄公民館）" in full
    assert full.count("）、") >= 2
