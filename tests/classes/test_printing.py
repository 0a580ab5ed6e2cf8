from io import BytesIO

import pytest
from django.utils import timezone
from django.utils.translation import ngettext, override
from pypdf import PdfReader

from city.models import CityProfile
from classes.cancellation import cancel
from classes.models import CourseRun, Party, Registration
from classes.printing import slip_pdf
from core.wareki import local_date, short_date, spoken
from residents.models import ContactWish
from tests.make import classes as make
from tests.make import paper
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents
from tests.make.paper import said, squeezed

pytestmark = pytest.mark.django_db


def words_of(registration, *, sheets: int | None = 1) -> str:
    """The words of a slip without spaces and line ends, which depend on the width of the paper."""
    reader = PdfReader(BytesIO(slip_pdf(registration)))
    assert sheets in (None, len(reader.pages))
    assert [round(float(edge) / 72 * 25.4) for edge in reader.pages[0].mediabox[2:]] == [148, 210]
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def confirmed_office(**facts) -> None:
    """An office that has checked what it says of itself."""
    said_of_it = {"office_phone_confirmed": True, "office_hours_text": "平日 午前8時30分から午後5時15分まで"}
    CityProfile.objects.update_or_create(pk=1, defaults={**said_of_it, **facts})


def spoken_day(lesson) -> str:
    """The day of a lesson as the largest date has it."""
    day, weekday = spoken(local_date(lesson.starts_at)).split("、")
    return f"{day}（{weekday}）"


def smallest_of(registration) -> float:
    """The smallest type in which a slip speaks to the resident, between its head and the small print."""
    pdf, notice = slip_pdf(registration), CityProfile.current().purpose_notice
    sizes = []
    for page in range(len(paper.read(pdf).pages)):
        seen = paper.seen(pdf, page)
        head = next(each.y for each in seen if each.text.startswith("葛城市"))
        foot = next(each.y for each in seen if each.text == notice)
        sizes += [each.size for each in seen if foot < each.y < head - 1]
    return min(sizes)


def test_a_slip_says_what_when_where_what_to_bring_and_for_whom() -> None:
    venue = make.venue("忍海集会所", room="1階 和室", directions="忍海駅から歩いて5分", is_confirmed=True)
    run = make.run(venue=venue, starts_at=make.days_ahead(14, "13:30"))

    words = words_of(make.registration(run))

    for wanted in ("写真をとって送る", "午後1時30分", "午後3時30分", "忍海集会所", "1階和室", "忍海駅から歩いて5分"):
        assert wanted in words
    for wanted in ("スマートフォン、充電器", "髙橋茂", f"{run.pk}-1"):
        assert wanted in words
    assert "要確認" in words  # the office's number, which nobody has confirmed


def test_a_slip_keeps_the_order_in_which_one_reads_it() -> None:
    run = make.run()
    words = words_of(make.registration(run))
    city = CityProfile.current()

    wanted = [run.course.title, run.lessons.get().venue.name, "スマートフォン", "髙橋茂", city.office_phone]
    places = [words.index(each) for each in [*wanted, city.purpose_notice.rstrip("。")]]
    assert places == sorted(places)


def test_a_number_that_was_confirmed_is_not_called_in_question() -> None:
    confirmed_office()
    run = make.run(venue=make.venue(is_confirmed=True))

    assert "要確認" not in words_of(make.registration(run))


def test_whoever_waits_reads_the_place_in_line_and_no_seat() -> None:
    run = make.run(capacity=1)
    make.registration(run)
    make.registration(run)

    words = words_of(make.registration(run))

    assert "2番目" in words
    assert "空き待ち" in words


def test_whoever_waits_for_lots_to_be_drawn_reads_the_lot_and_no_place() -> None:
    run = make.run(selection=CourseRun.Selection.LOTTERY)
    closes = short_date(run.reception_closes_at)

    words = words_of(make.registration(run))

    assert "番目" not in words
    assert "申込票" in words
    assert said("Lot number %(lot)s", lot=f"{run.pk}-1") in words
    assert said("Applications are taken until %(day)s, then lots are drawn.", day=closes) in words


