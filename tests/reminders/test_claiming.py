"""What a worker takes for itself, and what it may write of it afterwards."""

import pytest

from reminders.claiming import claim, write_sent
from reminders.gateways import Answer
from reminders.models import Message
from tests.make import reminders as make

pytestmark = pytest.mark.django_db

State = Message.State


def take(room: int = 10) -> list[Message]:
    return list(claim(worker="one", gateway="memory", room=room, due_by=make.NOON, now=make.NOON))


def test_a_batch_is_filled_up_with_ordinary_texts_after_the_urgent_ones() -> None:
    urgent = [make.message(occasion=f"broadcast:{number}", is_urgent=True) for number in range(3)]
    ordinary = [make.message(occasion=f"lesson:{number}") for number in range(4)]

    assert take(5) == [*urgent, *ordinary[:2]]
    assert take(5) == ordinary[2:]


def test_an_urgent_text_leaves_no_sooner_than_it_is_due() -> None:
    make.message(is_urgent=True, due_at=make.later(minutes=1))

    assert take() == []


def test_a_claim_says_by_whom_when_and_through_what() -> None:
    message = make.message()

    take()

    message.refresh_from_db()
    assert (message.state, message.claimed_by, message.claimed_at) == (State.CLAIMED, "one", make.NOON)
    assert (message.gateway, message.tries) == ("memory", 1)


def test_what_moved_meanwhile_is_not_written_over() -> None:
    ours, anothers, answered, planned = (make.message(occasion=f"lesson:{number}") for number in range(4))
    take()
    Message.objects.filter(pk=anothers.pk).update(claimed_by="another")
    Message.objects.filter(pk=answered.pk).update(provider_id="SM-by-receipt")
    Message.objects.filter(pk=planned.pk).update(state=State.PLANNED)
    messages = [ours, anothers, answered, planned]
    answers = {message.token: Answer(f"SM-{message.pk}", "queued") for message in messages}

    written = write_sent(answers, worker="one", now=make.later(minutes=1))

    for message in messages:
        message.refresh_from_db()
    assert written == 1
    assert [message.state for message in messages] == [State.SENT, State.CLAIMED, State.CLAIMED, State.PLANNED]
    assert [message.provider_id for message in messages] == [f"SM-{ours.pk}", "", "SM-by-receipt", ""]
    assert (ours.sent_at, ours.provider_status) == (make.later(minutes=1), "queued")


def test_without_an_answer_nothing_is_written(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert write_sent({}, worker="one", now=make.NOON) == 0
