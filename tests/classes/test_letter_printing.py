import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import pgettext

from city.models import CityProfile
from classes.cancellation import cancel
from classes.letter_printing import letter_pdf, letters_pdf, posted_slip_pdf
from classes.letters import Outcome, recipients
from classes.lottery import draw_lots, list_lots, prepare
from classes.models import CourseRun, Registration
from core.pdf.envelope import Window
from core.pdf.pen import MM
from residents.doubts import strangers
from tests.make import classes as make
from tests.make import paper
from tests.make import residents as make_residents
from tests.make.paper import said

pytestmark = pytest.mark.django_db

NUMBER = "351624"


def person(family: str, **fields):
    usual = {"postal_code": "639-2195", "address": "葛城市忍海123番地4"}
    return make_residents.resident(family_name=family, **{**usual, **fields})


def drawn(*people, capacity: int = 1, **fields) -> CourseRun:
    """A run after its draw."""
    run = make.run(selection=CourseRun.Selection.LOTTERY, capacity=capacity, **fields)
    prepare(run)
    for each in people:
        make.registration(run, each)
    CourseRun.objects.filter(pk=run.pk).update(reception_closes_at=timezone.now())
    clerk = make.clerk()
    list_lots(run, by=clerk)
    draw_lots(run, number=NUMBER, by=clerk)
    return CourseRun.objects.get(pk=run.pk)


def letter(run: CourseRun, outcome: Outcome) -> tuple[Registration, str]:
    """The first person of an outcome, and the words of their letter."""
    registration = recipients(run, outcome).to_everybody.by_letter[0]
    pdf = letter_pdf(registration, outcome)
    assert len(paper.read(pdf).pages) == 1
    return registration, paper.words(pdf)


def test_a_winner_reads_date_place_what_to_bring_and_the_slip_number() -> None:
    venue = make.venue("忍海集会所", room="和室", directions="駅から5分")
    run = drawn(person("山田"), venue=venue, starts_at=make.days_ahead(14, "13:30"))

    registration, words = letter(run, Outcome.SEAT)

    for wanted in (
        "〒639-2195",
        "忍海123番地4",
        "山田茂様",
        "午後1時30分",
        "忍海集会所",
        "駅から5分",
        "スマートフォン",
    ):
        assert wanted in words
    assert registration.slip in words
    assert said("You have won a seat") in words
    assert said("If you cannot come, please call us soon") in words
    assert CityProfile.current().office_phone in words


def test_a_loser_reads_the_place_in_line_and_that_a_call_comes() -> None:
    run = drawn(person("山田"), person("佐藤"), person("鈴木"))

    for registration in recipients(run, Outcome.NO_SEAT).to_everybody.by_letter:
        words = paper.words(letter_pdf(registration, Outcome.NO_SEAT))
        assert "番目" in words
        assert registration.lot.label in words
        assert said("When a seat becomes free, we call those who wait in this order.") in words
        assert said("Bring") not in words  # nothing looks like a seat


def test_the_next_draw_is_promised_only_where_the_rules_say_so() -> None:
    # As the flyer says it: a seat that became free later ends it as well as one that was drawn.
    promise = "For a year you are preferred in draws that have this rule, until you have a seat in a drawn class."

    _first, plain = letter(drawn(person("山田"), person("佐藤")), Outcome.NO_SEAT)
    _second, ruled = letter(drawn(person("山田"), person("佐藤"), preferences=["lost_before"]), Outcome.NO_SEAT)

    assert said(promise) not in plain
    assert said(promise) in ruled


def test_whoever_reads_a_letter_in_mid_series_reads_of_the_next_lesson() -> None:
    run = drawn(person("山田"), person("佐藤"), lessons=3, starts_at=make.days_ahead(-3))
    first, second, _third = run.lessons.all()

    for outcome in (Outcome.SEAT, Outcome.NO_SEAT):
        _registration, words = letter(run, outcome)
        assert f"{timezone.localtime(first.starts_at).day}日（" not in words
        assert f"{timezone.localtime(second.starts_at).day}日（" in words
        assert "第2回" in words


def test_a_slip_posted_in_mid_series_names_what_is_ahead() -> None:
    run = make.run(lessons=2, starts_at=make.days_ahead(-3))
    first, second = run.lessons.all()

    words = paper.words(posted_slip_pdf(make.registration(run, person("山田"))))

    assert f"{timezone.localtime(first.starts_at).day}日（" not in words
    assert f"{timezone.localtime(second.starts_at).day}日（" in words


