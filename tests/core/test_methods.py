"""An address opened in a way it does not answer."""

import pytest
from django.conf import settings
from django.urls import reverse

from core.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_the_address_of_a_button_typed_in_is_answered_in_words(client, clerk) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    answer = client.get(reverse("desk_people"))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "<h1>This page cannot be opened like this</h1>" in answer.content.decode()
    assert not AuditEntry.objects.filter(action__startswith="resident.").exists()


def test_a_page_that_takes_nothing_says_so_too(client, clerk) -> None:
    answer = client.post(reverse("run_list") + "1/papers/")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "<h1>" in answer.content.decode()


def test_whoever_has_not_signed_in_is_asked_to_first(client) -> None:
    assert client.get(reverse("desk_people")).status_code == 302
