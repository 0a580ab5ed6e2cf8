from datetime import timedelta

import pytest
from django.utils import timezone

from city.models import CityProfile
from classes import planning, reception
from classes.cautions import cautions
from classes.clashing import LessonPlan
from classes.lottery import draw_lots
from classes.models import CourseRun, Offer, Registration
from classes.registration import RunIsCalledOff
from classes.rescheduling import move
from core.models import AuditEntry
from reminders.models import Request
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import materials as make_materials
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


def plan(days=14, at="10:00", *, venue=None, hours=2, **staff):
    starts = make.days_ahead(days, at)
    return LessonPlan(starts, starts + timedelta(hours=hours), venue or make.venue(), **staff)


def test_a_course_keeps_what_it_teaches_and_the_guides_to_hand_out():
    guide = make_materials.guide()

    course = planning.make_course(
        title="LINE入門", topic=make.topic(), device="android", bring="充電器", guides=[guide], by=make.clerk()
    )

    assert (course.title, course.device, list(course.guides.all())) == ("LINE入門", "android", [guide])


def test_making_the_same_course_twice_is_once():
    clerk, topic = make.clerk(), make.topic()

    first, second = (planning.make_course(title="LINE入門", topic=topic, by=clerk) for _press in range(2))

    assert first == second


def test_changing_a_course_leaves_what_is_not_named():
    course = make.course(title="写真", bring="充電器")

    changed = planning.change_course(course, title="写真をとる", by=make.clerk())

    assert (changed.title, changed.bring) == ("写真をとる", "充電器")


def test_a_run_of_two_lessons_is_numbered_in_order_of_time():
    clerk = make.clerk()

    run = planning.make_run(make.course(), lessons=[plan(21), plan(14)], capacity=3, by=clerk)

    assert [lesson.ordinal for lesson in run.lessons.order_by("starts_at")] == [1, 2]
    assert run.created_by == clerk
    entry = AuditEntry.objects.get(action="run.made")
    assert (entry.by, entry.facts["lessons"]) == (clerk, 2)


def test_who_teaches_and_who_helps_is_written_down_in_every_lesson():
    lead, helper = make_accounts.volunteer("吉川"), make_accounts.volunteer("森")

    run = planning.make_run(
        make.course(), lessons=[plan(14, lead=lead, helpers=(helper, lead))], capacity=3, by=make.clerk()
    )

    assignments = run.lessons.get().assignments
    assert set(assignments.values_list("volunteer", "part")) == {(lead.pk, "lead"), (helper.pk, "help")}


def test_reception_opens_at_once_and_closes_at_five_the_day_before_if_nobody_says_otherwise():
    run = planning.make_run(make.course(), lessons=[plan(14)], capacity=3, by=make.clerk())

    assert run.reception_opens_at <= timezone.now()
    assert run.reception_closes_at == make.days_ahead(13, "17:00")
    assert run.reminder_rules == [[3, "10:00"], [1, "15:00"]]


def test_a_new_run_begins_with_the_reminders_of_the_city_and_keeps_them():
    city = CityProfile.current()
    city.reminder_rules = [[7, "09:30"]]
    city.save()

    run = planning.make_run(make.course(), lessons=[plan(14)], capacity=3, by=make.clerk())
    CityProfile.objects.update(reminder_rules=[])

    run.refresh_from_db()
    assert run.reminder_rules == [[7, "09:30"]]


def test_a_run_planned_for_this_very_day_is_received_until_it_begins():
    now = make.days_ahead(0, "08:00")

    opens, closes = reception.default_reception(make.days_ahead(0, "10:00"), now=now)

    assert (opens, closes) == (now, make.days_ahead(0, "10:00"))


def test_a_run_without_a_date_is_refused():
    with pytest.raises(planning.NothingPlanned):
        planning.make_run(make.course(), lessons=[], capacity=3, by=make.clerk())


def test_two_lessons_of_one_run_at_the_same_time_are_refused_whatever_the_clerk_ticks():
    with pytest.raises(planning.LessonsOverlap):
        planning.make_run(
            make.course(), lessons=[plan(14), plan(14, "11:00")], capacity=3, by=make.clerk(), despite_clashes=True
        )


