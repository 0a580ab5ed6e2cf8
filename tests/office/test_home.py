"""What each role sees of its day."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from city.models import CityProfile, Venue
from classes.cancellation import cancel
from classes.models import CourseRun, Offer
from core.wareki import TOKYO, clock, short_date
from materials.models import Step
from office.home import Section, sections
from reminders import halts
from reminders.models import Heartbeat, Message
from reminders.rounds import HEART
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make import draws as make_draws
from tests.make import helpdesk as make_helpdesk
from tests.make import materials as make_materials
from tests.make import reminders as make_reminders

pytestmark = pytest.mark.django_db
# A Wednesday.
MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=TOKYO)
# The Monday between them is a holiday.
FRIDAY, SUNDAY, TUESDAY = (datetime(2026, 11, day, 9, 30, tzinfo=TOKYO) for day in (20, 22, 24))


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False) as clock, translation.override("en"):
        Heartbeat.objects.create(name=HEART, beat_at=MORNING)
        yield clock


def day_of(*roles: Role, user: User | None = None) -> dict[str, Section]:
    """The sections of somebody's home page by their English titles."""
    found = sections(user or make_accounts.user(*roles), city=CityProfile.current())
    return {str(section.title): section for section in found}


def lost(*, at: datetime) -> Message:
    """A text of which it was heard at a moment that it did not arrive."""
    message = make_reminders.sent()
    Message.objects.filter(pk=message.pk).update(state="failed", error_code="30005", settled_at=at)
    return message


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (
            Role.RECEPTION,
            {
                "Messages that did not arrive",
                "Calls to make",
                "Seats offered, answer awaited",
                "At short notice",
                "Coming lessons",
                "Within a week, and too few people",
                "Attendance not written down or in question",
            },
        ),
        (Role.INSTRUCTOR, {"My lessons"}),
        (Role.ADVISER, {"My consultations today", "To look into again"}),
        (Role.AUTHOR, {"Guides being written", "Guides to compare with the real screens"}),
        (Role.ANALYST, {"Steps at which many get stuck"}),
        (Role.ADMINISTRATOR, {"Still to be checked by the city", "People without a role"}),
    ],
)
def test_each_role_sees_its_own_day_and_no_other(role, titles) -> None:
    assert set(day_of(role)) == titles


def test_whoever_holds_two_roles_sees_both_days() -> None:
    both = day_of(Role.INSTRUCTOR, Role.AUTHOR)

    assert set(both) == set(day_of(Role.INSTRUCTOR)) | set(day_of(Role.AUTHOR))


def test_without_a_role_the_page_says_whom_to_ask(client) -> None:
    client.force_login(make_accounts.user())

    assert "You have no role yet" in client.get(reverse("home"), headers={"Accept-Language": "en"}).content.decode()


# Reception ------------------------------------------------------------------------------------------------


def test_reception_sees_whom_to_call_today() -> None:
    day = {"due_at": MORNING, "useless_after": MORNING + timedelta(days=2)}
    with make_reminders.purpose():
        make_reminders.call(**day)
        make_reminders.call(due_at=MORNING + timedelta(days=5), useless_after=MORNING + timedelta(days=6))

    assert day_of(Role.RECEPTION)["Calls to make"].count == 1


def test_a_text_that_was_lost_today_stands_first() -> None:
    lost(at=MORNING - timedelta(minutes=5))

    first = sections(make_accounts.user(Role.RECEPTION), city=CityProfile.current())[0]

    assert (str(first.title), first.count, first.is_alarm) == ("Messages that did not arrive", 1, True)


def test_a_text_lost_on_sunday_is_seen_when_the_office_opens(morning) -> None:
    lost(at=SUNDAY)
    morning.move_to(TUESDAY)

    assert day_of(Role.RECEPTION)["Messages that did not arrive"].count == 1


def test_what_was_lost_while_the_office_was_open_is_not_told_again_the_next_day(morning) -> None:
    lost(at=FRIDAY)
    morning.move_to(TUESDAY)

    assert not day_of(Role.RECEPTION)["Messages that did not arrive"].is_alarm


def test_a_seat_that_is_held_waits_for_an_answer() -> None:
    clerk, run = make_classes.clerk(), make_classes.run(capacity=1)
    seated, _waiting = (make_classes.registration(run, by=clerk) for _each in range(2))
    cancel(seated, by=clerk, reason="health")

    section = day_of(Role.RECEPTION)["Seats offered, answer awaited"]
    assert section.count == 1
    offer = Offer.objects.get()
    assert short_date(offer.answer_by) in section.items[0].remark
    assert clock(offer.answer_by) in section.items[0].remark


def test_todays_lesson_is_listed_with_its_time_and_place() -> None:
    make_classes.run(starts_at=MORNING.replace(hour=13), venue=make_classes.venue("忍海集会所"))

    [item] = day_of(Role.RECEPTION)["Coming lessons"].items

    assert item.text == "写真をとって送る"
    assert "忍海集会所" in item.remark