@pytest.mark.parametrize("selection", [CourseRun.Selection.LOTTERY, CourseRun.Selection.COUNTER])
def test_where_reception_closes_at_midnight_the_day_before_is_the_last_one_to_be_read(selection) -> None:
    run = make.run(selection=selection, reception_closes_at=make.days_ahead(10, "00:00"))

    words = words_of(make.registration(run))

    with override("ja"):
        assert f"{short_date(make.days_ahead(9))}まで" in words
        assert short_date(run.reception_closes_at) not in words


def test_people_who_come_together_have_one_lot_and_do_not_read_each_others_names() -> None:
    run = make.run(selection=CourseRun.Selection.LOTTERY)
    first = make.registration(run)
    second = make.registration(run, make_residents.resident(family_name="山田", given_name="花子"))
    Registration.objects.update(party=Party.objects.create(run=run))
    first.refresh_from_db()
    second.refresh_from_db()

    words = words_of(second)

    assert said("Lot number %(lot)s", lot=first.slip) in words
    assert "髙橋" not in words
    with override("ja"):
        assert ngettext("and %(count)d other", "and %(count)d others", 1) % {"count": 1} in words


@pytest.mark.parametrize("selection", CourseRun.Selection.values)
@pytest.mark.parametrize("wish", ContactWish.values)
def test_whoever_waits_reads_on_the_slip_what_the_desk_reads_out(client, selection, wish) -> None:
    confirmed_office(sms_sender="0005-000-123")
    client.force_login(make.clerk())
    run = make.run(selection=selection, capacity=1)
    make.registration(run)
    person = make_residents.resident(contact_wish=wish, address="葛城市忍海1番地")

    waiting = make.registration(run, person)

    read_out = client.get("/desk/", {"done": waiting.pk}).context["done"]["let_know"]
    assert squeezed(read_out) in words_of(waiting)


def test_a_decision_comes_in_the_way_that_somebody_wished_for_and_a_free_seat_by_telephone() -> None:
    confirmed_office(sms_sender="0005-000-123")
    phone = make_residents.mobile()
    texted = make_reminders.textable(phone, address="葛城市忍海1番地")
    full = make.run(capacity=1)
    make.registration(full)

    decided = words_of(make.registration(make.run(selection=CourseRun.Selection.COUNTER), texted))
    freed = words_of(make.registration(full, texted))

    assert said("We let you know by a text message to %(number)s.", number=phone.national) in decided
    assert said(" The text comes from %(number)s.", number="0005-000-123") in decided
    assert said("When a seat is free, we call you at %(number)s.", number=phone.national) in freed
    assert said(" The call comes from %(number)s.", number="0745-00-0000") in freed


def test_whoever_has_no_telephone_is_told_of_no_call() -> None:
    confirmed_office()
    unreachable = make_residents.resident(phone=None)

    words = words_of(make.registration(make.run(selection=CourseRun.Selection.LOTTERY), unreachable))

    assert said("We have no telephone number of yours, so please ask us.") in words
    assert said(" The call comes from %(number)s.", number="0745-00-0000") not in words


def test_a_device_to_borrow_is_promised() -> None:
    registration = make.registration(make.run())

    assert said("Loan device") not in words_of(registration)
    registration.borrows = True
    assert said("Loan device") in words_of(registration)


def test_a_reminder_says_from_which_number_it_comes() -> None:
    confirmed_office(sms_sender="0005-000-123")
    run = make.run()
    texted = make_reminders.textable()

    assert "0005-000-123" in words_of(make.registration(run, texted))
    assert said(" The call comes from %(number)s.", number="0745-00-0000") in words_of(make.registration(run))


