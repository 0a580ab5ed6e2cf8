"""The pages on which classes are planned, as they are without scripts."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import ROLE_PERMISSIONS, Permission, Role
from classes.models import Course, CourseRun, Lesson, Offer
from classes.planning import assign
from classes.rescheduling import ReasonIsMissing
from classes.views.runs import CHANNELS
from core.models import AuditEntry
from core.stale import fingerprint
from core.wareki import short_date
from residents.models import ContactWish
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents
from tests.make.pages import Page, opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_day_in_november():
    with time_machine.travel("2026-11-24 11:00+09:00"):
        yield


def rows(*lessons, total=4):
    """The rows of lessons as a form sends them; each a dict of what was typed."""
    sent = {"lessons-TOTAL_FORMS": total, "lessons-INITIAL_FORMS": 0}
    for number, lesson in enumerate(lessons):
        sent |= {f"lessons-{number}-{name}": value for name, value in lesson.items()}
    return sent


def terms(**changes):
    usual = {
        "capacity": "12",
        "minimum": "1",
        "selection": "first_come",
        "early_days": "3",
        "early_at": "10:00",
        "late_days": "1",
    }
    return {**usual, "late_at": "15:00", "is_public": "on", **changes}


def test_a_course_and_a_run_of_two_lessons_are_planned_from_what_a_clerk_types(client, clerk):
    hall, teacher, helper = make.venue("忍海集会所"), make_accounts.volunteer("吉川"), make_accounts.volunteer("森")
    client.post(
        reverse("course_create"),
        {
            "title": "はじめてのスマホ",
            "level": "basic",
            "device": "android",
            "topic": make.topic().pk,
            "bring": "充電器",
        },
    )
    course = Course.objects.get()

    answer = client.post(
        reverse("run_create"),
        {
            **terms(course=course.pk, capacity="１２", opens_on="11/25", closes_on="R8.12.1", helpers=[helper.pk]),
            **rows(
                {"day": "１２／３", "starts": "午前10時", "ends": "正午", "venue": hall.pk, "lead": teacher.pk},
                {"day": "令和8年12月10日(木)"},
            ),
        },
    )

    run = CourseRun.objects.get()
    assert answer.url == reverse("run_detail", args=[run.pk])
    times = [f"{timezone.localtime(lesson.starts_at):%m-%d %H:%M}" for lesson in run.lessons.all()]
    assert times == ["12-03 10:00", "12-10 10:00"]
    assert {lesson.venue for lesson in run.lessons.all()} == {hall}
    assert all(lesson.assignments.count() == 2 for lesson in run.lessons.all())
    assert run.capacity == 12
    assert f"{timezone.localtime(run.reception_opens_at):%m-%d %H:%M}" == "11-25 09:00"
    assert f"{timezone.localtime(run.reception_closes_at):%m-%d %H:%M}" == "12-01 17:00"
    assert run.reminder_rules == [[3, "10:00"], [1, "15:00"]]


GOOD = {"day": "12/3", "starts": "10:00", "ends": "12:00"}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"day": "11/31"}, "lessons-0-day"),
        ({"day": "令和8年2月30日"}, "lessons-0-day"),
        ({"day": "12月3日（月）"}, "lessons-0-day"),
        ({"day": "R8.11.2"}, "lessons-0-day"),
        ({"day": "2036-12-03"}, "lessons-0-day"),
        ({"day": ""}, "lessons-0-day"),
        ({"starts": "25:00"}, "lessons-0-starts"),
        ({"starts": ""}, "lessons-0-starts"),
        ({"ends": "9:00"}, "lessons-0-ends"),
        ({"ends": "10:00"}, "lessons-0-ends"),
        ({"venue": ""}, "lessons-0-venue"),
        ({"venue": "999999"}, "lessons-0-venue"),
        ({"lead": "😀"}, "lessons-0-lead"),
    ],
)
def test_a_wrong_lesson_is_answered_at_its_box_and_everything_typed_is_kept(client, clerk, changes, wrong):
    hall, course = make.venue(), make.course()
    sent = {**terms(course=course.pk, bring="老眼鏡"), **rows({**GOOD, "venue": hall.pk, **changes})}

    page = client.post(reverse("run_create"), sent)

    assert page.status_code == 422
    boxes = [(bound.html_name, bound) for row in page.context["formset"] for bound in row]
    assert [name for name, bound in boxes if bound.errors] == [wrong]
    assert dict(boxes)[wrong].value() == sent[wrong]
    assert page.context["form"]["bring"].value() == "老眼鏡"
    assert not CourseRun.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("course", "", "course"),
        ("capacity", "0", "capacity"),
        ("capacity", "十二", "capacity"),
        ("capacity", "501", "capacity"),
        ("minimum", "13", "minimum"),
        ("opens_on", "2月30日", "opens_on"),
        ("closes_on", "R8.11.1", "closes_on"),
        ("closes_at", "17:00", "closes_on"),
        ("early_at", "", "early_at"),
        ("late_days", "31", "late_days"),
        ("bring", "あ" * 161, "bring"),
    ],
)
def test_wrong_terms_are_answered_at_the_field(client, clerk, field, value, wrong):
    sent = terms(course=make.course().pk, **{field: value}) if field != "course" else terms(course="")
    sent |= rows({**GOOD, "venue": make.venue().pk})

    page = client.post(reverse("run_create"), sent)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [wrong]
    assert page.context["form"][field].value() == value


def test_without_any_date_the_first_row_says_so(client, clerk):
    page = client.post(reverse("run_create"), {**terms(course=make.course().pk), **rows()})

    assert page.status_code == 422
    assert page.context["formset"].forms[0].errors.keys() == {"day"}


def test_one_more_row_keeps_what_was_typed_and_judges_nothing_yet(client, clerk):
    sent = {**terms(capacity="many"), **rows({"day": "あした", "starts": "10:00"}), "add_row": "1"}

    page = client.post(reverse("run_create"), sent)

    assert page.status_code == 200
    assert len(page.context["formset"].forms) == 5
    assert page.context["formset"].forms[0]["day"].value() == "あした"
    assert page.context["form"]["capacity"].value() == "many"
    assert not page.context["form"].is_bound


def test_a_clash_is_shown_before_saving_and_saved_only_with_the_tick(client, clerk):
    other = make.run(starts_at=make.days_ahead(9, "11:00"), course=make.course(title="LINE入門")).lessons.get()
    sent = {**terms(course=make.course().pk), **rows({**GOOD, "venue": other.venue_id})}

    page = client.post(reverse("run_create"), sent)

    assert page.status_code == 422
    told = page.content.decode()
    assert "LINE入門" in told
    assert "12月3日" in told
    assert page.context["formset"].forms[0]["day"].value() == "12/3"
    assert CourseRun.objects.count() == 1

    answer = client.post(reverse("run_create"), {**sent, "despite_clashes": "on"})

    assert answer.status_code == 302
    assert CourseRun.objects.count() == 2


def test_the_tick_is_not_offered_where_nothing_clashes(client, clerk):
    assert "despite_clashes" not in client.get(reverse("run_create")).content.decode()


def test_a_button_pressed_twice_plans_one_run(client, clerk):
    sent = {**terms(course=make.course().pk), **rows({**GOOD, "venue": make.venue().pk})}

    first, second = (client.post(reverse("run_create"), sent) for _press in range(2))

    assert first.url == second.url
    assert CourseRun.objects.count() == 1


def test_the_page_says_how_many_are_beyond_the_capacity(client, clerk):
    run = make.run(capacity=1)
    for _person in range(2):
        make.registration(run, override_reason="夫婦でいっしょに")

    told = client.get(reverse("run_detail", args=[run.pk])).content.decode()

    assert run.seats.sentence in told
    assert run.seats.over == 1


def test_the_reminders_of_a_run_whose_boxes_were_not_sent_stay_as_they_stood(client, clerk):
    three = [[7, "10:00"], [3, "10:00"], [1, "15:00"]]
    run = make.run(reminder_rules=three)

    client.post(
        reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), capacity="5", early_days="8", late_days="3")
    )

    run.refresh_from_db()
    assert (run.capacity, run.reminder_rules) == (5, [[8, "10:00"], [3, "15:00"], three[2]])


def test_after_other_rules_the_page_says_how_many_are_reminded_anew_and_how_many_no_more(client, clerk):
    client.cookies["django_language"] = "en"
    run = make.run(reminder_rules=[[4, "10:00"], [3, "10:00"], [1, "15:00"]])
    make.registration(run)
    rules = {"early_days": "5", "early_at": "10:00", "late_days": "4", "late_at": "10:00"}

    page = client.post(reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), **rules), follow=True)

    said = [str(message) for message in page.context["messages"]]
    assert said[1:] == ["1 reminder has been planned anew.", "1 reminder has been taken back."]


def test_fewer_seats_are_saved_and_the_page_says_that_nobody_loses_theirs(client, clerk):
    run = make.run(capacity=2)
    for _person in range(2):
        make.registration(run)

    page = client.post(reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), capacity="1"), follow=True)

    levels = [message.level_tag for message in page.context["messages"]]
    assert levels == ["success", "warning"]
    assert run.registrations.confirmed().count() == 2


def test_the_form_of_a_run_shows_what_is_planned_and_sends_it_back_unchanged(client, clerk):
    run = make.run(capacity=5, bring="老眼鏡")
    form = client.get(reverse("run_edit", args=[run.pk])).context["form"]

    client.post(reverse("run_edit", args=[run.pk]), {bound.name: bound.value() or "" for bound in form})

    before, after = run, CourseRun.objects.get()
    for name in ("capacity", "bring", "reminder_rules"):
        assert getattr(after, name) == getattr(before, name)
    assert abs(after.reception_opens_at - before.reception_opens_at) < timedelta(minutes=1)


def test_opening_the_people_of_a_run_is_recorded_once_with_their_number(client, clerk):
    run = make.run(capacity=5)
    for _person in range(3):
        make.registration(run)

    client.get(reverse("run_detail", args=[run.pk]))

    entry = AuditEntry.objects.get(action="run.opened")
    assert (entry.by, entry.subject_id, entry.facts) == (clerk, str(run.pk), {"people": 3})


@pytest.mark.parametrize("people", [2, 40])
def test_the_page_of_a_run_costs_the_same_for_any_number_of_people(
    client, clerk, people, django_assert_max_num_queries
):
    run = make.run(capacity=people - 1, lessons=2)
    for _person in range(people):
        make.registration(run, by=clerk)

    with django_assert_max_num_queries(12):
        page = client.get(reverse("run_detail", args=[run.pk]))

    assert len(page.context["table"].rows) == people


@pytest.mark.parametrize("runs", [2, 40])
@pytest.mark.parametrize("address", ["run_list", "course_list", "calendar"])
def test_a_list_costs_the_same_for_any_number_of_rows(client, clerk, address, runs, django_assert_max_num_queries):
    for number in range(runs):
        make.registration(make.run(course=make.course(title=f"講座{number}")), by=clerk)

    with django_assert_max_num_queries(12):
        client.get(reverse(address))


def test_the_list_shows_what_is_ahead_or_what_is_over(client, clerk):
    ahead = make.run(course=make.course(title="これから"))
    over = make.run(course=make.course(title="おわり"), starts_at=timezone.now() - timedelta(days=3))
    called_off = make.run(course=make.course(title="ちゅうし"), called_off_at=timezone.now())

    def listed(query):
        return {row.record for row in client.get(reverse("run_list"), query).context["table"].rows}

    assert listed({}) == {ahead}
    assert listed({"when": "behind"}) == {over, called_off}
    assert listed({"venue": ahead.lessons.get().venue_id}) == {ahead}
    assert listed({"venue": "x", "when": "x"}) == {ahead}


def test_moving_a_lesson_says_first_whom_it_concerns(client, clerk):
    run = make.run()
    make.registration(run)
    lesson = run.lessons.get()

    page = client.get(reverse("lesson_move", args=[lesson.pk]))
    assert page.context["touched"].confirmed == 1

    answer = client.post(
        reverse("lesson_move", args=[lesson.pk]),
        {"day": "12/15", "starts": "13:30", "ends": "15:30", "venue": lesson.venue_id, "seen": make.seen(lesson)},
    )
    assert answer.status_code == 302
    lesson.refresh_from_db()
    assert f"{timezone.localtime(lesson.starts_at):%m-%d %H:%M}" == "12-15 13:30"


@pytest.fixture
def told_in_three_ways():
    """A run for two whose people are told in three ways, taken down in another order than that of the roster."""
    run = make.run(capacity=2)
    for family, kana, wish in (
        ("山田", "ヤマダ", ContactWish.CALL),
        ("上田", "ウエダ", ContactWish.SMS),
        ("阿部", "アベ", ContactWish.POSTCARD),
    ):
        person = make_residents.resident(
            family_name=family, family_kana=kana, contact_wish=wish, address="葛城市忍海1番地"
        )
        make.registration(run, person)
    return run


def named(page):
    """The people a page names as concerned, in its order: those with a seat, then the others, each with the way."""
    row = r'<li><span><a href="[^"]+">(.+?)</a>.*?<span class="tag[^>]*>(.+?)</span>\s*</li>'
    found = re.findall(row, page.content.decode(), re.DOTALL)
    return [(name.split()[0], way) for name, way in found]


@pytest.mark.parametrize("address", ["lesson_move", "lesson_cancel", "run_call_off"])
def test_before_a_change_everybody_is_named_in_the_order_of_the_roster_with_how_they_are_told(
    client, clerk, told_in_three_ways, address
):
    run = told_in_three_ways
    number = run.pk if address == "run_call_off" else run.lessons.get().pk

    page = client.get(reverse(address, args=[number]))

    ways = [str(CHANNELS[channel]) for channel in ("sms", "call", "postcard")]
    assert named(page) == list(zip(("上田", "山田", "阿部"), ways, strict=True))


def test_whoever_waits_is_not_told_of_one_lesson_that_is_off(client, clerk):
    run = make.run(capacity=1, lessons=2)
    for _person in range(2):
        make.registration(run)

    page = client.get(reverse("lesson_cancel", args=[run.lessons.first().pk]))

    untold = translation.gettext("Not told")
    assert [way == untold for _name, way in named(page)] == [False, True]


def test_looking_at_whom_a_change_concerns_is_recorded_once_with_the_form_that_follows(
    client, clerk, told_in_three_ways
):
    address = reverse("run_call_off", args=[told_in_three_ways.pk])

    client.get(address)
    client.post(address, {"reason": "。"})

    (look,) = AuditEntry.objects.filter(action="run.opened", by=clerk)
    assert look.facts["people"] == 3


def test_a_reason_typed_in_half_width_kana_is_kept_as_it_is_read_out(client, clerk):
    client.post(reverse("run_call_off", args=[make.run().pk]), {"reason": "ﾀｲﾌｳのため"})

    assert CourseRun.objects.get().called_off_reason == "タイフウのため"


def test_whoever_plans_without_receiving_people_sees_how_many_and_no_name(client, told_in_three_ways, monkeypatch):
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.AUTHOR, frozenset({Permission.PLAN}))
    client.force_login(make_accounts.user(Role.AUTHOR))

    page = client.get(reverse("run_call_off", args=[told_in_three_ways.pk]))

    assert page.context["touched"].people == 3
    assert named(page) == []
    assert not AuditEntry.objects.filter(action="run.opened").exists()


def test_naming_whom_a_change_concerns_asks_no_more_often_for_nine_people_than_for_two(client, clerk):
    asked = []
    for people in (2, 9):
        run = make.run(capacity=people - 1)
        for _person in range(people):
            make.registration(run)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("run_call_off", args=[run.pk]))
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_a_lesson_is_moved_onto_a_taken_room_only_with_the_tick(client, clerk):
    other = make.run(starts_at=make.days_ahead(21)).lessons.get()
    lesson = make.run(starts_at=make.days_ahead(14)).lessons.get()
    sent = {"day": "12/15", "starts": "10:00", "ends": "12:00", "venue": other.venue_id, "seen": make.seen(lesson)}

    page = client.post(reverse("lesson_move", args=[lesson.pk]), sent)
    assert (page.status_code, len(page.context["clashes"])) == (422, 1)

    assert client.post(reverse("lesson_move", args=[lesson.pk]), {**sent, "despite_clashes": "on"}).status_code == 302


def test_a_lesson_is_added_staffed_and_cancelled(client, clerk):
    run, teacher, hall = make.run(), make_accounts.volunteer("吉川"), make.venue()

    client.post(
        reverse("lesson_create", args=[run.pk]),
        {"day": "R8.12.22", "starts": "1330", "ends": "15時半", "venue": hall.pk, "lead": "", "helpers": []},
    )
    lesson = run.lessons.get(ordinal=2)
    client.post(reverse("lesson_staff", args=[lesson.pk]), {"seen": fingerprint([]), "lead": teacher.pk, "helpers": []})
    client.post(reverse("lesson_cancel", args=[lesson.pk]), {"reason": "台風のため"})

    lesson.refresh_from_db()
    assert [each.volunteer for each in lesson.assignments.all()] == [teacher]
    assert lesson.cancelled_reason == "台風のため"


def test_a_reason_is_asked_for_before_anything_is_called_off(client, clerk):
    run = make.run()

    assert client.post(reverse("run_call_off", args=[run.pk]), {"reason": " "}).status_code == 422
    assert client.post(reverse("lesson_cancel", args=[run.lessons.get().pk]), {"reason": ""}).status_code == 422

    assert client.post(reverse("run_call_off", args=[run.pk]), {"reason": "講師の都合"}).status_code == 302
    run.refresh_from_db()
    assert run.called_off_reason == "講師の都合"


@pytest.mark.parametrize("reason", ["。", "……！", "のため。"])
def test_a_reason_of_signs_alone_is_asked_for_in_words_and_stays_in_its_box(client, clerk, reason):
    run = make.run()

    for address in (reverse("run_call_off", args=[run.pk]), reverse("lesson_cancel", args=[run.lessons.get().pk])):
        page = client.post(address, {"reason": reason})

        assert page.status_code == 422
        assert page.context["form"].errors == {"reason": [str(ReasonIsMissing())]}
        assert page.context["form"]["reason"].value() == reason


def test_a_run_that_was_called_off_is_not_changed_from_a_stale_page(client, clerk):
    run = make.run(called_off_at=timezone.now())

    page = client.post(reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), capacity="5"))

    assert page.status_code == 422
    assert page.context["form"].non_field_errors()


def test_a_venue_out_of_use_is_not_offered_for_new_lessons_but_stays_with_its_own(client, clerk):
    closed = make.venue("閉館", is_active=False)
    lesson = make.run(venue=closed).lessons.get()

    new = client.get(reverse("run_create")).content.decode()
    moving = client.get(reverse("lesson_move", args=[lesson.pk])).content.decode()

    assert "閉館" not in new
    assert "閉館" in moving


def test_who_does_not_plan_changes_nothing(client):
    client.force_login(make_accounts.user(Role.INSTRUCTOR))
    run = make.run()

    for address in (reverse("run_create"), reverse("run_edit", args=[run.pk]), reverse("run_detail", args=[run.pk])):
        assert client.get(address).status_code == 403


def test_the_volunteers_of_a_lesson_stand_on_its_page(client, clerk):
    run = make.run()
    assign(Lesson.objects.get(), lead=make_accounts.volunteer("吉川 健"), by=clerk)

    assert "吉川 健" in client.get(reverse("run_detail", args=[run.pk])).content.decode()


def cancel_one(client, run):
    """Somebody with a seat gives it back, on the page."""
    seated = run.registrations.confirmed().order_by("pk")[0]
    answer = client.post(reverse("registration_cancel", args=[seated.pk]), {"reason": "health"})
    assert answer.status_code == 302


def words_about(client, run):
    """What the pages say of the seats of a run, in English."""
    client.cookies["django_language"] = "en"
    return client.get(reverse("run_detail", args=[run.pk])).content.decode()


def test_a_run_made_smaller_than_its_people_evicts_nobody_and_asks_nobody_before_a_seat_is_free(client, clerk):
    run = make.run(capacity=14)
    for _person in range(17):
        make.registration(run, by=clerk)

    client.post(reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), capacity="12"))

    assert "12 seats, 14 confirmed (2 people over), 3 waiting" in words_about(client, run)
    assert "2 over capacity" in client.get(reverse("run_list")).content.decode()
    for confirmed in (13, 12):
        cancel_one(client, run)
        assert run.registrations.confirmed().count() == confirmed
        assert not Offer.objects.exists()
    assert "12 seats, 12 confirmed, 3 waiting" in words_about(client, run)
    cancel_one(client, run)
    assert Offer.objects.get().registration == run.registrations.waiting().first()


def test_a_seat_that_nobody_has_heard_of_is_said_to_be_taken_back_when_the_run_shrinks(client, clerk):
    run = make.run(capacity=3)
    for _person in range(5):
        make.registration(run, by=clerk)
    cancel_one(client, run)

    page = client.post(reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), capacity="1"), follow=True)

    assert "空いた席をまだご案内していない1名の方への打診を取りやめました。" in page.content.decode()
    assert "1 seats, 2 confirmed (1 person over), 2 waiting" in words_about(client, run)
    assert not Offer.objects.open().exists()


def test_a_seat_that_somebody_was_told_of_stays_held_when_the_run_shrinks_and_no_other_is(client, clerk):
    run = make.run(capacity=3)
    for _person in range(5):
        make.registration(run, by=clerk)
    cancel_one(client, run)
    held = Offer.objects.get()
    client.post(reverse("offer_answer", args=[held.pk]), {"answer": "promised", "reached": "person"})

    client.post(reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), capacity="1"))

    assert "1 seats, 2 confirmed, 1 held (2 people over), 2 waiting" in words_about(client, run)
    cancel_one(client, run)
    assert Offer.objects.get() == held
    client.post(reverse("offer_answer", args=[held.pk]), {"answer": "declined"})
    assert not Offer.objects.open().exists()
    cancel_one(client, run)
    assert Offer.objects.open().count() == 1


def test_reception_that_closes_after_the_class_is_refused_at_its_box(client, clerk):
    run = make.run()
    closes = f"{timezone.localdate(run.lessons.get().starts_at) + timezone.timedelta(days=1):%Y-%m-%d}"

    page = client.post(reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), closes_on=closes))

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["closes_on"])


def test_reception_is_not_opened_again_when_the_lots_are_listed_and_the_page_says_why_at_its_box(client, clerk):
    run = make_draws.lottery()
    make_draws.applicants(run, 2)
    make_draws.listed(run)
    closes = f"{timezone.localdate(run.lessons.get().starts_at) - timezone.timedelta(days=1):%Y-%m-%d}"

    page = client.post(
        reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), closes_on=closes, selection="lottery")
    )

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["closes_on"])
    assert run.registrations.filter(lot=None).count() == 0


def test_a_change_of_seats_says_first_whom_it_concerns(client, clerk):
    run = make.run(capacity=1)
    for _person in range(3):
        make.registration(run, by=clerk)

    for address in ("run_edit", "run_call_off", "lesson_create"):
        touched = client.get(reverse(address, args=[run.pk])).context["touched"]
        assert (touched.confirmed, touched.waiting) == (1, 2)


def test_people_expected_elsewhere_are_shown_before_a_lesson_is_moved(client, clerk):
    other = make.run(starts_at=make.days_ahead(21), course=make.course(title="LINE入門"))
    lesson = make.run(starts_at=make.days_ahead(14)).lessons.get()
    registration = make.registration(lesson.run, by=clerk)
    make.registration(other, registration.resident, by=clerk)
    sent = {"day": "12/15", "starts": "10:00", "ends": "12:00", "venue": lesson.venue_id, "seen": make.seen(lesson)}

    page = client.post(reverse("lesson_move", args=[lesson.pk]), sent)

    assert page.status_code == 422
    told = page.content.decode()
    assert registration.slip in told
    assert "LINE入門" in told
    assert client.post(reverse("lesson_move", args=[lesson.pk]), {**sent, "despite_clashes": "on"}).status_code == 302


def test_people_expected_elsewhere_are_shown_before_a_lesson_is_added(client, clerk):
    other, run = make.run(starts_at=make.days_ahead(21)), make.run(starts_at=make.days_ahead(14))
    registration = make.registration(run, by=clerk)
    make.registration(other, registration.resident, by=clerk)
    sent = {"day": "12/15", "starts": "10:00", "ends": "12:00", "venue": make.venue().pk}

    page = client.post(reverse("lesson_create", args=[run.pk]), sent)

    assert (page.status_code, len(page.context["clashes"])) == (422, 1)


def test_how_seats_are_given_is_only_said_once_somebody_has_registered(client, clerk):
    run = make.run(selection="lottery", preferences=["age_75"])
    make.registration(run, by=clerk)

    page = client.get(reverse("run_edit", args=[run.pk]))
    assert "selection" not in page.context["form"].fields
    assert page.context["preferred"]

    sent = {name: value for name, value in terms(seen=make.seen(run), capacity="5").items() if name != "selection"}
    assert client.post(reverse("run_edit", args=[run.pk]), sent).status_code == 302
    run.refresh_from_db()
    assert (run.capacity, run.selection, run.preferences) == (5, "lottery", ["age_75"])


def test_a_page_older_than_the_first_registration_does_not_change_how_seats_are_given(client, clerk):
    run = make.run(selection="lottery")
    make.registration(run, by=clerk)

    page = client.post(reverse("run_edit", args=[run.pk]), terms(seen=make.seen(run), selection="first_come"))

    assert page.status_code == 422
    assert page.context["form"].non_field_errors()
    run.refresh_from_db()
    assert run.selection == "lottery"


def test_the_list_says_which_runs_are_for_staff_only_and_which_are_not_first_come(client, clerk):
    client.cookies["django_language"] = "en"
    make.run(is_public=False, selection="lottery")

    told = client.get(reverse("run_list")).content.decode()

    assert "staff only" in told
    assert "Lottery" in told


def test_where_reception_closes_at_midnight_the_list_says_the_day_before(client, clerk):
    client.cookies["django_language"] = "en"
    make.run(reception_closes_at=make.days_ahead(10, "00:00"))

    told = client.get(reverse("run_list")).content.decode()

    with translation.override("en"):
        assert f"open until {short_date(make.days_ahead(9))}" in told


def test_too_few_people_shortly_before_are_said_on_the_page(client, clerk):
    client.cookies["django_language"] = "en"
    far, near = (make.run(starts_at=make.days_ahead(days), minimum=3) for days in (8, 6))
    for run in (far, near):
        make.registration(run, by=clerk)

    assert "of at least 3 people" not in words_about(client, far)
    assert "of at least 3 people" in words_about(client, near)


def test_a_page_older_than_the_run_puts_no_old_capacity_back_and_takes_no_held_seat_away(client, clerk):
    run = make.run(capacity=2)
    for _person in range(5):
        make.registration(run)
    address = reverse("run_edit", args=[run.pk])
    stale = opened(client, address)
    client.post(address, opened(client, address) | {"capacity": ["4"]})

    answer = client.post(address, stale | {"bring": ["めがね"]})

    run.refresh_from_db()
    assert (answer.status_code, run.capacity, run.bring, Offer.objects.open().count()) == (422, 4, "", 2)
    assert [each.stands for each in answer.context["form"].changed] == ["4"]
    form = Page(answer.content.decode()).form_to(address).data
    assert (form["capacity"], form["bring"]) == (["4"], ["めがね"])
    assert client.post(address, form).status_code == 302
    run.refresh_from_db()
    assert (run.capacity, run.bring, Offer.objects.open().count()) == (4, "めがね", 2)


def test_a_page_that_was_explained_meanwhile_still_knows_what_it_showed(client, clerk):
    run = make.run(capacity=2)
    address = reverse("run_edit", args=[run.pk])
    stale = opened(client, address)
    client.post(address, stale | {"capacity": ["4"]})

    explained = client.post(address, stale | {"bring": ["めがね"], "explain": "1"})
    answer = client.post(address, Page(explained.content.decode()).form_to(address).data)

    run.refresh_from_db()
    assert (answer.status_code, run.capacity) == (422, 4)


def test_two_who_change_one_course_lose_nothing_of_what_either_wrote(client, clerk):
    course = make.course(title="LINE入門")
    address = reverse("course_edit", args=[course.pk])
    stale = opened(client, address)
    client.post(address, stale | {"summary": ["写真を送る"]})

    answer = client.post(address, stale | {"bring": ["めがね"]})

    course.refresh_from_db()
    assert (answer.status_code, course.summary, course.bring == "めがね") == (422, "写真を送る", False)
    client.post(address, Page(answer.content.decode()).form_to(address).data)
    course.refresh_from_db()
    assert (course.summary, course.bring) == ("写真を送る", "めがね")


def test_a_page_older_than_the_lesson_puts_no_old_room_back(client, clerk):
    lesson, hall = make.run(starts_at=make.days_ahead(14)).lessons.get(), make.venue()
    address = reverse("lesson_move", args=[lesson.pk])
    stale = opened(client, address)
    client.post(address, stale | {"venue": [str(hall.pk)]})

    answer = client.post(address, stale | {"starts": ["9:30"]})

    assert answer.status_code == 422
    client.post(address, Page(answer.content.decode()).form_to(address).data)
    starts_at = lesson.starts_at
    lesson.refresh_from_db()
    assert (lesson.venue, lesson.starts_at) == (hall, timezone.localtime(starts_at).replace(hour=9, minute=30))


def test_two_who_staff_one_lesson_take_nobody_out_that_the_other_put_in(client, clerk):
    lesson, lead, helper = make.run().lessons.get(), make_accounts.volunteer("吉川"), make_accounts.volunteer("森")
    address = reverse("lesson_staff", args=[lesson.pk])
    stale = opened(client, address)
    client.post(address, stale | {"helpers": [str(helper.pk)]})

    answer = client.post(address, stale | {"lead": [str(lead.pk)]})

    assert answer.status_code == 422
    assert [each.volunteer for each in lesson.assignments.all()] == [helper]
    client.post(address, Page(answer.content.decode()).form_to(address).data)
    assert {each.volunteer for each in lesson.assignments.all()} == {lead, helper}
