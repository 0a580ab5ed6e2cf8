"""The desk as the clerk finds people on it, without JavaScript: every step is a page."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from city.models import CityProfile
from classes.models import CourseRun, SeatHold
from classes.rescheduling import call_off, cancel_lesson
from core.models import AuditEntry
from core.wareki import TOKYO, clock, day_and_time, short_date
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
DESK = "/desk/"


def test_the_words_of_one_caller_are_not_shown_under_the_next(desk, shigeru) -> None:
    desk.post(DESK, {"typed": "1834", "person": shigeru.pk})
    assert desk.get(DESK, {"person": shigeru.pk}).context["typed"] == "1834"

    assert desk.get(DESK).context["typed"] == ""


def test_whom_the_clerk_looked_for_before_is_not_shown_beside_somebody_else(desk, shigeru) -> None:
    other = make.registration(make.run(), make_residents.resident(family_name="井上"))
    desk.post(DESK, {"typed": "1834", "person": shigeru.pk})

    page = desk.get(DESK, {"done": other.pk})

    assert page.context["typed"] == ""
    assert page.context["found"] is None


def test_one_conversation_is_one_look_on_record(desk, shigeru) -> None:
    run = make.run()

    desk.post(DESK, {"typed": "1834"}, follow=True)
    desk.get(DESK, {"person": shigeru.pk, "run": run.pk})
    desk.post(reverse("desk_register"), {"person": shigeru.pk, "run": run.pk}, follow=True)

    assert AuditEntry.objects.filter(action="resident.opened").count() == 1
    assert AuditEntry.objects.get(action="resident.searched").facts == {"found": 1}


def test_whoever_comes_together_is_looked_at_where_the_booking_shows_both_and_once_in_a_conversation(desk, shigeru):
    kiyo = make_residents.resident()
    registration = make.registration(make.run(), shigeru, companions=[kiyo])

    for _reload in range(2):
        desk.get(DESK, {"done": registration.pk})

    looks = AuditEntry.objects.filter(action="resident.opened").values_list("subject_id", flat=True)
    assert sorted(looks) == sorted([str(shigeru.pk), str(kiyo.pk)])
    desk.get(DESK)
    desk.get(DESK, {"done": registration.pk})
    assert looks.filter(subject_id=str(kiyo.pk)).count() == 2


def test_whoever_was_brought_to_the_desk_is_one_look_with_what_came_of_it(desk, shigeru) -> None:
    run, kiyo = make.run(), make_residents.resident()
    desk.get(DESK, {"person": shigeru.pk, "run": run.pk})
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": kiyo.pk, "run": run.pk}, follow=True)

    told = {"person": shigeru.pk, "companion": kiyo.pk, "run": run.pk}
    page = desk.post(reverse("desk_register"), told, follow=True)

    assert [each.resident for each in page.context["done"]["together"]] == [shigeru, kiyo]
    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(kiyo.pk)).count() == 1


def test_two_people_are_two_looks(desk, shigeru) -> None:
    other = make_residents.resident()

    desk.get(DESK, {"person": shigeru.pk})
    desk.get(DESK, {"person": other.pk})

    assert AuditEntry.objects.filter(action="resident.opened").count() == 2


def test_the_list_while_typing_is_on_record_once_it_shows_somebody(desk, clerk, shigeru) -> None:
    page = desk.post(reverse("desk_people"), {"typed": "183"})
    desk.post(reverse("desk_people"), {"typed": "9999"})
    assert "茂" not in page.content.decode()
    assert not AuditEntry.objects.filter(action__startswith="resident.s").exists()

    page = desk.post(reverse("desk_people"), {"typed": "1834"})
    assert "茂" in page.content.decode()
    assert AuditEntry.objects.get(action="resident.searched", by=clerk).facts == {"found": 1}


def test_several_people_are_listed_and_the_first_has_the_focus(desk, shigeru) -> None:
    make_residents.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")

    page = desk.post(DESK, {"typed": "1834"}).content.decode()

    assert re.search(r'value="\d+" data-row data-key="1" data-focus', page)


@pytest.mark.parametrize("address", ["?person=0", "?person=x", "?run=x", "?done=x", "?done=0", "?person=1&run=99999"])
def test_an_address_of_nothing_is_no_error(desk, address) -> None:
    assert desk.get(f"{DESK}{address}").status_code in {200, 404}


@pytest.mark.parametrize("typed", ["", " ", "'; drop table", "０" * 500, "👴", "\n\r\n", "%s", "<script>"])
def test_whatever_is_typed_is_answered(desk, typed) -> None:
    page = desk.post(DESK, {"typed": typed})

    assert page.status_code == 200
    assert "<script>" not in page.content.decode().replace("<script src", "")


@pytest.mark.parametrize("typed", ["", " ", "　"])
def test_nothing_typed_finds_nobody_and_says_what_to_type(desk, typed) -> None:
    page = desk.post(DESK, {"typed": typed})

    assert page.context["found"] is None
    assert "12-3" in page.content.decode()
    assert not AuditEntry.objects.filter(action="resident.searched").exists()


def test_no_page_of_the_desk_asks_once_for_every_row(desk, shigeru) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.post(DESK, {"typed": "タカハシ"})
            desk.get(DESK, {"person": shigeru.pk, "run": run.pk})
        return len(queries)

    def somebody_more_and_a_run_to_wait_for() -> None:
        make_residents.resident()
        other = make.run(lessons=3, capacity=1)
        make.registration(other)
        make.registration(other, shigeru)

    run = make.run(capacity=40)
    make.registration(run, shigeru)
    somebody_more_and_a_run_to_wait_for()
    few = asked()
    for _each in range(6):
        somebody_more_and_a_run_to_wait_for()

    assert asked() <= few


# The runs -------------------------------------------------------------------------------------------------


def test_the_filter_is_kept_in_the_address_and_nothing_typed_is_lost(desk, shigeru) -> None:
    hall = make.venue()
    run = make.run(venue=hall)
    make.run()
    narrowed = {"typed": "18", "device": "", "venue": hall.pk, "room": "on"}

    answer = desk.post(DESK, {**narrowed, "filter": "yes"}, follow=True)
    assert answer.redirect_chain == [(f"{DESK}?venue={hall.pk}&room=on&device=", 302)]
    assert [row.run for row in answer.context["runs"].rows] == [run]
    assert answer.context["typed"] == "18"

    chosen = desk.post(DESK, {**narrowed, "typed": "1834"}, follow=True)
    assert chosen.redirect_chain == [(f"{DESK}?person={shigeru.pk}&venue={hall.pk}&room=on", 302)]


def test_the_list_is_narrowed_by_the_callers_own_device_until_another_is_chosen(desk) -> None:
    person = make_residents.resident(device="iphone")
    make.run(course=make.course("写真", device="android"))

    own = desk.get(DESK, {"person": person.pk})
    every = desk.get(DESK, {"person": person.pk, "device": ""})

    assert own.context["runs"].total == 0
    assert every.context["runs"].total == 1


def test_a_filter_that_is_none_of_ours_counts_as_all(desk) -> None:
    make.run()

    page = desk.get(DESK, {"device": "radio", "venue": "999", "weekday": "9", "level": "<b>", "room": "maybe"})

    assert page.status_code == 200
    assert page.context["runs"].total == 1


def test_the_heading_says_how_many_runs_there_are_beyond_those_shown(desk, monkeypatch) -> None:
    monkeypatch.setattr("classes.desk.MOST_RUNS", 1)
    make.run()
    make.run()

    page = desk.get(DESK).content.decode()

    heading = re.search(r"<h2 id=\"runs-heading\">(.*?)</h2>", page, re.DOTALL).group(1)
    assert "1" in heading
    assert "2" in heading


# A run chosen ---------------------------------------------------------------------------------------------


def test_choosing_a_run_holds_a_seat_and_says_until_when(desk, clerk, shigeru) -> None:
    run = make.run(capacity=1)
    desk.get(DESK, {"person": shigeru.pk})

    answer = desk.post(DESK, {"typed": "", "caller": shigeru.pk, "choose": run.pk}, follow=True)

    held = SeatHold.objects.get()
    assert (held.run, held.held_by, held.seats) == (run, clerk, 1)
    assert answer.redirect_chain == [(f"{DESK}?person={shigeru.pk}&run={run.pk}", 302)]
    assert answer.context["chosen"].has_a_seat
    assert clock(held.expires_at) in answer.content.decode()


def test_number_and_run_arrive_together(desk, clerk, shigeru) -> None:
    run = make.run()

    answer = desk.post(DESK, {"typed": "1834", "choose": run.pk}, follow=True)

    assert answer.redirect_chain == [(f"{DESK}?person={shigeru.pk}&run={run.pk}", 302)]
    assert SeatHold.objects.get().run == run


def test_choosing_a_run_before_anybody_is_named_is_no_search(desk) -> None:
    run = make.run()

    answer = desk.post(DESK, {"typed": " ", "choose": run.pk}, follow=True)

    assert answer.redirect_chain == [(f"{DESK}?run={run.pk}", 302)]
    assert SeatHold.objects.get().run == run
    assert not AuditEntry.objects.filter(action__startswith="resident").exists()


def test_another_run_is_chosen_while_somebody_is_looked_for_who_comes_along(desk, shigeru) -> None:
    run = make.run()
    desk.post(DESK, {"typed": "1834"})

    answer = desk.post(DESK, {"typed": "", "caller": shigeru.pk, "add": "yes", "choose": run.pk}, follow=True)

    assert (answer.context["resident"], answer.context["adding"]) == (shigeru, True)
    assert SeatHold.objects.get().run == run


def test_a_run_chosen_for_somebody_whom_nobody_knows_yet_stays_chosen_and_held(desk) -> None:
    run = make.run()

    page = desk.post(DESK, {"typed": "0745-00-9999", "choose": run.pk})
    form = desk.post(DESK, {"typed": "0745-00-9999", "run": run.pk, "new": "yes"})

    assert SeatHold.objects.get().run == run
    assert (page.context["chosen"].run, form.context["chosen"].run) == (run, run)
    assert form.context["new"].initial["phone0"] == "0745-00-9999"


def test_words_typed_for_the_next_caller_are_not_registered_for_the_one_before(desk, shigeru) -> None:
    hana = make_residents.resident(family_kana="ナカムラ", given_kana="ハナ", phone="0745-00-2811")
    run = make.run()
    desk.post(DESK, {"typed": "1834"})

    answer = desk.post(DESK, {"typed": "2811", "caller": shigeru.pk, "choose": run.pk}, follow=True)

    assert answer.context["resident"] == hana


def test_a_run_that_is_closed_or_unknown_is_not_held(desk, shigeru) -> None:
    closed = make.run(reception_closes_at=timezone.now() - timedelta(minutes=1))

    for number in (closed.pk, 99999, "x", ""):
        answer = desk.post(DESK, {"typed": "1834", "choose": number}, follow=True)
        assert answer.status_code == 200

    assert not SeatHold.objects.exists()


def test_why_a_run_cannot_be_registered_for_is_said_as_it_is(desk, shigeru) -> None:
    now = timezone.now()
    early = make.run(reception_opens_at=now + timedelta(days=1), reception_closes_at=now + timedelta(days=2))
    late = make.run(reception_closes_at=now - timedelta(minutes=1))
    off = make.run(called_off_at=now)
    over = make.run()
    over.lessons.update(starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))

    def told(number: int) -> str:
        [message] = desk.get(DESK, {"person": shigeru.pk, "run": number}).context["messages"]
        return str(message)

    title = early.course.title
    assert told(early.pk) == f"「{title}」の受付は、{day_and_time(early.reception_opens_at)}からです。"
    assert told(late.pk) == f"「{title}」の受付は、{day_and_time(late.reception_closes_at)}に終わりました。"
    assert told(off.pk) == f"「{title}」は中止になりました。"
    assert told(over.pk) == f"「{title}」はもう終わりました。"
    assert "講座" in told(99999)


def test_nothing_is_held_for_somebody_who_is_in_the_run_already(desk, shigeru) -> None:
    run = make.run()
    make.registration(run, shigeru)

    desk.post(DESK, {"typed": "1834", "choose": run.pk})

    assert not SeatHold.objects.exists()


def test_a_slip_number_leads_to_what_it_stands_for(desk, shigeru) -> None:
    registration = make.registration(make.run(), shigeru)

    listed = desk.post(reverse("desk_people"), {"typed": registration.slip}).content.decode()
    answer = desk.post(DESK, {"typed": registration.slip}, follow=True)

    assert listed.index(f"?done={registration.pk}") < listed.index('name="person"')
    assert answer.redirect_chain == [(f"{DESK}?done={registration.pk}", 302)]


def test_how_many_were_found_is_said_aloud_while_typing(desk, shigeru) -> None:
    part = desk.post(reverse("desk_people"), {"typed": "1834"}).content.decode()
    page = desk.get(DESK).content.decode()

    assert 'id="found-count" hx-swap-oob="innerHTML"' in part
    assert 'id="found-count" role="status"' in page


# A registration whose class is off, going on or over --------------------------------------------------------


def part_of(page, start: str, end: str = "</section>") -> str:
    """A part of a page without its tags."""
    text = page.content.decode()
    begins = text.index(start)
    return re.sub(r"<[^>]+>", "", text[begins : text.index(end, begins)])


def about_the_slip(desk, registration) -> str:
    """What the desk says when a slip number is typed."""
    return part_of(desk.post(DESK, {"typed": registration.slip}, follow=True), '<section class="say"')


@pytest.mark.parametrize("off", ["the run", "its lessons"])
@pytest.mark.parametrize("waits", [False, True])
def test_whoever_rings_about_a_class_that_is_off_is_told_so_and_nothing_else(desk, clerk, shigeru, off, waits) -> None:
    run = make.run(capacity=1, lessons=2)
    if waits:
        make.registration(run)
    registration = make.registration(run, shigeru)
    if off == "the run":
        call_off(run, reason="台風のため", by=clerk, tell=False)
    else:
        for lesson in run.lessons.all():
            cancel_lesson(lesson, reason="台風のため", by=clerk, tell=False)

    said = about_the_slip(desk, registration)
    page = desk.get(DESK, {"done": registration.pk})
    listed = part_of(desk.post(reverse("desk_people"), {"typed": registration.slip}), 'id="found-slip"', "</li>")
    by_number = part_of(desk.post(reverse("desk_people"), {"typed": "1834"}), 'class="next"', "</span>")
    panel = part_of(desk.get(DESK, {"person": shigeru.pk}), 'id="person-name"')

    day = short_date(run.lessons.all()[0].starts_at)
    assert "中止になりました" in said
    assert "台風のため" in said
    assert day in said
    assert words_read_out(page) == ""
    for untrue in ("受け付けました", "空き待ち", "順番", "お電話", "お知らせはもう", "印刷", "取り消す"):
        assert untrue not in said
    assert reverse("registration_slip", args=[registration.pk]) not in page.content.decode()
    for told in (listed, by_number, panel):
        assert "中止" in told
        assert day in told
        assert "順番" not in told


def test_somebody_lost_on_the_way_is_told_where_the_class_is_that_is_going_on(desk, shigeru) -> None:
    registration = make.registration(make.run(venue=make.venue("忍海集会所")), shigeru, channel="counter")
    registration.run.lessons.update(starts_at=timezone.now() - timedelta(minutes=10))

    said = about_the_slip(desk, registration)
    read_out = words_read_out(desk.get(DESK, {"done": registration.pk}))
    by_number = part_of(desk.post(reverse("desk_people"), {"typed": "1834"}), 'class="next"', "</span>")
    panel = part_of(desk.get(DESK, {"person": shigeru.pk}), 'id="person-name"')

    assert "ただいま開催中" in read_out
    assert "忍海集会所" in read_out
    assert "お知らせはもう" not in said
    assert "ただいま開催中" in by_number
    assert "ただいま開催中" in panel
    assert "忍海集会所" in panel


def test_of_a_series_the_lesson_that_is_going_on_is_read_out_before_the_next(in_english, shigeru) -> None:
    registration = make.registration(make.run(lessons=2), shigeru)
    registration.run.lessons.filter(ordinal=1).update(starts_at=timezone.now() - timedelta(minutes=10))

    said = words_read_out(in_english.get(DESK, {"done": registration.pk}))

    assert said.index("Lesson 1 is going on") < said.index("Lesson 2 begins")


def test_whoever_has_no_seat_is_not_sent_to_the_class_that_is_going_on(desk, shigeru) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    registration = make.registration(run, shigeru)
    run.lessons.update(starts_at=timezone.now() - timedelta(minutes=10))

    page = desk.get(DESK, {"done": registration.pk})
    said = part_of(page, '<section class="say"')

    assert "空き待ち" in said
    assert "ただいま開催中" in said
    assert words_read_out(page) == ""
    assert "順番" not in said


def test_whoever_waits_for_a_series_hears_of_the_next_lesson_and_not_of_the_one_going_on(in_english, shigeru) -> None:
    run = make.run(capacity=1, lessons=2)
    make.registration(run)
    registration = make.registration(run, shigeru)
    run.lessons.filter(ordinal=1).update(starts_at=timezone.now() - timedelta(minutes=10))

    said = words_read_out(in_english.get(DESK, {"done": registration.pk}))

    assert "Lesson 2 begins" in said
    assert "going on" not in said


@pytest.mark.parametrize("waits", [False, True])
def test_of_a_class_that_is_over_nothing_is_promised_and_nothing_is_to_be_written_down(desk, shigeru, waits) -> None:
    now, run = timezone.now(), make.run(capacity=1)
    if waits:
        make.registration(run)
    registration = make.registration(run, shigeru)
    run.lessons.update(starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))

    said = about_the_slip(desk, registration)

    assert "終わりました" in said
    assert short_date(now - timedelta(hours=3)) in said
    for untrue in ("受け付けました", "空き待ち", "順番", "お電話", "お知らせはもう", "取り消す"):
        assert untrue not in said


def test_an_applicant_is_not_announced_as_being_on_the_waiting_list(desk, shigeru) -> None:
    full = make.run(capacity=1)
    make.registration(full)

    def told(run) -> str:
        make.registration(run, shigeru)
        return part_of(desk.get(DESK, {"person": shigeru.pk, "run": run.pk}), '<section class="say"')

    assert "空き待ち" in told(full)
    for selection in (CourseRun.Selection.LOTTERY, CourseRun.Selection.COUNTER):
        said = told(make.run(selection=selection))
        assert "空き待ち" not in said
        assert "申し込んで" in said


# Who comes along ------------------------------------------------------------------------------------------


def test_somebody_is_looked_up_to_come_along_and_the_caller_stays(desk, shigeru) -> None:
    hana = make_residents.resident(family_kana="ナカムラ", given_kana="ハナ", phone="0745-00-2811")
    run = make.run()
    desk.post(DESK, {"typed": "1834", "choose": run.pk})

    looking = desk.get(DESK, {"person": shigeru.pk, "run": run.pk, "add": "yes"})
    answer = desk.post(DESK, {"typed": "2811", "caller": shigeru.pk, "run": run.pk, "add": "yes"}, follow=True)

    assert (looking.context["adding"], looking.context["typed"]) == (True, "")
    assert (answer.context["resident"], answer.context["companions"]) == (shigeru, [hana])
    assert answer.context["typed"] == "1834"
    assert SeatHold.objects.get().seats == 2
    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(hana.pk)).count() == 1


def test_several_who_may_come_along_are_listed_and_the_caller_stays(desk, shigeru) -> None:
    for given in ("ア", "イ"):
        make_residents.resident(given_name=given, given_kana=given, phone="0745-00-2811")
    desk.post(DESK, {"typed": "1834"})

    page = desk.post(DESK, {"typed": "2811", "caller": shigeru.pk, "add": "yes"})
    row = page.context["found"].rows[1].person
    answer = desk.post(DESK, {"typed": "2811", "caller": shigeru.pk, "add": "yes", "person": row.pk}, follow=True)

    assert (page.context["resident"], page.context["adding"], page.context["typed"]) == (shigeru, True, "2811")
    assert answer.context["companions"] == [row]


# Who may --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.ADVISER, Role.AUTHOR, Role.ANALYST, Role.ADMINISTRATOR])
def test_only_reception_uses_the_desk(client, role) -> None:
    client.force_login(make_accounts.user(role))

    assert client.get(DESK).status_code == 403
    assert client.post(reverse("desk_people"), {"typed": "1834"}).status_code == 403


def test_people_are_never_searched_by_an_address(desk, shigeru) -> None:
    page = desk.get(DESK, {"typed": "1834"}).content.decode()

    assert shigeru.given_name not in page
    assert desk.get(reverse("desk_people"), {"typed": "1834"}).status_code == 405


@pytest.fixture
def in_english(desk):
    desk.cookies["django_language"] = "en"
    return desk


def words_read_out(page) -> str:
    """What the clerk reads out, without tags and line ends."""
    said = re.search(r'id="say-words">(.*?)</p>', page.content.decode(), re.DOTALL)
    return re.sub(r"<[^>]+>", "", said[1]) if said else ""


def test_where_reception_closes_at_midnight_the_day_before_is_read_out(in_english, shigeru) -> None:
    run = make.run(selection="lottery", reception_closes_at=make.days_ahead(10, "00:00"))

    said = words_read_out(in_english.get(DESK, {"person": shigeru.pk, "run": run.pk}))

    with override("en"):
        assert f"Lots are drawn after {short_date(make.days_ahead(9))}," in said


def test_a_series_is_read_out_with_the_numbers_of_its_lessons(in_english, shigeru) -> None:
    run = make.run(lessons=3)

    said = words_read_out(in_english.get(DESK, {"person": shigeru.pk, "run": run.pk}))

    assert "It is 3 lessons." in said
    assert said.index("Lesson 1 begins") < said.index("Lesson 2 begins") < said.index("Lesson 3 begins")


def test_a_series_that_has_begun_is_read_out_as_what_is_left_of_it(in_english, shigeru) -> None:
    run = make.run(lessons=3, starts_at=make.days_ahead(-3))

    choosing = words_read_out(in_english.get(DESK, {"person": shigeru.pk, "run": run.pk}))
    registered = words_read_out(in_english.get(DESK, {"done": make.registration(run, shigeru).pk}))

    for said in (choosing, registered):
        assert "2 lessons are still ahead." in said
        assert "Lesson 1" not in said
        assert said.index("Lesson 2 begins") < said.index("Lesson 3 begins")


def test_the_last_lesson_of_a_series_is_not_read_out_as_the_only_one(in_english, shigeru) -> None:
    run = make.run(lessons=2, starts_at=make.days_ahead(-3))

    assert "Lesson 2 begins" in words_read_out(in_english.get(DESK, {"person": shigeru.pk, "run": run.pk}))


@pytest.fixture
def this_month(time_machine) -> datetime:
    """When a lesson is whose reminders are due in the month that it is."""
    time_machine.move_to(datetime(2026, 11, 16, 9, 0, tzinfo=TOKYO))
    return datetime(2026, 11, 25, 10, 0, tzinfo=TOKYO)


def test_before_a_text_is_promised_the_clerk_reads_that_it_will_be_a_call(desk, this_month) -> None:
    person = make_reminders.textable()
    run = make.run(starts_at=this_month)
    assert desk.get(DESK, {"person": person.pk, "run": run.pk}).context["caution"] == ""
    CityProfile.objects.update(sms_monthly_yen=0)

    with override("en"):
        page = desk.get(DESK, {"person": person.pk, "run": run.pk}, headers={"accept-language": "en"})

    assert page.context["caution"]
    assert page.context["caution"] in page.content.decode()
    assert f"by a telephone call to {person.phone_lines.get().phone.national}" in page.context["promise"]


def test_no_text_is_announced_afterwards_in_a_month_without_money(desk, this_month) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_monthly_yen=0)
    person, run = make_reminders.textable(), make.run(starts_at=this_month)

    page = desk.post(reverse("desk_register"), {"person": person.pk, "run": run.pk}, follow=True)

    done = page.context["done"]
    assert done["caution"]
    assert done["caution"] in page.content.decode()
    assert done["in_writing"] == ""


def test_somebody_who_is_texted_costs_the_desk_one_look_at_the_money(desk) -> None:
    called, texted, run = make_residents.resident(), make_reminders.textable(), make.run()

    def asked(person) -> int:
        with CaptureQueriesContext(connection) as questions:
            desk.get(DESK, {"person": person.pk, "run": run.pk})
        return sum("reminders_message" in question["sql"] for question in questions)

    assert [asked(called), asked(texted)] == [0, 1]


def test_a_run_with_more_people_than_seats_says_so_beside_whoever_comes_to_it(desk, shigeru) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    make.registration(run, shigeru, override_reason="付き添い")

    panel = desk.get("/desk/", {"person": shigeru.pk}).content.decode()
    record = desk.get(reverse("person", args=[shigeru.pk])).content.decode()

    assert f'<span class="tag amber">{run.seats.short}</span>' in panel[panel.index("person-name") :]
    assert f'<span class="tag amber">{run.seats.short}</span>' in record
