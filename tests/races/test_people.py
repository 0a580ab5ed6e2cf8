"""The desk corrects a person while the worker hears of a text to that person."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from reminders import fallback, receipts
from reminders.gateways import Answer
from reminders.models import Message
from residents.intake import correct
from residents.models import PhoneLine
from tests.make import accounts as make_accounts
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents
from tests.races.clerks import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_a_number_found_dead_and_corrected_at_the_same_moment_hold_nobody_up(monkeypatch) -> None:
    """Both need the person's telephones and reminders; taken in opposite orders they would wait for ever."""
    mark = fallback.mark_doubtful
    monkeypatch.setattr(fallback, "mark_doubtful", lambda number: time.sleep(0.5) or mark(number))
    now, clerk = timezone.now(), make_accounts.user()
    person = make_reminders.textable()
    with make_reminders.purpose():
        message = make_reminders.sent(person, at=now, due_at=now, useless_after=now + timedelta(days=2))
        lost = Answer(f"memory-{message.token}", "undelivered", error_code="30005")
        moved = make_residents.details(phone=make_residents.landline(), contact_wish=person.contact_wish)

        outcomes = together(
            lambda: receipts.apply(message.token, lost),
            lambda: time.sleep(0.2) or correct(person, moved, by=clerk),
        )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert Message.objects.get(pk=message.pk).state == Message.State.FAILED
    assert PhoneLine.objects.get(resident=person).phone.kind == "landline"
