"""Who is told what at once, by which way, and what is never said twice or when it is not true any more."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from city.models import CityProfile, ClosingDay
from classes import notice_reach, noticing
from classes.cancellation import cancel
from classes.choosing import choose
from classes.clashing import LessonPlan
from classes.models import Lesson, Offer, Registration
from classes.notices import NOTICES
from classes.planning import add_lesson
from classes.registration import register
from classes.rescheduling import call_off, cancel_lesson, move
from classes.waiting_list import accept, offer_out_of_turn
from core.phone import PhoneNumber
from core.wareki import TOKYO
from reminders import inbound, rounds
from reminders.about import About
from reminders.fallback import fail, locked
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message, OptOut, Outcome, Request
from reminders.purposes import purpose
from reminders.reach import Reach
from reminders.reasons import Reason
from reminders.wording import count_parts, fields_of, fill, lint
from residents.models import ContactWish, Resident
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

PHONE = Registration.Channel.PHONE


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def monday(time_machine):
    """A Monday at ten in the morning."""
    time_machine.move_to(at(16, 10), tick=False)
    return time_machine


@pytest.fixture
def gateway() -> MemoryGateway:
    return MemoryGateway()


def textable(number: PhoneNumber | None = None, **fields: object) -> Resident:
    return make_residents.resident(phone=number or make_residents.mobile(), contact_wish=ContactWish.SMS, **fields)


def lesson_of(run) -> Lesson:
    return Lesson.objects.get(run=run, ordinal=1)


def moved(lesson, *, days=0, hours=0, venue=None, by=None):
    shift = timedelta(days=days, hours=hours)
    lesson = Lesson.objects.select_related("venue").get(pk=lesson.pk)
    return move(
        lesson,
        starts_at=lesson.starts_at + shift,
        ends_at=lesson.ends_at + shift,
        venue=venue or lesson.venue,
        by=by or make.clerk(),
    )


def notices(*names: str):
    """What stands of notices, oldest first; without the reminders."""
    standing = Request.objects.standing().exclude(purpose="lesson-reminder").order_by("pk")
    return standing.filter(purpose__in=names) if names else standing


def bodies(*names: str) -> list[str]:
    return list(notices(*names).values_list("body", flat=True))


def send(gateway: MemoryGateway) -> list[str]:
    """What leaves in a round of the worker now."""
    before = len(gateway.sent)
    rounds.round(gateway=gateway, worker="worker", now=timezone.now())
    return [text.body for text in gateway.sent[before:]]


# A seat in writing ----------------------------------------------------------------------------------------


def test_whoever_books_by_telephone_and_is_texted_has_day_place_and_number_in_writing() -> None:
    run = make.run(starts_at=at(25, 10), venue=make.venue("忍海集会所"))

    registration = make.registration(run, textable(), channel=PHONE)

    (body,) = bodies(noticing.CONFIRMED)
    for word in (registration.slip, "11月25日（水）", "午前10時", "忍海集会所", CityProfile.current().office_phone):
        assert word in body
    assert notices().get().message.due_at == timezone.now()


@pytest.mark.parametrize("channel", [Registration.Channel.COUNTER, Registration.Channel.ON_THE_DAY])
def test_whoever_stands_at_the_counter_gets_the_slip_and_no_text(channel) -> None:
    make.registration(make.run(starts_at=at(25, 10)), textable(), channel=channel)

    assert bodies(noticing.CONFIRMED) == []


@pytest.mark.parametrize("wish", [ContactWish.CALL, ContactWish.POSTCARD, ContactWish.NONE])
def test_nobody_is_called_or_written_to_about_what_was_said_a_minute_ago(wish) -> None:
    make.registration(make.run(starts_at=at(25, 10)), make_residents.resident(contact_wish=wish), channel=PHONE)

    assert bodies(noticing.CONFIRMED) == []


def test_a_text_for_a_landline_is_not_made_a_call_that_confirms() -> None:
    person = textable(make_residents.landline())

    make.registration(make.run(starts_at=at(25, 10)), person, channel=PHONE)

    assert not CallTask.objects.filter(purpose=noticing.CONFIRMED).exists()


def test_a_confirmation_that_does_not_arrive_is_no_call() -> None:
    make.registration(make.run(starts_at=at(25, 10)), textable(), channel=PHONE)
    message = Message.objects.get(purpose=noticing.CONFIRMED)

    fail(*locked(message.pk), "30006", now=timezone.now(), city=CityProfile.current())

    assert not CallTask.objects.filter(purpose=noticing.CONFIRMED).exists()


def test_a_city_may_do_without_confirmations() -> None:
    CityProfile.current()
    CityProfile.objects.update(confirms_by_text=False)

    make.registration(make.run(starts_at=at(25, 10)), textable(), channel=PHONE)

    assert bodies(noticing.CONFIRMED) == []
    assert Request.objects.count() == 2


def test_a_couple_at_one_number_gets_one_text_with_both_slips() -> None:
    number, run = make_residents.mobile(), make.run(starts_at=at(25, 10))
    him, her = textable(number), textable(number, given_name="キヨ", given_kana="キヨ")

    registration = register(him, run, companions=[her], by=make.clerk(), channel=PHONE)

    message = Message.objects.get(purpose=noticing.CONFIRMED)
    assert message.requests.count() == 2
    assert registration.slip in message.body
    assert "・" in message.body
    assert "茂" not in message.body
    assert "キヨ" not in message.body


def test_whoever_waits_is_confirmed_nothing_until_the_seat_is_theirs(gateway) -> None:
    run = make.run(capacity=1, starts_at=at(25, 10))
    seated, waiting = make.registration(run), make.registration(run, textable(), channel=PHONE)
    assert bodies() == []

    cancel(seated, by=make.clerk(), reason="health")
    accept(Offer.objects.get(), by=make.clerk())

    assert notices(noticing.CONFIRMED).get().resident == waiting.resident


@pytest.mark.parametrize(
    ("about", "texts", "calls"),
    [
        (About.EVERYTHING, set(), {("lesson-reminder", Reason.STOPPED)}),
        (About.BOOKED, {"lesson-reminder"}, set()),
        (About.REMINDERS, {noticing.CONFIRMED}, {("lesson-reminder", Reason.STOPPED)}),
    ],
)
def test_whoever_stopped_texts_of_one_kind_is_texted_the_other(about: str, texts: set, calls: set) -> None:
    person = textable()
    OptOut.objects.create(number=person.phone_lines.get().number, about=about, how=OptOut.How.PHONE, by=make.clerk())

    make.registration(make.run(starts_at=at(25, 10)), person, channel=PHONE)

    assert set(Message.objects.values_list("purpose", flat=True)) == texts
    assert set(CallTask.objects.values_list("purpose", "reason")) == calls


def test_a_word_that_answers_a_reminder_stops_the_reminders_and_not_the_news_of_a_change() -> None:
    person = textable()
    number = person.phone_lines.get().number
    lesson = make.registration(make.run(starts_at=at(25, 10)), person).run.lessons.get()
    Message.objects.filter(purpose=noticing.CONFIRMED).update(state=Message.State.DELIVERED)
    Message.objects.filter(purpose="lesson-reminder").update(state=Message.State.SENT, sent_at=timezone.now())

    inbound.receive({"MessageSid": "SM1", "From": number, "Body": "停止してください"})
    moved(lesson, days=1)

    planned = Message.objects.filter(state=Message.State.PLANNED)
    assert set(planned.values_list("purpose", flat=True)) == {noticing.MOVED}
    assert set(CallTask.objects.filter(state="open").values_list("purpose", flat=True)) == {"lesson-reminder"}


def test_the_confirmation_costs_a_registration_no_question() -> None:
    run, clerk, people = make.run(capacity=9, starts_at=at(25, 10)), make.clerk(), [textable() for _one in range(3)]
    register(people[0], run, by=clerk, channel=PHONE)

    with CaptureQueriesContext(connection) as at_the_counter:
        register(people[1], run, by=clerk, channel=Registration.Channel.COUNTER)
    with CaptureQueriesContext(connection) as on_the_telephone:
        register(people[2], run, by=clerk, channel=PHONE)

    assert len(on_the_telephone) == len(at_the_counter)


# A lesson moved -------------------------------------------------------------------------------------------


def test_everybody_with_a_place_is_told_the_old_day_and_the_new_one_in_their_own_way() -> None:
    run = make.run(capacity=3, starts_at=at(25, 10))
    for wish in (ContactWish.SMS, ContactWish.CALL, ContactWish.POSTCARD, ContactWish.NONE):
        make.registration(run, make_residents.resident(contact_wish=wish, address="忍海1"))

    moved(lesson_of(run), days=7)

    assert notice_reach.reach_of_move(lesson_of(run)) == Reach(sms=1, call=1, postcard=1, none=1)
    told = notices(noticing.MOVED)
    assert all("11月25日（水）" in each.body and "12月2日（水）" in each.body for each in told)
    # The fourth waits, and must not take it for a seat.
    assert ["空き待ち" in each.body for each in told] == [False, False, False, True]
    assert {each.useless_after for each in told} == {at(25, 10)}


def test_a_lesson_in_another_room_is_told_as_that() -> None:
    run = make.run(starts_at=at(25, 10))
    make.registration(run, textable())

    moved(lesson_of(run), venue=make.venue("新庄公民館", room="2階"))

    (body,) = bodies(noticing.ELSEWHERE)
    assert "新庄公民館 2階" in body
    assert "11月25日（水）午前10時" in body


def test_a_longer_lesson_is_nobodys_trouble() -> None:
    run = make.run(starts_at=at(25, 10))
    make.registration(run, textable())
    lesson = Lesson.objects.select_related("venue").get()

    move(
        lesson,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at + timedelta(hours=1),
        venue=lesson.venue,
        by=make.clerk(),
    )

    assert bodies(noticing.MOVED, noticing.ELSEWHERE) == []


def test_moving_there_and_back_before_anybody_was_told_says_nothing(gateway, monday) -> None:
    run = make.run(starts_at=at(25, 10))
    make.registration(run, textable())
    monday.move_to(at(16, 20))
    moved(lesson_of(run), days=7)

    moved(lesson_of(run), days=-7)

    assert bodies(noticing.MOVED, noticing.ELSEWHERE) == []


def test_moving_back_is_told_to_whoever_was_told_of_the_move(gateway, monday) -> None:
    run = make.run(starts_at=at(25, 10))
    make.registration(run, textable(), channel=Registration.Channel.COUNTER)
    moved(lesson_of(run), days=7)
    (away,) = [body for body in send(gateway) if "12月2日" in body]

    moved(lesson_of(run), days=-7)

    (back,) = [body for body in send(gateway) if "12月2日" in body]
    assert back != away
    assert back.index("12月2日") < back.index("11月25日")
    monday.move_to(at(16, 11))
    moved(lesson_of(run), days=7)
    assert len([body for body in send(gateway) if "12月2日" in body]) == 1


def test_of_two_moves_that_nobody_was_told_of_people_hear_as_of_one(gateway, monday) -> None:
    run = make.run(starts_at=at(25, 10))
    make.registration(run, textable())
    monday.move_to(at(16, 20))
    moved(lesson_of(run), days=7)
    moved(lesson_of(run), days=1)

    monday.move_to(at(17, 9))
    (body,) = [each for each in send(gateway) if "変" in each]

    assert "11月25日" in body
    assert "12月3日" in body


def test_pressing_twice_tells_nobody_twice() -> None:
    run = make.run(starts_at=at(25, 10))
    make.registration(run, textable())
    lesson = moved(lesson_of(run), days=7)

    move(lesson, starts_at=lesson.starts_at, ends_at=lesson.ends_at, venue=lesson.venue, by=make.clerk())

    assert len(bodies(noticing.MOVED)) == 1


def test_what_was_claimed_before_the_lesson_moved_again_is_not_sent() -> None:
    run = make.run(starts_at=at(25, 10))
    make.registration(run, textable())
    moved(lesson_of(run), days=7)
    old = notices(noticing.MOVED).get().key
    assert purpose(noticing.MOVED).still_due([old], now=timezone.now()) == {old}

    moved(lesson_of(run), days=7)

    assert purpose(noticing.MOVED).still_due([old], now=timezone.now()) == set()
    new = notices(noticing.MOVED).get().key
    assert purpose(noticing.MOVED).still_due([old, new], now=timezone.now()) == {new}


def test_whoever_cancels_is_not_told_of_the_move_any_more() -> None:
    run = make.run(starts_at=at(25, 10))
    registration = make.registration(run, textable())
    moved(lesson_of(run), days=7)
    key = notices(noticing.MOVED).get().key

    cancel(registration, by=make.clerk(), reason="health")

    assert bodies() == []
    assert purpose(noticing.MOVED).still_due([key], now=timezone.now()) == set()


def test_whoever_is_seated_after_a_move_heard_the_new_day_on_the_telephone(monday) -> None:
    run = make.run(capacity=1, starts_at=at(25, 10))
    seated, _waiting = make.registration(run), make.registration(run, textable())
    monday.move_to(at(16, 20))
    moved(lesson_of(run), days=7)
    cancel(seated, by=make.clerk(), reason="health")

    accept(Offer.objects.get(), by=make.clerk())

    assert bodies(noticing.MOVED) == []
    assert "12月2日" in bodies(noticing.CONFIRMED)[0]


def test_a_confirmation_that_has_not_left_names_the_new_day(monday) -> None:
    run = make.run(starts_at=at(25, 10))
    monday.move_to(at(16, 20))
    make.registration(run, textable(), channel=PHONE)

    moved(lesson_of(run), days=7)

    (body,) = bodies(noticing.CONFIRMED)
    assert "12月2日" in body


def test_an_absence_told_about_the_new_day_is_written_on_the_roster() -> None:
    run = make.run(starts_at=at(25, 10), lessons=2)
    registration = make.registration(run)
    moved(lesson_of(run), days=1)

    purpose(noticing.MOVED).on_outcome(notices(noticing.MOVED).get().key, Outcome.ABSENCE, make.clerk())

    assert registration.attendances.get().mark == "absent_told"


def test_a_change_on_the_evening_before_is_called_about_and_not_after_the_lesson(gateway, monday) -> None:
    run = make.run(starts_at=at(17, 10), reception_closes_at=at(17, 9))
    make.registration(run, textable())
    monday.move_to(at(16, 20))

    moved(lesson_of(run), hours=-1)

    call = notices(noticing.MOVED).get().call
    assert call is not None
    assert call.reason == Reason.LATE
    assert call.useless_after == at(17, 9)
    assert call.is_urgent


def test_telling_of_a_move_costs_the_same_for_any_number_of_people(django_assert_num_queries) -> None:
    few, many = make.run(capacity=9, starts_at=at(25, 10)), make.run(capacity=9, starts_at=at(26, 10))
    for run, number in ((few, 1), (many, 4)):
        for _each in range(number):
            make.registration(run, textable())
            make.registration(run)
    lesson, other, clerk = lesson_of(few), lesson_of(many), make.clerk()
    moved(lesson, days=7, by=clerk)
    moved(other, days=7, by=clerk)

    with CaptureQueriesContext(connection) as of_few:
        moved(lesson, days=7, by=clerk)
    with django_assert_num_queries(len(of_few)):
        moved(other, days=7, by=clerk)


# A class that is off --------------------------------------------------------------------------------------


def one_more(run, *, day: int = 27) -> Lesson:
    plan = LessonPlan(at(day, 10), at(day, 12), make.venue("新庄交流館"))
    return add_lesson(run, plan, by=make.clerk())


def test_one_lesson_more_is_told_as_a_move_is_and_whoever_has_a_seat_is_reminded_of_it() -> None:
    run = make.run(capacity=1, starts_at=at(25, 10))
    seated = make.registration(run, textable(), channel=Registration.Channel.COUNTER)
    waiting = make.registration(run, textable())

    lesson = one_more(run)
    assert add_lesson(run, LessonPlan(lesson.starts_at, lesson.ends_at, lesson.venue), by=make.clerk()) == lesson

    assert notice_reach.reach_of_added(lesson) == Reach(sms=2)
    first, second = notices(noticing.ADDED)
    assert (first.resident, second.resident) == (seated.resident, waiting.resident)
    assert "11月27日（金）午前10時から新庄交流館" in first.body
    assert ("空き待ち" in first.body, "空き待ち" in second.body) == (False, True)
    reminders = Request.objects.standing().filter(purpose="lesson-reminder", occasion=f"lesson:{lesson.pk}")
    assert set(reminders.values_list("resident", flat=True)) == {seated.resident_id}
    assert "新庄交流館" in purpose(noticing.ADDED).script(first.key)


def test_whoever_does_not_know_of_a_lesson_yet_hears_of_its_move_as_of_a_lesson_more(monday) -> None:
    monday.move_to(at(16, 20))
    run = make.run(starts_at=at(25, 10))
    make.registration(run, textable(), channel=Registration.Channel.COUNTER)
    lesson = one_more(run)

    moved(lesson, days=2)

    (body,) = bodies(noticing.ADDED, noticing.MOVED, noticing.ELSEWHERE)
    assert "11月29日" in body
    assert "11月27日" not in body
    assert notice_reach.reach_of_move(Lesson.objects.get(pk=lesson.pk)) == Reach(sms=1)


def test_a_lesson_that_nobody_knew_of_is_called_off_without_a_word(monday) -> None:
    monday.move_to(at(16, 20))
    run = make.run(starts_at=at(25, 10))
    make.registration(run, textable(), channel=Registration.Channel.COUNTER)
    lesson = one_more(run)

    cancel_lesson(lesson, reason="台風のため", by=make.clerk())

    assert bodies() == []


def test_whoever_cannot_come_to_the_lesson_more_is_noted_on_its_roster() -> None:
    run = make.run(starts_at=at(25, 10))
    registration = make.registration(run, textable(), channel=Registration.Channel.COUNTER)
    lesson = one_more(run)

    purpose(noticing.ADDED).on_outcome(notices(noticing.ADDED).get().key, Outcome.ABSENCE, make.clerk())

    assert lesson.attendances.get().registration == registration


def test_a_lesson_called_off_is_told_to_those_with_a_seat_while_others_are_left_to_wait_for() -> None:
    run = make.run(capacity=1, lessons=2, starts_at=at(25, 10))
    seated, _waiting = make.registration(run, textable()), make.registration(run, textable())

    cancel_lesson(lesson_of(run), reason="台風のため", by=make.clerk())

    told = notices(noticing.LESSON_OFF).get()
    assert told.resident == seated.resident
    assert "11月25日（水）" in told.body
    assert "中止" in told.body
    with override("ja"):
        assert "台風です。" in purpose(noticing.LESSON_OFF).script(told.key)


def test_whoever_waits_is_told_when_the_last_lesson_is_called_off() -> None:
    run = make.run(capacity=1, starts_at=at(25, 10))
    make.registration(run, textable())
    make.registration(run, textable())

    cancel_lesson(lesson_of(run), reason="台風のため", by=make.clerk())

    assert notice_reach.reach_of_lesson_off(lesson_of(run)) == Reach(sms=2)


def test_a_run_called_off_is_told_to_everybody_once_and_nothing_else_is_said() -> None:
    run = make.run(capacity=1, lessons=2, starts_at=at(25, 10))
    for _each in range(2):
        make.registration(run, textable(), channel=PHONE)

    for _twice in range(2):
        call_off(run, reason="講師の都合のため。", by=make.clerk())

    assert notice_reach.reach_of_run_off(run) == Reach(sms=2)
    assert set(Request.objects.standing().values_list("purpose", flat=True)) == {noticing.RUN_OFF}
    assert all("11月25日（水）" in body and "全2回" in body for body in bodies())
    with override("ja"):
        assert "講師の都合です。" in purpose(noticing.RUN_OFF).script(notices(noticing.RUN_OFF)[0].key)


def test_calling_off_costs_the_same_for_any_number_of_people(django_assert_num_queries) -> None:
    few, many, clerk = (
        make.run(capacity=9, starts_at=at(25, 10)),
        make.run(capacity=9, starts_at=at(26, 10)),
        make.clerk(),
    )
    for run, number in ((few, 1), (many, 4)):
        for _each in range(number):
            make.registration(run, textable())
            make.registration(run)

    with CaptureQueriesContext(connection) as of_few:
        call_off(few, reason="講師の都合", by=clerk)
    with django_assert_num_queries(len(of_few)):
        call_off(many, reason="講師の都合", by=clerk)


def test_who_tells_in_words_of_their_own_lets_the_deed_tell_nobody() -> None:
    run, other = make.run(starts_at=at(25, 10)), make.run(starts_at=at(26, 10))
    make.registration(run, textable())
    make.registration(other, textable())

    call_off(run, reason="台風", by=make.clerk(), tell=False)
    cancel_lesson(lesson_of(other), reason="台風", by=make.clerk(), tell=False)

    assert not Request.objects.standing().exists()


# Results --------------------------------------------------------------------------------------------------


def test_a_decision_is_told_to_those_with_a_seat_and_to_those_without() -> None:
    run = make_draws.counter(capacity=1, starts_at=at(25, 10))
    seated, unlucky = make_draws.applicants(run, 2, contact_wish=ContactWish.SMS)

    choose(make_draws.closed(run), [seated], reason="初めての方を優先", by=make.clerk())

    lucky, other = notices(noticing.SEAT).get(), notices(noticing.NO_SEAT).get()
    assert (lucky.resident, other.resident) == (seated.resident, unlucky.resident)
    assert "お席があります" in lucky.body
    assert "空き待ち1番" in other.body
    assert notice_reach.reach_of_results(run) == Reach(sms=2)


def test_two_who_applied_each_for_themselves_can_be_told_apart_on_the_telephone_they_share() -> None:
    run, number = make_draws.counter(capacity=1, starts_at=at(25, 10)), make_residents.mobile()
    couple = [make.registration(run, textable(number)) for _each in range(2)]

    choose(make_draws.closed(run), couple[:1], reason="初めての方を優先", by=make.clerk())

    told = {each.resident: each.body for name in (noticing.SEAT, noticing.NO_SEAT) for each in notices(name)}
    assert all(f"受付{each.slip} " in told[each.resident] for each in couple)
    assert Message.objects.filter(number=number.e164, purpose__in=[noticing.SEAT, noticing.NO_SEAT]).count() == 2


def test_a_couple_that_applied_together_hears_of_both_in_one_text() -> None:
    run, number = make_draws.counter(capacity=2, starts_at=at(25, 10)), make_residents.mobile()
    register(textable(number), run, companions=[textable(number)], by=make.clerk(), channel=PHONE)
    couple = list(run.registrations.order_by("slip_number"))

    choose(make_draws.closed(run), couple, reason="初めての方を優先", by=make.clerk())

    message = Message.objects.get(number=number.e164, purpose=noticing.SEAT)
    assert f"受付{couple[0].slip}・{couple[1].slip} " in message.body
    assert message.requests.count() == 2


def test_whoever_does_not_want_to_wait_after_the_decision_waits_no_longer() -> None:
    run = make_draws.counter(capacity=1, starts_at=at(25, 10))
    seated, unlucky = make_draws.applicants(run, 2)
    choose(make_draws.closed(run), [seated], reason="初めての方を優先", by=make.clerk())

    purpose(noticing.NO_SEAT).on_outcome(notices(noticing.NO_SEAT).get().key, Outcome.ABSENCE, make.clerk())

    unlucky.refresh_from_db()
    assert unlucky.state == Registration.State.CANCELLED


def test_whoever_is_offered_a_seat_before_the_decision_is_only_called_about_that() -> None:
    run = make_draws.counter(capacity=2, starts_at=at(25, 10))
    seated, offered, unlucky = make_draws.applicants(run, 3, contact_wish=ContactWish.SMS)
    offer_out_of_turn(offered, reason="初めての方を優先", by=make.clerk())

    choose(make_draws.closed(run), [seated], reason="初めての方を優先", by=make.clerk())

    assert Offer.objects.open().get().registration == offered
    assert notices(noticing.SEAT).get().resident == seated.resident
    assert notices(noticing.NO_SEAT).get().resident == unlucky.resident


def test_no_seat_is_not_said_any_more_once_one_is_offered() -> None:
    run = make_draws.counter(capacity=1, starts_at=at(25, 10))
    seated, _unlucky = make_draws.applicants(run, 2, contact_wish=ContactWish.SMS)
    choose(make_draws.closed(run), [seated], reason="初めての方を優先", by=make.clerk())
    key = notices(noticing.NO_SEAT).get().key
    assert purpose(noticing.NO_SEAT).still_due([key], now=timezone.now()) == {key}
    assert purpose(noticing.NO_SEAT).still_due([key], now=run.lessons.get().starts_at) == set()

    cancel(seated, by=make.clerk(), reason="health")

    assert Offer.objects.open().exists()
    assert purpose(noticing.NO_SEAT).still_due([key], now=timezone.now()) == set()


def test_whoever_does_not_want_the_seat_that_was_drawn_gives_it_back() -> None:
    run = make_draws.counter(capacity=1, starts_at=at(25, 10))
    seated, unlucky = make_draws.applicants(run, 2)
    choose(make_draws.closed(run), [seated], reason="初めての方を優先", by=make.clerk())

    purpose(noticing.SEAT).on_outcome(notices(noticing.SEAT).get().key, Outcome.ABSENCE, make.clerk())

    seated.refresh_from_db()
    assert seated.state == Registration.State.CANCELLED
    assert Offer.objects.get().registration == unlucky


def test_an_offer_is_never_a_text() -> None:
    run = make.run(capacity=1, starts_at=at(25, 10))
    seated, waiting = make.registration(run), make.registration(run, textable(), channel=PHONE)

    cancel(seated, by=make.clerk(), reason="health")

    assert Offer.objects.get().registration == waiting
    assert not Request.objects.filter(resident=waiting.resident).exists()


# A place given back ---------------------------------------------------------------------------------------


def test_a_cancellation_is_confirmed_only_to_whoever_asks_for_it(gateway) -> None:
    run = make.run(capacity=2, starts_at=at(25, 10))
    quiet, asking = (make.registration(run, textable()) for _each in range(2))

    cancel(quiet, by=make.clerk(), reason="health")
    cancel(asking, by=make.clerk(), reason="health", in_writing=True)

    assert notices().get().resident == asking.resident
    (body,) = send(gateway)
    assert asking.slip in body
    assert "取消" in body


# Words ----------------------------------------------------------------------------------------------------

USUAL = {
    "title": "写真をとって送る",
    "venue": "忍海集会所",
    "date": "12月23日（水）",
    "time": "午後12時30分",
    "old_date": "12月16日（水）",
    "old_time": "午後12時30分",
    "slip": "123-12",
    "count": "（全4回）",
    "standing": "（空き待ち）",
    "how": "お申込み",
    "place": "12",
}


@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_is_one_part_in_its_barest_words_and_a_text_nobody_takes_for_a_fraud(notice) -> None:
    made, city = notice(), CityProfile.current()
    facts = {**USUAL, "city": city.name, "phone": city.office_phone}

    texts = [fill(wording, facts, fields_of(made)) for wording in made.wordings]

    assert count_parts(texts[-1]) == 1
    for text in texts:
        assert text.startswith("【葛城市】")
        assert city.office_phone in text
        assert lint(text, office_phone=city.office_phone) == []
        assert not set("{}") & set(text)


@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_can_be_measured_with_the_longest_facts_of_the_database(notice) -> None:
    made = notice()
    make.run()

    facts = {**made.sample().facts, "city": "葛城市", "phone": "0745-00-0000"}

    assert all(fill(wording, facts, fields_of(made)) for wording in made.wordings)


# Closing days ---------------------------------------------------------------------------------------------


def test_what_is_called_about_before_a_closing_day_is_called_about_on_the_working_day_before() -> None:
    # The fourth of December, a Friday, the office is closed; the lesson is on Saturday the fifth.
    ClosingDay.objects.create(day=at(4, 10, month=12).date(), reason="点検")
    run = make.run(starts_at=at(5, 10, month=12), reminder_rules=[[1, "15:00"]])

    make.registration(run)

    assert CallTask.objects.get().due_at == at(3, 15, month=12)


def test_a_text_of_a_closing_day_stays_on_its_day() -> None:
    ClosingDay.objects.create(day=at(4, 10, month=12).date(), reason="点検")
    run = make.run(starts_at=at(5, 10, month=12), reminder_rules=[[1, "15:00"]])

    make.registration(run, textable(), channel=Registration.Channel.COUNTER)

    assert Message.objects.get().due_at == at(4, 15, month=12)


# After an outage ------------------------------------------------------------------------------------------


def test_after_an_outage_what_is_late_is_called_about_and_nothing_after_the_lesson(gateway, monday) -> None:
    run = make.run(starts_at=at(25, 10), reminder_rules=[[1, "15:00"]])
    make.registration(run, textable(), channel=Registration.Channel.COUNTER)

    monday.move_to(at(25, 9))
    assert send(gateway) == []
    call = CallTask.objects.get()
    assert (call.state, call.reason) == (CallTask.State.OPEN, Reason.LATE)

    monday.move_to(at(25, 11))
    assert send(gateway) == []
    call.refresh_from_db()
    assert call.state == CallTask.State.TOO_LATE


def test_an_outage_that_outlasts_the_lesson_tells_nobody(gateway, monday) -> None:
    run = make.run(starts_at=at(25, 10), reminder_rules=[[1, "15:00"]])
    make.registration(run, textable(), channel=Registration.Channel.COUNTER)

    monday.move_to(at(25, 11))

    assert send(gateway) == []
    assert not CallTask.objects.exists()