@pytest.mark.parametrize("lessons", [1, 2, 3])
def test_everything_for_the_resident_is_of_sixteen_points_or_more(lessons) -> None:
    confirmed_office()
    found = {"address": "葛城市忍海123番地4", "directions": "近鉄忍海駅から歩いて5分。駐車場が8台分あります。"}
    venue = make.venue("忍海集会所", room="1階 和室", is_confirmed=True, **found)

    assert smallest_of(make.registration(make.run(venue=venue, lessons=lessons))) >= 16


def test_names_as_long_as_they_can_be_go_on_overleaf_before_they_become_small() -> None:
    confirmed_office()
    venue = make.venue("葛" * 60, room="城" * 60, address="葛城市新庄町柿本166番地の2", directions="駅から歩いて3分")
    run = make.run(venue=venue, course=make.course("写" * 60), lessons=3)
    registration = make.registration(run)

    words = words_of(registration, sheets=2)

    assert words.count("葛") > 60
    assert words.count("写") >= 60
    assert words.count(registration.slip) >= 2  # each sheet says whose it is
    assert smallest_of(registration) >= 16


@pytest.mark.parametrize("selection", CourseRun.Selection.values)
def test_a_slip_without_a_seat_is_as_large_as_one_with_a_seat(selection) -> None:
    confirmed_office(sms_sender="0005-000-123")
    found = {"address": "葛城市北花内341番地", "directions": "近鉄新庄駅から歩いて12分。駐車場は北側に50台分。"}
    run = make.run(
        venue=make.venue("新庄文化会館マルベリーホール", room="2階 研修室", **found),
        course=make.course("はじめてのスマートフォン", bring="スマートフォン、充電器、老眼鏡、飲み物、筆記用具"),
        selection=selection,
        capacity=1,
        lessons=3,
    )
    make.registration(run)

    assert smallest_of(make.registration(run, make_reminders.textable())) >= 16


def test_a_series_has_every_date_on_it() -> None:
    run = make.run(lessons=30)

    words = words_of(make.registration(run), sheets=2)

    for lesson in run.lessons.all():
        assert f"{lesson.starts_at.day}日" in words


def test_a_long_series_goes_on_overleaf_before_it_becomes_small() -> None:
    confirmed_office()
    run = make.run(lessons=30)
    registration = make.registration(run)

    words = words_of(registration, sheets=2)

    for lesson in run.lessons.all():
        assert f"{lesson.starts_at.day}日" in words
    assert words.count(registration.slip) >= 2  # each sheet says whose it is
    assert smallest_of(registration) >= 16


def test_a_lesson_at_another_hour_is_written_out() -> None:
    run = make.run()
    make.lesson(run, starts_at=make.days_ahead(21, "13:30"), venue=run.lessons.get().venue)

    words = words_of(make.registration(run))

    assert "第2回" in words
    assert "午後1時30分" in words
    assert said("Always at the same time in the same place.") not in words


def series_after_its_first_lesson(**fields) -> CourseRun:
    """A run of three lessons, a week apart, of which the first was three days ago."""
    return make.run(lessons=3, starts_at=make.days_ahead(-3, "13:30"), **fields)


def test_whoever_joins_a_series_later_reads_the_lessons_that_are_still_ahead() -> None:
    run = series_after_its_first_lesson()
    first, second, third = run.lessons.all()

    words = words_of(make.registration(run))

    assert short_date(first.starts_at) not in words
    assert spoken_day(first) not in words
    assert words.index(spoken_day(second)) < words.index("第2回") < words.index(short_date(third.starts_at))
    assert "第3回" in words
    assert said("%(number)d lessons in all", number=3) not in words


def test_a_slip_counts_the_lessons_as_the_run_does() -> None:
    confirmed_office()
    run = make.run(lessons=3)
    make.lesson(run, ordinal=4, starts_at=make.days_ahead(60))
    run.lessons.filter(ordinal=2).update(cancelled_at=timezone.now())

    words = words_of(make.registration(run))

    assert "第2回" not in words
    assert words.index("第1回") < words.index("第3回") < words.index("第4回")