def test_a_sheet_that_was_not_typed_in_is_asked_for() -> None:
    run = make_classes.run(starts_at=MORNING + timedelta(hours=1))
    make_classes.registration(run)

    assert day_of(Role.RECEPTION)["Attendance not written down or in question"].count == 0
    with time_machine.travel(MORNING + timedelta(hours=4), tick=False):
        assert day_of(Role.RECEPTION)["Attendance not written down or in question"].items[0].url == reverse(
            "roster", args=[run.lessons.get().pk]
        )


def test_a_run_of_the_coming_week_with_too_few_people_is_named() -> None:
    make_classes.run(starts_at=MORNING + timedelta(days=5), minimum=3)
    make_classes.run(starts_at=MORNING + timedelta(days=9), minimum=3)

    [item] = day_of(Role.RECEPTION)["Within a week, and too few people"].items

    assert item.remark == "0 of at least 3"


def test_whoever_waits_for_the_draw_is_counted_until_the_seats_are_drawn() -> None:
    run = make_classes.run(starts_at=MORNING + timedelta(days=5), minimum=2, selection="lottery")
    make_classes.registration(run)

    [item] = day_of(Role.RECEPTION)["Within a week, and too few people"].items
    assert item.remark == "1 of at least 2"

    make_classes.registration(run)
    assert day_of(Role.RECEPTION)["Within a week, and too few people"].count == 0


def test_seats_to_be_drawn_or_decided_are_named_once_reception_has_closed() -> None:
    run = make_draws.lottery()
    make_draws.applicants(run, 2)
    title = "Seats to be drawn or decided"
    assert title not in day_of(Role.RECEPTION)

    make_draws.closed(run)
    [item] = day_of(Role.RECEPTION)[title].items
    assert item.remark == "Lottery, reception closed on Wed 25 November"

    CourseRun.objects.update(reception_closes_at=MORNING.replace(hour=0, minute=0))
    [item] = day_of(Role.RECEPTION)[title].items
    assert item.remark == "Lottery, reception closed on Tue 24 November"
    assert item.url == reverse("run_detail", args=[run.pk])

    make_draws.drawn(run)
    assert title not in day_of(Role.RECEPTION)


def test_where_nobody_waits_there_is_nothing_to_draw_or_decide() -> None:
    for run in (make_draws.lottery(), make_draws.counter()):
        [applicant] = make_draws.applicants(run, 1)
        make_draws.closed(run)
        assert "Seats to be drawn or decided" in day_of(Role.RECEPTION)

        cancel(applicant, by=make_classes.clerk(), reason="health")
        assert "Seats to be drawn or decided" not in day_of(Role.RECEPTION)


def test_a_lesson_of_a_run_over_capacity_says_so() -> None:
    run = make_classes.run(starts_at=MORNING + timedelta(days=5), capacity=1)
    for _person in range(2):
        make_classes.registration(run, override_reason="夫婦で来る")

    [item] = day_of(Role.RECEPTION)["Coming lessons"].items

    assert item.remark.endswith("1 seats, 2 confirmed (1 person over)")


def test_of_many_runs_with_too_few_people_the_soonest_are_named_and_all_are_counted() -> None:
    runs = [make_classes.run(starts_at=MORNING + timedelta(days=days), minimum=3) for days in (6, 5, 4, 3, 2, 1)]

    section = day_of(Role.RECEPTION)["Within a week, and too few people"]

    assert section.count == 6
    assert [item.url for item in section.items] == [reverse("run_detail", args=[run.pk]) for run in runs[:0:-1]]


@pytest.mark.parametrize("hours", [1, -1], ids=["silent for an hour", "last seen by a clock that ran ahead"])
def test_a_worker_that_is_silent_raises_the_alarm(morning, hours: int) -> None:
    morning.move_to(MORNING + timedelta(hours=hours))

    assert day_of(Role.RECEPTION)["Reminders are not running"].is_alarm


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.ADMINISTRATOR])
def test_what_keeps_texts_from_leaving_is_an_alarm_for_the_desk_and_for_who_can_put_it_right(role: Role) -> None:
    halts.halt("20003", now=MORNING)

    alarm = day_of(role)["Texts are not leaving"]

    assert alarm.is_alarm
    assert [item.text for item in alarm.items] == ["The provider does not accept the account’s identification."]


def test_a_months_money_that_is_used_up_is_an_alarm() -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_monthly_yen=0)

    assert day_of(Role.RECEPTION)["Texts are not leaving"].is_alarm


def test_an_administrator_hears_of_a_silent_worker_too(morning) -> None:
    morning.move_to(MORNING + timedelta(hours=1))

    assert day_of(Role.ADMINISTRATOR)["Reminders are not running"].is_alarm


# The others -----------------------------------------------------------------------------------------------


