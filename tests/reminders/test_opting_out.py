"""A number that takes no texts: everybody who shares it is called, nobody is dropped, and it can be taken back."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from reminders import opting_out, outbox, receipts, rounds
from reminders.about import KINDS, About
from reminders.delivery import deliver_next
from reminders.gateways import Answer
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message, OptOut
from reminders.reasons import Reason
from reminders.routing import Channel, read_for_routes, route, routes, stopped_among
from residents.models import ContactWish, Resident
from tests.make import reminders as make
from tests.make import residents as make_residents
from tests.make.reminders import TestPurpose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

How, State = OptOut.How, Message.State


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(make.NOON, tick=False):
        yield


def number_of(resident: Resident) -> str:
    return resident.phone_lines.get().number


def stop(number: str, about: str = About.EVERYTHING, how: str = How.PHONE) -> OptOut:
    return opting_out.opt_out(number, about=about, how=how, by=make.clerk())


def test_everybody_who_shares_the_number_is_called_instead() -> None:
    phone = make_residents.mobile()
    husband, wife = make.textable(phone), make.textable(phone)
    message = make.message(husband)
    other = make.message(wife, occasion="lesson:32")

    stop(phone.e164)

    assert set(Message.objects.values_list("state", flat=True)) == {State.WITHDRAWN}
    calls = list(CallTask.objects.filter(state=CallTask.State.OPEN))
    assert {(call.number, call.reason) for call in calls} == {(phone.e164, Reason.STOPPED)}
    assert {request.resident for call in calls for request in call.requests.all()} == {husband, wife}
    assert {message.occasion, other.occasion} == {call.occasion for call in calls}


def test_a_neighbour_is_texted_as_before() -> None:
    stopped, neighbour = make.message(), make.message(occasion="lesson:32")

    stop(stopped.number)

    assert Message.objects.get(pk=neighbour.pk).state == State.PLANNED


def test_whoever_is_taken_down_later_with_the_number_is_called_too() -> None:
    phone = make_residents.mobile()
    stop(phone.e164)

    way = route(make.textable(phone))

    assert (way.channel, way.phone, way.reason) == (Channel.CALL, phone, Reason.STOPPED)


def test_whoever_wrote_so_is_not_texted_at_another_telephone_either() -> None:
    person = make.textable()
    person.phone_lines.create(number=make_residents.mobile().e164, order=1)
    stop(person.phone_lines.get(order=0).number)

    assert route(Resident.objects.get()).channel == Channel.CALL


def test_only_what_was_meant_stops() -> None:
    person = make.textable()
    stop(number_of(person), About.BOOKED)

    assert route(person, about=About.BOOKED).reason == Reason.STOPPED
    assert route(person, about=About.EVERYTHING).channel == Channel.SMS


def test_whoever_stops_one_kind_is_texted_the_other_and_called_for_the_stopped_one() -> None:
    phone = make_residents.mobile()
    husband, wife = make.textable(phone), make.textable(phone)

    stop(phone.e164, About.REMINDERS)

    ways = {about: [each.channel for each in routes([husband, wife], about=about)] for about in KINDS}
    assert ways == {About.REMINDERS: [Channel.CALL] * 2, About.BOOKED: [Channel.SMS] * 2}


def test_one_kind_begins_again_and_the_other_stays_stopped() -> None:
    number = number_of(make.textable())
    for about in KINDS:
        stop(number, about)

    assert opting_out.opt_in(number, about=[About.REMINDERS], how=How.PHONE, by=make.clerk()) == 1

    assert OptOut.objects.standing().get().about == About.BOOKED


def test_whoever_wants_no_texts_at_all_gets_none_about_anything() -> None:
    person = make.textable()
    stop(number_of(person), About.EVERYTHING)

    assert {route(person, about=about).reason for about in About} == {Reason.STOPPED}


def test_twice_is_once_and_a_narrower_wish_is_part_of_a_wider_one() -> None:
    number = number_of(make.textable())

    first = stop(number)

    assert stop(number) == stop(number, About.BOOKED) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        OptOut.objects.create(number=number, about=About.EVERYTHING, how=How.PHONE)


def test_texts_begin_again_and_the_history_stays() -> None:
    message = make.message()
    stop(message.number)
    clerk = make.clerk("田中")

    assert opting_out.opt_in(message.number, how=How.COUNTER, by=clerk) == 1

    ended = OptOut.objects.get()
    assert (ended.ended_at, ended.ended_how, ended.ended_by) == (make.NOON, How.COUNTER, clerk)
    assert message.requests.model.objects.get().message.state == State.PLANNED
    assert not CallTask.objects.filter(state=CallTask.State.OPEN).exists()
    assert opting_out.opt_in(message.number, how=How.COUNTER, by=clerk) == 0


def test_whoever_wished_for_calls_is_called_on() -> None:
    person = make.textable()
    stop(number_of(person))
    Resident.objects.update(contact_wish=ContactWish.CALL)

    opting_out.opt_in(number_of(person), how=How.PHONE, by=make.clerk())

    assert route(Resident.objects.get()).reason == Reason.WISH


def test_who_said_so_stands_with_each_person() -> None:
    phone = make_residents.mobile()
    people = {make.textable(phone), make.textable(phone)}

    stop(phone.e164, About.BOOKED, How.COUNTER)

    entries = AuditEntry.objects.filter(action="texts.stopped")
    assert {entry.subject_id for entry in entries} == {str(person.pk) for person in people}
    assert entries[0].facts == {"about": "booked", "how": "counter"}


def test_whoever_stopped_what_there_was_before_the_kinds_takes_no_texts_still() -> None:
    widen = import_module("reminders.migrations.0014_whoever_stopped_what_there_was_stopped_it_all").widen
    numbers = [make_residents.mobile().e164 for _each in range(2)]
    for number in numbers:
        OptOut.objects.create(number=number, about=About.BOOKED, how=How.TEXT)
    OptOut.objects.create(number=numbers[0], about=About.EVERYTHING, how=How.TEXT)

    widen(apps, None)

    assert set(OptOut.objects.values_list("number", "about")) == {
        (numbers[0], About.BOOKED),
        *((number, About.EVERYTHING) for number in numbers),
    }


# What the provider tells -----------------------------------------------------------------------------------


def test_a_number_the_provider_refuses_for_opting_out_is_kept_and_called(gateway: MemoryGateway) -> None:
    phone = make_residents.mobile()
    first = make.message(make.textable(phone))
    later = make.message(make.textable(phone), occasion="lesson:32", due_at=make.later(hours=5))
    gateway.refusals[phone.e164] = "21610"

    rounds.round(gateway=gateway, now=make.NOON)

    kept = OptOut.objects.get()
    assert (kept.number, kept.about, kept.how, kept.by) == (phone.e164, About.EVERYTHING, How.PROVIDER, None)
    assert Message.objects.get(pk=first.pk).state == State.FAILED
    assert Message.objects.get(pk=later.pk).state == State.WITHDRAWN
    assert list(CallTask.objects.values_list("reason", flat=True)) == [Reason.STOPPED, Reason.STOPPED]
    assert set(Resident.objects.values_list("contact_wish", flat=True)) == {ContactWish.SMS}


def test_a_receipt_may_tell_it_as_well() -> None:
    message = make.sent()

    receipts.apply(message.token, Answer(message.provider_id, "undelivered", "21610"), now=make.NOON)

    assert OptOut.objects.get().number == message.number
    assert CallTask.objects.get().reason == Reason.STOPPED


def test_a_wish_that_comes_while_a_text_is_being_sent_still_counts(gateway: MemoryGateway) -> None:
    message = make.message()
    opting_out.keep(message.number, about=About.BOOKED, how=How.TEXT, by=None)

    deliver_next(gateway, worker="w", now=make.NOON)

    assert gateway.sent == []
    assert CallTask.objects.get().reason == Reason.STOPPED


def test_the_round_moves_what_was_planned_meanwhile_and_leaves_the_rest(purpose: TestPurpose) -> None:
    purpose.about = About.EVERYTHING
    message = make.message(due_at=make.later(hours=3))
    opting_out.keep(message.number, about=About.BOOKED, how=How.TEXT, by=None)
    assert opting_out.move_planned() == 0

    opting_out.keep(message.number, about=About.EVERYTHING, how=How.PROVIDER, by=None)

    assert opting_out.move_planned() == 1
    assert opting_out.move_planned() == 0
    assert CallTask.objects.get().state == CallTask.State.OPEN


# What a word answers ---------------------------------------------------------------------------------------


def test_a_word_answers_the_last_text(purpose: TestPurpose) -> None:
    person = make.textable()
    number = number_of(person)
    assert opting_out.about_last_text(number) == About.EVERYTHING

    make.sent(person)
    assert opting_out.about_last_text(number) == About.BOOKED

    purpose.about = About.EVERYTHING
    assert opting_out.about_last_text(number) == About.EVERYTHING


def test_asking_about_many_people_reads_once_who_said_so(django_assert_num_queries) -> None:
    for _person in range(5):
        make.textable()
    people = list(Resident.objects.prefetch_related("phone_lines", "consents"))
    stop(people[0].phone_lines.all()[0].number)

    with django_assert_num_queries(1):
        ways = routes(people)

    assert [way.channel for way in ways] == [Channel.CALL, *[Channel.SMS] * 4]


def test_planning_many_reminders_reads_once_who_said_so(django_assert_max_num_queries) -> None:
    people = [make.textable() for _each in range(6)]
    for person in people[:2]:
        stop(number_of(person))
    asks = [
        outbox.Ask(
            f"k:{n}", TestPurpose.name, person, f"lesson:{n}", make.BODY, make.NOON, make.NOON + timedelta(days=2)
        )
        for n, person in enumerate(Resident.objects.prefetch_related("phone_lines", "consents").order_by("pk"))
    ]

    with django_assert_max_num_queries(14):
        requests = outbox.enqueue_all(asks, by=None)

    assert [request.message is None for request in requests] == [True, True, False, False, False, False]


@pytest.mark.parametrize("about", About)
def test_what_is_read_with_the_telephones_is_what_is_read_by_itself(about: str) -> None:
    person, another = make.textable(), make.textable()
    stop(number_of(person), about)
    by_itself = stopped_among([person, another])

    read = list(Resident.objects.filter(pk__in=[person.pk, another.pk]))
    read_for_routes(read)

    assert stopped_among(read) == by_itself
    assert by_itself.pairs == {(number_of(person), about)}