def test_a_taken_room_is_refused_with_the_clash_and_nothing_is_saved():
    other = make.run(starts_at=make.days_ahead(14, "11:00")).lessons.get()

    with pytest.raises(planning.Taken) as refused:
        planning.make_run(make.course(), lessons=[plan(14, venue=other.venue)], capacity=3, by=make.clerk())

    assert [clash.lesson for clash in refused.value.clashes] == [other]
    assert CourseRun.objects.count() == 1


def test_a_clerk_who_knows_better_plans_it_all_the_same_and_the_log_says_so():
    other = make.run(starts_at=make.days_ahead(14, "11:00")).lessons.get()

    run = planning.make_run(
        make.course(), lessons=[plan(14, venue=other.venue)], capacity=3, by=make.clerk(), despite_clashes=True
    )

    assert AuditEntry.objects.get(action="run.made", subject_id=run.pk).facts["despite_clashes"] is True


def test_a_button_pressed_twice_makes_one_run():
    course, plans, clerk = make.course(), [plan(14), plan(21)], make.clerk()

    first, second = (planning.make_run(course, lessons=plans, capacity=3, by=clerk) for _press in range(2))

    assert first == second
    assert CourseRun.objects.count() == 1


def test_another_run_in_the_same_room_at_the_same_time_is_no_second_press():
    course, plans, clerk = make.course(), [plan(14)], make.clerk()
    planning.make_run(course, lessons=plans, capacity=3, by=clerk)

    with pytest.raises(planning.Taken):
        planning.make_run(course, lessons=plans, capacity=4, by=clerk)


def test_fewer_seats_evict_nobody():
    run = make.run(capacity=2)
    registrations = [make.registration(run) for _person in range(2)]

    run = planning.change_run(run, capacity=1, by=make.clerk())

    assert {Registration.objects.get(pk=each.pk).state for each in registrations} == {Registration.State.CONFIRMED}
    assert (run.seats.confirmed, run.seats.over) == (2, 1)


def test_more_seats_are_offered_to_whoever_waited_longest():
    run = make.run(capacity=1)
    _seated, first, _second = (make.registration(run) for _person in range(3))

    planning.change_run(run, capacity=2, by=make.clerk())

    assert Offer.objects.get().registration == first


def test_other_reminders_are_planned_anew_for_who_is_registered():
    run = make.run()
    make.registration(run)

    planning.change_run(run, reminder_rules=[[2, "10:00"]], by=make.clerk())

    standing = Request.objects.standing().values_list("key", flat=True)
    assert [key.rsplit(":", 1)[1] for key in standing] == ["2-days-before"]


def test_what_is_not_named_stays_as_it_was():
    run = make.run(capacity=3, bring="老眼鏡")

    run = planning.change_run(run, capacity=5, by=make.clerk())

    assert (run.capacity, run.bring) == (5, "老眼鏡")


def test_a_run_that_was_called_off_is_not_changed_any_more():
    run = make.run(called_off_at=timezone.now())

    with pytest.raises(RunIsCalledOff):
        planning.change_run(run, capacity=5, by=make.clerk())


def test_whoever_is_registered_is_reminded_of_an_added_lesson_too():
    run = make.run()
    make.registration(run)

    lesson = planning.add_lesson(run, plan(30), by=make.clerk())

    assert lesson.ordinal == 2
    assert Request.objects.filter(purpose="lesson-reminder", occasion=f"lesson:{lesson.pk}").count() == 2


def test_an_added_lesson_may_not_lie_over_another_of_the_run():
    run = make.run(starts_at=make.days_ahead(14, "10:00"))

    with pytest.raises(planning.LessonsOverlap):
        planning.add_lesson(run, plan(14, "11:00"), by=make.clerk(), despite_clashes=True)


def test_somebody_else_teaches_from_now_on():
    lesson = make.run().lessons.get()
    planning.assign(lesson, lead=make_accounts.volunteer("吉川"), by=make.clerk())

    planning.assign(lesson, lead=make_accounts.volunteer("森"), by=make.clerk())

    assert [each.volunteer.name for each in lesson.assignments.all()] == ["森"]


def test_who_is_promised_elsewhere_is_not_assigned_without_a_word():
    busy = make_accounts.volunteer("吉川")
    there, here = (make.run(starts_at=make.days_ahead(14)).lessons.get() for _hall in range(2))
    planning.assign(there, lead=busy, by=make.clerk())

    with pytest.raises(planning.Taken):
        planning.assign(here, lead=None, helpers=[busy], by=make.clerk())

    planning.assign(here, lead=None, helpers=[busy], by=make.clerk(), despite_clashes=True)
    assert here.assignments.count() == 1


