from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from city.models import CityProfile
from classes.flyer_printing import calendar_address, flyer_pdf
from classes.lottery import prepare
from classes.models import CourseRun
from classes.preferences import rules_in_words
from core.wareki import short_date, wareki
from tests.make import classes as make
from tests.make import paper
from tests.make.paper import said, squeezed

pytestmark = pytest.mark.django_db


def words_of(run: CourseRun) -> str:
    """The words of a flyer, which is one sheet."""
    pdf = flyer_pdf(run)
    assert len(paper.read(pdf).pages) == 1
    return paper.words(pdf)


def test_a_flyer_says_what_when_where_for_whom_and_how_to_apply() -> None:
    venue = make.venue("忍海集会所", room="和室", address="忍海123", directions="駅から5分", is_confirmed=True)
    course = make.course("はじめてのLINE", summary="ゆっくり練習します。", device="iphone")
    run = make.run(course=course, venue=venue, capacity=12, starts_at=make.days_ahead(14, "13:30"))

    words = words_of(run)

    for wanted in (
        "はじめてのLINE",
        "ゆっくり練習します。",
        squeezed(wareki(run.lessons.get().starts_at)),
        "午後1時30分から午後3時30分まで",
        "忍海集会所和室",
        "忍海123。駅から5分",
        "iPhone・iPad",
        "12",
        said("first come, first served"),
        "スマートフォン、充電器",
        squeezed(short_date(run.reception_closes_at)),
        CityProfile.current().office_phone,
        "要確認",
    ):
        assert wanted in words


def test_where_reception_closes_at_midnight_the_day_before_is_the_last_one_to_be_read() -> None:
    words = words_of(make.run(reception_closes_at=make.days_ahead(10, "00:00")))

    assert squeezed(f"{short_date(make.days_ahead(9))}まで") in words
    assert "午前0時" not in words


def test_a_number_that_was_confirmed_is_not_called_in_question() -> None:
    checked = {"office_phone_confirmed": True, "office_hours_text": "平日"}
    CityProfile.objects.update_or_create(pk=1, defaults=checked)

    assert "要確認" not in words_of(make.run(venue=make.venue(is_confirmed=True)))


def test_the_rules_of_a_draw_and_the_seal_of_its_seed_are_printed() -> None:
    preferences = ["first_time", "age_75", "resident", "lost_before"]
    run = make.run(selection=CourseRun.Selection.LOTTERY, preferences=preferences, loan_devices=3)
    draw = prepare(run)

    words = words_of(run)

    with override("ja"):
        rules = [squeezed(rule) for rule in rules_in_words(run)]
    assert len(rules) > 4
    assert [rule for rule in rules if rule not in words] == []
    assert draw.seed_digest in words
    assert draw.seed not in words


def test_where_whoever_comes_first_has_a_seat_no_rules_are_printed() -> None:
    words = words_of(make.run(preferences=["age_75"]))

    assert said("Who is preferred") not in words
    assert "SHA" not in words


def test_the_qr_code_leads_to_the_run_and_the_address_is_printed_beside_it(settings) -> None:
    settings.PUBLIC_BASE_URL = "https://city.example"
    run = make.run()

    assert calendar_address(run) == f"https://city.example/calendar/{run.pk}/"
    assert f"city.example/calendar/{run.pk}/" in words_of(run)


@pytest.mark.parametrize("hidden", [{"base": ""}, {"is_public": False}])
def test_without_a_public_page_there_is_no_qr_code(hidden, settings) -> None:
    settings.PUBLIC_BASE_URL = hidden.pop("base", "https://city.example")
    run = make.run(**hidden)

    assert calendar_address(run) == ""
    assert "/calendar/" not in words_of(run)


def test_a_series_has_every_date_and_the_hours_once() -> None:
    run = make.run(lessons=10)

    words = words_of(run)

    for lesson in run.lessons.all():
        assert squeezed(short_date(lesson.starts_at)) in words
    assert words.count("午前10時から正午まで") == 1


def test_lessons_in_two_halls_name_both() -> None:
    run = make.run(venue=make.venue("忍海集会所"))
    make.lesson(run, starts_at=make.days_ahead(21), venue=make.venue("新庄公民館"))

    words = words_of(run)

    assert "忍海集会所" in words
    assert words.count("新庄公民館") == 2  # beside its date, and where it is


def test_a_flyer_counts_the_lessons_as_the_run_does() -> None:
    run = make.run(lessons=2)
    make.lesson(run, ordinal=3, starts_at=make.days_ahead(60, "13:30"))
    run.lessons.filter(ordinal=2).update(cancelled_at=timezone.now())

    words = words_of(run)

    assert "第2回" not in words
    assert words.index("第1回") < words.index("第3回")


def test_a_flyer_of_long_names_is_still_one_sheet_in_type_that_can_be_read() -> None:
    venue = make.venue("葛" * 60, room="城" * 60, address="市" * 60, directions="駅" * 100)
    run = make.run(course=make.course("写" * 60, summary="習" * 100), venue=venue, lessons=5)

    assert words_of(run).count("写") >= 60
    assert min(seen.size for seen in paper.seen(flyer_pdf(run))) >= 7


def test_the_date_of_an_ordinary_flyer_is_read_from_afar() -> None:
    run = make.run()
    date = short_date(run.lessons.get().starts_at)

    assert next(seen.size for seen in paper.seen(flyer_pdf(run)) if date in seen.text) >= 18


def test_a_run_that_was_called_off_says_so_on_its_flyer() -> None:
    run = make.run()
    run.called_off_at = run.reception_opens_at + timedelta(days=1)

    assert said("Called off") in words_of(run)


def test_a_flyer_has_a_title_and_a_language() -> None:
    read = paper.read(flyer_pdf(make.run()))

    assert "写真をとって送る" in read.metadata.title
    assert read.trailer["/Root"]["/Lang"] == "ja"