def test_where_the_counter_decides_no_lot_is_spoken_of() -> None:
    run = make.run(selection=CourseRun.Selection.COUNTER)
    make.registration(run, person("山田"))
    CourseRun.objects.update(decided_at=timezone.now())
    run.refresh_from_db()

    _registration, words = letter(run, Outcome.NO_SEAT)

    assert said("Lot number") not in words
    assert said("What came of your application") in words


def test_a_batch_has_one_sheet_a_person_and_nobody_s_name_on_another_one() -> None:
    run = drawn(person("山田"), person("佐藤"), person("鈴木"), capacity=3)

    pages = paper.read(letters_pdf(run, recipients(run, Outcome.SEAT).to_everybody, Outcome.SEAT)).pages

    found = [[name for name in ("山田", "佐藤", "鈴木") if name in page.extract_text()] for page in pages]
    assert sorted(found) == [["佐藤"], ["山田"], ["鈴木"]]


def test_whoever_has_no_address_stands_on_the_last_sheet_with_the_number_to_call() -> None:
    without = person("佐藤", address="", phone="0745-00-1834")
    run = drawn(person("山田"), without, capacity=2)

    pages = paper.read(letters_pdf(run, recipients(run, Outcome.SEAT).to_everybody, Outcome.SEAT)).pages

    assert len(pages) == 2
    last = "".join(pages[-1].extract_text().split())
    assert "佐藤茂" in last
    assert "0745-00-1834" in last
    assert "山田" not in last


def test_nobody_without_an_address_is_called_where_a_stranger_answered() -> None:
    without = person("佐藤", address="", phone="0745-00-1834")
    run = drawn(without, capacity=1)
    strangers(without.phone_lines.get().number)

    words = paper.words(letters_pdf(run, recipients(run, Outcome.SEAT).to_everybody, Outcome.SEAT))

    assert "佐藤茂" in words
    assert "0745-00-1834" not in words


def test_whoever_calls_a_loser_can_say_the_place_in_line() -> None:
    without = person("佐藤", address="", phone="0745-00-1834")
    run = drawn(person("山田"), without, capacity=1, preferences=["first_time"])
    run.registrations.filter(resident=without).update(state="waiting", waiting_since=timezone.now())
    run.registrations.exclude(resident=without).update(state="confirmed")

    pages = paper.read(letters_pdf(run, recipients(run, Outcome.NO_SEAT).to_everybody, Outcome.NO_SEAT)).pages

    words = "".join(pages[-1].extract_text().split())
    assert "0745-00-18341" in words  # the number, and beside it place 1


def test_whoever_has_a_seat_stands_in_no_line_on_the_list_of_calls() -> None:
    heading = paper.squeezed(pgettext("short", "Place in line"))
    run = drawn(person("佐藤", address=""), person("山田", address=""))

    seat, no_seat = (
        paper.words(letters_pdf(run, recipients(run, outcome).to_everybody, outcome))
        for outcome in (Outcome.SEAT, Outcome.NO_SEAT)
    )

    assert heading not in seat
    assert heading in no_seat


def test_a_batch_without_any_address_is_the_list_alone() -> None:
    run = drawn(person("佐藤", address=""))

    assert len(paper.read(letters_pdf(run, recipients(run, Outcome.SEAT).to_everybody, Outcome.SEAT)).pages) == 1


@pytest.mark.parametrize("outcome", [Outcome.SEAT, Outcome.NO_SEAT])
def test_six_letters_ask_the_database_no_more_often_than_two(outcome) -> None:
    asked = []
    for size in (2, 6):
        run = drawn(*(person("山田") for _each in range(2 * size)), capacity=size)
        with CaptureQueriesContext(connection) as queries:
            letters_pdf(run, recipients(run, outcome).to_everybody, outcome)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_only_address_and_name_are_seen_through_the_window() -> None:
    registration = make.registration(make.run(), person("山田"))

    assert in_the_window(posted_slip_pdf(registration)) == sorted(["〒639-2195", "葛城市忍海123番地4", "山田茂様"])


@pytest.fixture
def crowded() -> CourseRun:
    """A run that has been drawn, with the longest that a hall and a course can say."""
    venue = make.venue("新庄文化会館中央公民館分館", room="2階 第1研修室", directions="駅から東へ徒歩15分です。" * 12)
    run = drawn(person("勅使河原"), person("山田"), venue=venue, lessons=4)
    run.course.bring = "お使いのスマートフォンと充電器、" * 8
    run.course.save()
    return CourseRun.objects.get(pk=run.pk)


