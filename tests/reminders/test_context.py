"""What pages say while the worker is silent."""

import pytest
from django.urls import reverse
from django.utils import timezone

from reminders import rounds
from reminders.models import Heartbeat
from tests.make import reminders as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

SAYS_SO = '<div class="notice error'


def pages() -> dict[str, str]:
    return {
        "desk": reverse("desk"),
        "home": reverse("home"),
        "call_list": reverse("call_list"),
        "call_detail": reverse("call_detail", args=[make.call().pk]),
        "message_list": reverse("message_list"),
        "message_detail": reverse("message_detail", args=[make.message().pk]),
    }


def test_every_page_that_promises_or_waits_for_a_text_says_when_none_leaves(client, clerk) -> None:
    for name, page in pages().items():
        assert SAYS_SO in client.get(page).content.decode(), name


def test_no_page_is_alarmed_while_the_worker_lives(client, clerk) -> None:
    Heartbeat.objects.create(name=rounds.HEART, beat_at=timezone.now())

    for name, page in pages().items():
        assert SAYS_SO not in client.get(page).content.decode(), name