def test_a_slip_printed_again_after_the_class_has_every_lesson_on_it() -> None:
    run = make.run(lessons=2, starts_at=make.days_ahead(-30))
    first, second = run.lessons.all()

    words = words_of(make.registration(run, channel=Registration.Channel.ON_THE_DAY))

    assert spoken_day(first) in words
    assert short_date(second.starts_at) in words


def test_every_hall_of_a_series_is_printed_once_with_the_way_to_it() -> None:
    confirmed_office()
    near = make.venue("忍海集会所", room="和室", directions="忍海駅から歩いて5分", is_confirmed=True)
    far = make.venue("新庄公民館", room="研修室", address="葛城市新庄1番地", directions="新庄駅から歩いて3分")
    run = make.run(venue=near)
    for day, venue in ((21, far), (28, near), (35, far)):
        make.lesson(run, starts_at=make.days_ahead(day), venue=venue)

    registration = make.registration(run)

    words = words_of(registration, sheets=2)

    assert smallest_of(registration) >= 16
    order = ["忍海集会所和室", "忍海駅", "第2回", "新庄公民館研修室", "葛城市新庄1番地", "新庄駅", "要確認", "第3回"]
    assert [words.index(each) for each in order] == sorted(words.index(each) for each in order)
    last = words[words.index("第3回") :]
    assert last.index("忍海集会所") < last.index("第4回") < last.index("新庄公民館")
    assert [words.count(each) for each in ("忍海駅", "新庄駅", "要確認")] == [1, 1, 1]


def test_a_cancelled_slip_cannot_be_taken_for_a_seat() -> None:
    registration = make.registration(make.run())

    words = words_of(cancel(registration, by=make.clerk(), reason="health"))

    assert "取消済み" in words


@pytest.mark.parametrize("off", ["the run", "its only lesson"])
@pytest.mark.parametrize("selection", [CourseRun.Selection.FIRST_COME, CourseRun.Selection.LOTTERY])
@pytest.mark.parametrize("waits", [False, True])
def test_a_slip_of_a_run_that_is_off_cannot_be_taken_for_a_place(selection, off, waits) -> None:
    run = make.run(capacity=1, selection=selection)
    if waits:
        make.registration(run)
    registration = make.registration(run)
    if off == "the run":
        CourseRun.objects.update(called_off_at=timezone.now())
    else:
        run.lessons.update(cancelled_at=timezone.now())
    registration = Registration.objects.get(pk=registration.pk)

    words = words_of(registration)

    assert squeezed("中止") in words
    assert squeezed(registration.slip) in words
    assert squeezed(short_date(run.lessons.get().starts_at)) in words
    assert spoken_day(run.lessons.get()) not in words
    for untrue in ("受付票", "順番", "くじ", "抽選", "お電話します", "お知らせします", "充電器"):
        assert squeezed(untrue) not in words


def test_a_slip_is_japanese_whatever_the_screen_speaks() -> None:
    registration = make.registration(make.run())

    with override("en"):
        assert "受付番号" in words_of(registration)


@pytest.mark.parametrize("name", ["𠮷﨑", "葛󠄀城", "髙橋", "齋藤", "長" * 20])
def test_any_name_is_printed_on_one_sheet(name) -> None:
    confirmed_office()
    person = make_residents.resident(family_name=name, given_name="茂")

    assert "茂様" in words_of(make.registration(make.run(), person))


def test_the_longest_name_is_printed_whole() -> None:
    """On one sheet or on two: that hangs on how wide the digits of the day and of the telephone number are."""
    confirmed_office()
    person = make_residents.resident(family_name="長" * 40, given_name="茂")

    words = words_of(make.registration(make.run(), person), sheets=None)

    assert "長" * 40 + "茂様" in words
