"""What is left when one of those who share a text or a call is told otherwise."""

import pytest
import time_machine
from django.utils import timezone

from reminders.models import CallTask, Message, Request
from reminders.sharing import close_left
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(make.NOON, tick=False):
        yield


def leaves(request: Request) -> None:
    Request.objects.filter(pk=request.pk).update(withdrawn_at=timezone.now())


def test_a_text_is_withdrawn_with_the_last_of_those_who_share_it() -> None:
    phone = make_residents.mobile()
    one, other = (make.request(make.textable(phone)) for _person in range(2))
    assert one.message == other.message

    leaves(one)
    close_left([one.message], [], by=None)
    assert Message.objects.get().state == Message.State.PLANNED

    leaves(other)
    close_left([other.message], [], by=None)
    assert Message.objects.get().state == Message.State.WITHDRAWN


def test_a_text_that_is_on_its_way_is_no_longer_withdrawn() -> None:
    text = make.sent()
    leaves(text.requests.get())

    close_left([text], [], by=None)

    assert Message.objects.get().state == Message.State.SENT


def test_a_call_is_taken_off_the_list_by_whom_and_only_when_nobody_is_to_be_told_by_it() -> None:
    phone, clerk = make_residents.landline(), make.clerk()
    one, other = (make.request(make.callable_(phone=phone)) for _person in range(2))
    assert one.call == other.call

    leaves(one)
    close_left([], [one.call], by=clerk)
    assert CallTask.objects.get().state == CallTask.State.OPEN

    leaves(other)
    close_left([None], [other.call, None], by=clerk)
    taken_off = CallTask.objects.get()
    assert (taken_off.state, taken_off.settled_by) == (CallTask.State.WITHDRAWN, clerk)