def test_a_letter_goes_on_to_a_second_sheet_before_its_words_are_smaller_than_sixteen_points(crowded) -> None:
    registration = recipients(crowded, Outcome.SEAT).to_everybody.by_letter[0]

    for pdf in (letter_pdf(registration, Outcome.SEAT), posted_slip_pdf(registration)):
        assert len(paper.read(pdf).pages) == 2
        assert min(sizes_of_the_words(pdf)) >= 16


def test_a_second_sheet_says_whose_it_is_and_which_it_is(crowded) -> None:
    registration = recipients(crowded, Outcome.SEAT).to_everybody.by_letter[0]

    _first, second = paper.read(letter_pdf(registration, Outcome.SEAT)).pages

    words = paper.squeezed(second.extract_text())
    assert words.startswith(paper.squeezed(f"{registration.resident.name}様"))
    assert registration.slip in words[:40]
    assert "2/2" in words


def test_the_window_shows_the_address_alone_however_long_the_letter_is(crowded) -> None:
    registration = recipients(crowded, Outcome.SEAT).to_everybody.by_letter[0]

    assert in_the_window(letter_pdf(registration, Outcome.SEAT)) == sorted(
        ["〒639-2195", "葛城市忍海123番地4", f"{registration.resident.family_name}茂様"]
    )


def in_the_window(pdf: bytes) -> list[str]:
    """What the first sheet shows through the window, however it lies."""
    right, bottom = Window.of_the_office().ever_seen
    seen = [each for each in paper.seen(pdf) if each.x < right and 297 * MM - each.y < bottom]
    return sorted("".join(each.text.split()) for each in seen)


def sizes_of_the_words(pdf: bytes) -> list[float]:
    """The sizes of what is neither in the head of a sheet nor in its foot, which begins with the box of the office."""
    sizes = []
    for number in range(len(paper.read(pdf).pages)):
        seen = paper.seen(pdf, number)
        foot = next(each.y for each in seen if paper.squeezed(CityProfile.current().office_phone) in each.text) + 40
        head = 297 * MM - (Window.of_the_office().ever_seen[1] if number == 0 else 22 * MM)
        sizes += [each.size for each in seen if foot < each.y < head]
    return sizes


def test_a_posted_slip_says_what_the_slip_says() -> None:
    registration = make.registration(make.run(lessons=3), person("山田"))

    words = paper.words(posted_slip_pdf(registration))

    for wanted in ("写真をとって送る", "山田茂様", registration.slip, "午前10時", "スマートフォン", said("Slip")):
        assert wanted in words


def test_a_posted_slip_of_a_run_that_was_called_off_says_so() -> None:
    registration = make.registration(make.run(), person("山田"))
    CourseRun.objects.update(called_off_at=timezone.now())
    registration.refresh_from_db()

    words = paper.words(posted_slip_pdf(registration))

    assert "中止" in words
    assert said("Slip") not in words


def test_a_slip_posted_while_a_seat_is_held_says_that_it_is_free_and_asks_for_an_answer() -> None:
    run, clerk = make.run(capacity=1), make.clerk()
    seated, waiting = make.registration(run), make.registration(run, person("山田", phone=None))
    place = said("Your place in line is number %(place)d.", place=1)
    assert place in paper.words(posted_slip_pdf(waiting))

    cancel(seated, by=clerk, reason="health")

    words = paper.words(posted_slip_pdf(waiting))
    assert said("A seat is free for you now.") in words
    assert said("Please tell us soon whether you come. Without an answer we ask the next in line.") in words
    assert place not in words
    assert said("We have no telephone number of yours, so please ask us.") not in words


def test_without_an_address_the_sign_of_the_post_waits_for_a_hand() -> None:
    registration = make.registration(make.run(), person("山田", address="", postal_code=""))

    words = paper.words(posted_slip_pdf(registration))

    assert words.index("〒") < words.index("山田茂様")


def test_a_letter_has_a_title_and_a_language() -> None:
    run = drawn(person("山田"))
    read = paper.read(letters_pdf(run, recipients(run, Outcome.SEAT).to_everybody, Outcome.SEAT))

    assert "写真をとって送る" in read.metadata.title
    assert "山田" not in read.metadata.title
    assert read.trailer["/Root"]["/Lang"] == "ja"
