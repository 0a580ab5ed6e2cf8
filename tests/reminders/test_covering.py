"""After an outage two texts in the same words are due at once, and one of them leaves."""

import pytest

from reminders import rounds
from reminders.delivery import deliver_next
from reminders.gateways import Answer
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message, Request
from reminders.receipts import apply
from residents.models import Resident
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State


def both_reminders(person: Resident, **fields: object) -> list[Message]:
    """Of one lesson, the one that waited since noon and the one of three o'clock."""
    return [make.message(person, due_at=make.later(hours=hours), **fields) for hours in (0, 3)]


def states(*messages: Message) -> list[str]:
    return [Message.objects.get(pk=message.pk).state for message in messages]


def test_after_an_outage_the_same_is_texted_once(gateway: MemoryGateway) -> None:
    both = both_reminders(make.textable())

    rounds.round(gateway=gateway, now=make.later(hours=3))

    assert [text.token for text in gateway.sent] == [both[1].token]
    assert states(*both) == [State.WITHDRAWN, State.SENT]
    assert [request.message for request in Request.objects.standing()] == [both[1]]


def test_what_falls_due_later_is_still_said_a_second_time(gateway: MemoryGateway) -> None:
    both_reminders(make.textable())

    rounds.round(gateway=gateway, now=make.later(hours=2))
    rounds.round(gateway=gateway, now=make.later(hours=3))

    assert len(gateway.sent) == 2


@pytest.mark.parametrize("other", [{"body": make.BODY + "。"}, {"occasion": "lesson:32"}])
def test_another_thing_is_said_as_well(gateway: MemoryGateway, other: dict[str, str]) -> None:
    person = make.textable()
    make.message(person)
    make.message(person, due_at=make.later(hours=3), **other)

    rounds.round(gateway=gateway, now=make.later(hours=3))

    assert len(gateway.sent) == 2


def test_who_stands_behind_the_earlier_text_alone_hears_by_the_later_and_is_called_with_the_others(
    gateway: MemoryGateway,
) -> None:
    number = make_residents.mobile()
    both, spouse = both_reminders(make.textable(number)), make.textable(number)
    assert make.message(spouse) == both[0]

    deliver_next(gateway, worker="worker", now=make.later(hours=3))
    assert [text.token for text in gateway.sent] == [both[1].token]

    lost = Answer(f"memory-{both[1].token}", "undelivered", "30006")
    apply(both[1].token, lost, now=make.later(hours=4))
    assert len(CallTask.objects.get().requests.standing()) == 2


def test_a_batch_too_small_for_both_sends_the_later_one_in_its_turn(
    gateway: MemoryGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = both_reminders(make.textable())
    monkeypatch.setattr("reminders.delivery.BATCH", 1)

    deliver_next(gateway, worker="worker", now=make.later(hours=3))
    assert (gateway.sent, states(*both)) == ([], [State.WITHDRAWN, State.PLANNED])

    deliver_next(gateway, worker="worker", now=make.later(hours=3))
    assert states(*both) == [State.WITHDRAWN, State.SENT]


def test_a_later_text_that_came_to_nothing_keeps_no_earlier_one(gateway: MemoryGateway) -> None:
    both = both_reminders(make.textable())
    Message.objects.filter(pk=both[1].pk).update(state=State.FAILED)

    rounds.round(gateway=gateway, now=make.later(hours=3))

    assert [text.token for text in gateway.sent] == [both[0].token]
