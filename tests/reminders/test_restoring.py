"""A backup is put back: what left after it was made does not leave again, and nobody is forgotten."""

from datetime import datetime, timedelta

import pytest

from core.models import AuditEntry
from reminders import receipts, rounds
from reminders.delivery import deliver_next
from reminders.gateways import Answer
from reminders.gateways.file_exchange import FileExchangeGateway
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message
from reminders.reasons import Reason
from reminders.restoring import doubt_what_may_have_left
from tests.make import reminders as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State


def put_back(copy: list[Message]) -> None:
    """The texts stand as they stood when the copy was made."""
    for message in copy:
        message.events.all().delete()
        message.save()


def some_rounds(gateway: MemoryGateway, *, now: datetime) -> None:
    for minutes in range(3):
        rounds.round(gateway=gateway, worker="after", now=now + timedelta(minutes=minutes))


def test_a_text_that_left_after_the_copy_is_found_and_one_that_did_not_becomes_a_call(gateway: MemoryGateway) -> None:
    left, due_in_the_outage = make.message(), make.message(due_at=make.later(hours=1), occasion="lesson:32")
    copy = list(Message.objects.all())
    deliver_next(gateway, worker="before", now=make.NOON)
    gateway.report(gateway.sent[0], "delivered")
    put_back(copy)

    assert doubt_what_may_have_left(by=None, gateway=gateway, now=make.later(hours=2)) == 2
    some_rounds(gateway, now=make.later(hours=2))

    left.refresh_from_db()
    assert [text.number for text in gateway.sent] == [left.number]
    assert (left.state, left.provider_id) == (State.DELIVERED, f"memory-{left.token}")
    call = CallTask.objects.get()
    assert (call.requests.get().message, call.reason) == (due_in_the_outage, Reason.UNCERTAIN)


def test_what_falls_due_after_a_copy_was_put_back_leaves_as_planned(gateway: MemoryGateway) -> None:
    later = make.message(due_at=make.later(hours=2, minutes=1))

    assert doubt_what_may_have_left(by=None, gateway=gateway, now=make.later(hours=2)) == 0
    some_rounds(gateway, now=make.later(hours=2))

    assert [text.number for text in gateway.sent] == [later.number]


def test_a_text_that_failed_after_the_copy_may_have_been_tried_again_and_is_called_about(
    gateway: MemoryGateway,
) -> None:
    under_way = make.sent()

    doubt_what_may_have_left(by=None, gateway=gateway, now=make.later(minutes=5))
    undelivered = Answer(under_way.provider_id, "undelivered", "30003")
    receipts.apply(under_way.token, undelivered, now=make.later(minutes=6))

    assert Message.objects.get() == under_way
    assert CallTask.objects.get().reason == Reason.FAILED


def test_what_may_have_been_carried_out_in_a_file_made_after_the_copy_is_called_about() -> None:
    """On Wednesday somebody carries out what is due by the end of Thursday."""
    tomorrow = make.message(make.real_textable(), due_at=make.later(days=1), useless_after=make.later(days=5))
    make.message(
        make.real_textable(), due_at=make.later(days=2), useless_after=make.later(days=5), occasion="lesson:32"
    )

    assert doubt_what_may_have_left(by=None, gateway=FileExchangeGateway(), now=make.NOON) == 1
    rounds.settle_uncertain(FileExchangeGateway(), now=make.later(minutes=5))

    assert CallTask.objects.get().requests.get().message == tomorrow


def test_putting_back_is_on_record_and_told_twice_doubts_nothing_else(gateway: MemoryGateway) -> None:
    make.message()

    counted = [doubt_what_may_have_left(by=None, gateway=gateway, now=make.NOON) for _time in range(2)]

    assert counted == [1, 0]
    entries = AuditEntry.objects.filter(action="backup.restored").order_by("pk")
    assert [entry.facts for entry in entries] == [{"texts": 1}, {"texts": 0}]