def test_an_instructor_sees_only_lessons_of_their_own() -> None:
    teacher = make_accounts.user(Role.INSTRUCTOR)
    mine = make_classes.run(starts_at=MORNING.replace(hour=13)).lessons.get()
    mine.assignments.create(volunteer=make_accounts.volunteer(user=teacher), part="lead")
    make_classes.run()

    assert day_of(user=teacher)["My lessons"].count == 1


def test_an_adviser_sees_what_was_promised_and_is_due() -> None:
    make_helpdesk.consultation(follow_up_on=MORNING.date())
    make_helpdesk.consultation(follow_up_on=MORNING.date() + timedelta(days=1))

    assert day_of(Role.ADVISER)["To look into again"].count == 1


def test_an_adviser_counts_the_consultations_of_the_day() -> None:
    adviser = make_accounts.user(Role.ADVISER)
    make_helpdesk.consultation(by=adviser, held_on=MORNING.date())
    make_helpdesk.consultation(held_on=MORNING.date())

    assert day_of(user=adviser)["My consultations today"].count == 1


@pytest.mark.parametrize("held_on", [MORNING.date(), MORNING.date().replace(month=3)])
def test_an_analyst_sees_where_many_get_stuck_in_a_young_year_those_of_the_last(held_on) -> None:
    step = make_materials.edition(make_materials.guide()).steps.first()
    for _person in range(5):
        make_helpdesk.stuck(step, held_on=held_on)

    [item] = day_of(Role.ANALYST)["Steps at which many get stuck"].items

    assert "100%" in item.remark
    assert item.url.endswith(f"edition={step.edition_id}&step=1")


def test_an_administrator_sees_what_nobody_has_checked_yet() -> None:
    venue = Venue.objects.create(name="忍海集会所")
    place = day_of(Role.ADMINISTRATOR)["Still to be checked by the city"]
    assert [item.url for item in place.items] == [reverse("city_edit"), reverse("venue_edit", args=[venue.pk])]

    Venue.objects.update(is_confirmed=True)
    CityProfile.objects.update(office_phone_confirmed=True)

    assert day_of(Role.ADMINISTRATOR)["Still to be checked by the city"].count == 0


# The page -------------------------------------------------------------------------------------------------


def test_no_name_and_no_number_of_a_resident_stands_on_the_page(client) -> None:
    """It stands open on a screen that visitors can see."""
    clerk, run = make_accounts.user(*Role), make_classes.run(capacity=1, starts_at=MORNING + timedelta(days=3))
    seated, waiting = (make_classes.registration(run, by=clerk) for _each in range(2))
    cancel(seated, by=clerk, reason="health")
    lost(at=MORNING)
    client.force_login(clerk)

    page = client.get(reverse("home")).content.decode()

    assert waiting.resident.family_name not in page
    assert waiting.resident.phone_lines.get().phone.national not in page


def test_the_page_asks_no_more_of_the_database_for_more_of_everything(client) -> None:
    chief = make_accounts.user(*Role)
    make_accounts.volunteer(user=chief)
    step = make_materials.edition(make_materials.guide(by=chief)).steps.first()
    for _person in range(5):
        make_helpdesk.stuck(step, by=chief, held_on=MORNING.date())
    client.force_login(chief)
    client.get(reverse("home"))

    def queries(number: int) -> int:
        for each in range(number):
            one_more_of_everything(chief, step, hours=each)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("home"))
        return len(asked)

    assert queries(2) == queries(40)


def test_the_page_of_reception_asks_thirteen_questions_at_most(client, django_assert_max_num_queries) -> None:
    chief, clerk = make_accounts.user(*Role), make_accounts.user(Role.RECEPTION)
    make_accounts.volunteer(user=chief)
    one_more_of_everything(chief, make_materials.edition(make_materials.guide(by=chief)).steps.first(), hours=1)
    client.force_login(clerk)
    client.get(reverse("home"))

    with django_assert_max_num_queries(13):
        client.get(reverse("home"))


def one_more_of_everything(chief: User, step: Step, *, hours: int) -> None:
    """A lesson to come, a seat held, a sheet not typed in, a text lost, a consultation to look into, a new venue."""
    coming = make_classes.run(capacity=3, minimum=3, starts_at=MORNING + timedelta(days=1, hours=hours))
    coming.lessons.get().assignments.create(volunteer=chief.volunteer, part="lead")
    seated, _waiting = (make_classes.registration(coming, by=chief) for _person in range(2))
    cancel(seated, by=chief, reason="health")
    past = make_classes.run(starts_at=MORNING + timedelta(hours=1))
    make_classes.registration(past, by=chief)
    held = MORNING - timedelta(hours=hours)
    past.lessons.update(starts_at=held - timedelta(hours=1), ends_at=held)
    lost(at=MORNING)
    make_helpdesk.stuck(step, by=chief, held_on=MORNING.date(), follow_up_on=MORNING.date())
    make_accounts.user()