def test_a_room_that_was_taken_knowingly_does_not_stop_a_change_of_the_people():
    hall = make.venue()
    make.run(starts_at=make.days_ahead(14), venue=hall)
    lesson = make.run(starts_at=make.days_ahead(14), venue=hall).lessons.get()

    planning.assign(lesson, lead=make_accounts.volunteer("吉川"), by=make.clerk())

    assert lesson.assignments.count() == 1


@pytest.mark.parametrize(
    ("capacity", "chairs", "hands", "words"),
    [
        (10, 10, 2, []),
        (11, 10, 3, ["10"]),
        (11, 20, 2, ["5"]),
        (10, 20, 0, ["nobody"]),
        (21, 20, 2, ["20", "5"]),
    ],
)
def test_too_few_chairs_or_hands_make_the_clerk_think_again(capacity, chairs, hands, words):
    run = make.run(capacity=capacity, venue=make.venue(seats=chairs))
    lesson = run.lessons.get()
    staff = [make_accounts.volunteer(f"補助{number}") for number in range(hands)]
    planning.assign(lesson, lead=staff[0] if staff else None, helpers=staff[1:], by=make.clerk())

    found = cautions(run, learners_per_helper=5, now=timezone.now())

    assert len(found) == len(words)


def test_staff_are_asked_for_the_time_to_which_the_lesson_was_moved_meanwhile():
    """The page that names the instructor may be older than the move."""
    clerk, busy = make.clerk(), make_accounts.volunteer()
    taken = make.run().lessons.get()
    planning.assign(taken, lead=busy, by=clerk)
    stale = make.run(starts_at=taken.ends_at + timedelta(days=1)).lessons.get()
    move(stale, starts_at=taken.starts_at, ends_at=taken.ends_at, venue=stale.venue, by=clerk, despite_clashes=True)

    with pytest.raises(planning.Taken):
        planning.assign(stale, lead=busy, by=clerk)


def test_a_run_whose_seats_are_drawn_is_sealed_when_it_is_planned():
    run = planning.make_run(
        make.course(), lessons=[plan()], capacity=3, selection="lottery", preferences=["age_75"], by=make.clerk()
    )

    assert run.draw.seed_digest
    assert run.preferences == ["age_75"]


def test_a_run_that_becomes_a_lottery_is_sealed_and_keeps_its_seal():
    run = make.run()

    seals = {planning.change_run(run, selection="lottery", by=make.clerk()).draw.seed_digest for _press in range(2)}

    assert len(seals) == 1


@pytest.mark.parametrize("changes", [{"selection": "counter"}, {"preferences": ["age_75"]}])
def test_how_seats_are_given_stays_as_it_was_told_to_those_who_registered(changes):
    run = make.run(selection="lottery")
    make.registration(run)

    with pytest.raises(planning.SelectionIsSettled):
        planning.change_run(run, **changes, by=make.clerk())

    changed = planning.change_run(run, capacity=5, selection="lottery", preferences=[], by=make.clerk())
    assert changed.capacity == 5


def test_a_class_of_one_day_is_planned_for_several_days_at_once():
    plans, closes = [plan(28), plan(14), plan(21)], make.days_ahead(12, "17:00")

    runs = planning.make_runs(
        make.course(), lessons=plans, capacity=3, loan_devices=2, reception_closes_at=closes, by=make.clerk()
    )

    assert [run.lessons.get().starts_at for run in runs] == [make.days_ahead(days) for days in (14, 21, 28)]
    assert [run.reception_closes_at for run in runs] == [make.days_ahead(days, "17:00") for days in (12, 19, 26)]
    assert {(run.capacity, run.loan_devices) for run in runs} == {(3, 2)}


def test_several_runs_are_all_planned_or_none_and_every_clash_is_told():
    hall = make.venue()
    first, last = (make.run(starts_at=make.days_ahead(days), venue=hall).lessons.get() for days in (14, 28))
    plans = [plan(days, venue=hall) for days in (14, 21, 28)]

    with pytest.raises(planning.Taken) as refused:
        planning.make_runs(make.course(), lessons=plans, capacity=3, by=make.clerk())

    assert [clash.lesson for clash in refused.value.clashes] == [first, last]
    assert CourseRun.objects.count() == 2


