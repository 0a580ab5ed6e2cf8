"""One broadcast, and two clerks who send it at the same moment, or somebody who cancels just then."""

import time
from collections import Counter
from uuid import uuid4

import pytest

from classes import broadcasting
from classes.broadcasting import ChangedSinceLookedAt, broadcast
from classes.cancellation import cancel
from classes.models import Broadcast
from reminders.delivery import deliver_next
from reminders.gateways.memory import MemoryGateway
from reminders.models import Message, Request
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make
from tests.make import reminders as make_reminders
from tests.races.clerks import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking at the people and writing to them lies a moment in which others may come."""
    look = broadcasting.audience_of

    def and_think(*about, **circumstances):
        found = look(*about, **circumstances)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(broadcasting, "audience_of", and_think)


@pytest.mark.parametrize("build", [make_broadcasts.draft, make_broadcasts.notice])
def test_two_clerks_who_send_the_same_at_once_send_it_once(build) -> None:
    clerks = [make.clerk(), make.clerk()]
    runs = [make.run(), make.run()]
    for run in runs:
        make.registration(run, make_reminders.textable(), by=clerks[0])
    draft = build(*runs)
    seen = make_broadcasts.audience(draft).fingerprint

    one, other = together(*[lambda by=by: broadcast(draft, key=uuid4(), seen=seen, by=by) for by in clerks])

    assert one == other == Broadcast.objects.get()
    assert Message.objects.urgent().count() == 2


def test_a_button_pressed_twice_at_once_sends_once() -> None:
    clerk, run, key = make.clerk(), make.run(), uuid4()
    make.registration(run, make_reminders.textable(), by=clerk)
    draft = make_broadcasts.draft(run)
    seen = make_broadcasts.audience(draft).fingerprint

    first, second = together(*[lambda: broadcast(draft, key=key, seen=seen, by=clerk)] * 2)

    assert first == second
    assert Message.objects.urgent().count() == 1


def test_clerks_who_close_the_halls_of_a_city_from_both_ends_do_not_wait_for_each_other_for_ever() -> None:
    clerk = make.clerk()
    runs = [make.run() for _each in range(4)]
    for run in runs:
        make.registration(run, by=clerk)
    drafts = [make_broadcasts.draft(*order, reason=why) for order, why in ((runs, "台風"), (runs[::-1], "大雨"))]
    seen = [make_broadcasts.audience(draft).fingerprint for draft in drafts]

    outcomes = together(
        *[
            lambda draft=draft, mark=mark: broadcast(draft, key=uuid4(), seen=mark, by=clerk)
            for draft, mark in zip(drafts, seen, strict=True)
        ]
    )

    assert Counter(type(each).__name__ for each in outcomes) == {"Broadcast": 1, "NothingLeftToSay": 1}


def test_who_cancels_while_it_is_sent_is_not_texted() -> None:
    clerk, run, gateway = make.clerk(), make.run(), MemoryGateway()
    stays = make.registration(run, make_reminders.textable(), by=clerk)
    leaves = make.registration(run, make_reminders.textable(), by=clerk)
    draft = make_broadcasts.draft(run)
    seen = make_broadcasts.audience(draft).fingerprint

    sent, _cancelled = together(
        lambda: broadcast(draft, key=uuid4(), seen=seen, by=clerk),
        lambda: cancel(leaves, by=clerk, reason="health"),
    )

    if isinstance(sent, ChangedSinceLookedAt):
        sent = make_broadcasts.sent(draft, by=clerk)
    now = Message.objects.urgent().values_list("due_at", flat=True)[0]
    deliver_next(gateway, worker="one", now=now)
    broadcast_texts = [text for text in gateway.sent if text.body == sent.body]
    assert [text.number for text in broadcast_texts] == [stays.resident.phone_lines.get().number]
    assert not Request.objects.standing().filter(resident=leaves.resident, occasion=sent.occasion).exists()