def test_a_button_pressed_twice_makes_several_runs_once():
    course, plans, clerk = make.course(), [plan(14), plan(21)], make.clerk()

    first, second = (planning.make_runs(course, lessons=plans, capacity=3, by=clerk) for _press in range(2))

    assert first == second
    assert CourseRun.objects.count() == 2


def test_an_added_lesson_is_not_held_while_its_people_are_expected_elsewhere_without_a_word():
    other, run = make.run(starts_at=make.days_ahead(21)), make.run(starts_at=make.days_ahead(14))
    resident = make_residents.resident()
    for each in (other, run):
        make.registration(each, resident)

    with pytest.raises(planning.Taken):
        planning.add_lesson(run, plan(21), by=make.clerk())

    planning.add_lesson(run, plan(21), by=make.clerk(), despite_clashes=True)
    assert run.lessons.count() == 2


@pytest.mark.parametrize(
    ("selection", "closes", "refusal"),
    [
        ("first_come", (20, "17:00"), None),
        ("first_come", (21, "10:00"), None),
        ("first_come", (21, "10:01"), reception.ReceptionOutlastsTheRun),
        ("lottery", (14, "9:59"), None),
        ("lottery", (14, "10:00"), reception.NoTimeToDecide),
        ("lottery", (30, "10:00"), reception.NoTimeToDecide),
        ("counter", (13, "17:00"), None),
        ("counter", (20, "17:00"), reception.NoTimeToDecide),
    ],
)
def test_reception_closes_before_the_last_lesson_and_before_the_first_where_seats_are_decided(
    selection, closes, refusal
):
    day, at = closes
    terms = {"selection": selection, "reception_closes_at": make.days_ahead(day, at.zfill(5))}
    standing = make.run(lessons=2, selection=selection)

    for deed in (
        lambda: planning.make_run(make.course(), lessons=[plan(14), plan(21)], capacity=3, by=make.clerk(), **terms),
        lambda: planning.change_run(standing, by=make.clerk(), **terms),
    ):
        if refusal is None:
            assert deed().reception_closes_at == terms["reception_closes_at"]
        else:
            with pytest.raises(refusal):
                deed()


def test_a_lesson_that_was_cancelled_does_not_keep_reception_open():
    run = make.run(lessons=2)
    run.lessons.filter(ordinal=2).update(cancelled_at=timezone.now(), cancelled_reason="講師の都合")

    with pytest.raises(reception.ReceptionOutlastsTheRun):
        planning.change_run(run, reception_closes_at=make.days_ahead(20), by=make.clerk())


def test_after_the_decision_reception_may_be_open_until_the_last_lesson():
    run = make.run(lessons=2, selection="lottery", decided_at=timezone.now())

    changed = planning.change_run(run, reception_closes_at=make.days_ahead(20), by=make.clerk())

    assert changed.reception_closes_at == make.days_ahead(20)


@pytest.mark.parametrize("opens_at", [None, timedelta(hours=1)])
def test_reception_is_not_opened_again_between_the_list_of_the_lots_and_the_draw(opens_at):
    run, clerk = make_draws.lottery(lessons=2), make.clerk()
    make_draws.applicants(run, 2)
    make_draws.listed(run)
    longer = {"reception_closes_at": make.days_ahead(13)}
    if opens_at:
        longer["reception_opens_at"] = timezone.now() + opens_at

    with pytest.raises(reception.LotsAreFixed):
        planning.change_run(run, by=clerk, **longer)

    standing = CourseRun.objects.get(pk=run.pk)
    assert not standing.reception_is_open(timezone.now())
    planning.change_run(standing, bring="充電器", reception_closes_at=standing.reception_closes_at, by=clerk)
    draw_lots(run, number=make_draws.DICE, by=clerk)
    assert planning.change_run(run, by=clerk, **longer).reception_closes_at == make.days_ahead(13)


def test_before_the_lots_are_listed_reception_may_be_open_longer():
    run = make_draws.closed(make_draws.lottery())

    changed = planning.change_run(run, reception_closes_at=make.days_ahead(13), by=make.clerk())

    assert changed.reception_closes_at == make.days_ahead(13)
