"""A sign-in that ended in the middle of any form: after signing in again the form goes on as it was typed."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from materials.models import Step
from tests.make import accounts as make_accounts
from tests.make import materials as make_materials
from tests.make.office import Office, office
from tests.make.pages import Page
from tests.project.form_pages import STANDS, Stand

pytestmark = pytest.mark.django_db

# Signing out and changing the language need no sign-in.
OPEN = {"account_logout", "set_language"}
# A password is typed again rather than kept.
SECRETS = {"account_change_password", "account_reauthenticate"}
BEHIND = [stand for stand in STANDS if stand.signed_in and stand.to not in OPEN | SECRETS]


@pytest.fixture
def at_work(client: Client) -> tuple[Client, Office]:
    made = office()
    sign_in(client, made.chief)
    return client, made


def sign_in(client: Client, user: User, **carried: str) -> Any:
    return client.post(
        reverse("account_login"), {"login": user.username, "password": make_accounts.PASSWORD, **carried}
    )


def sent_too_late(client: Client, address: str, data: dict[str, Any]) -> str:
    """The sealed form that the sign-in page carries, after the sign-in has ended."""
    client.cookies.pop("sessionid")
    page = client.post(address, data)
    assert page.status_code == 401, address
    return Page(page.content.decode()).form_to(reverse("account_login")).controls["carried_form"].values[0]


@pytest.mark.parametrize("stand", BEHIND, ids=[stand.to for stand in BEHIND])
def test_a_form_goes_on_after_signing_in_again(stand: Stand, at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    form, _page = stand.form(client, made)
    sent = stand.pressed(form, made)
    address = stand.address(made)
    sealed = sent_too_late(client, address, sent)

    answer = sign_in(client, made.chief, carried_form=sealed)
    waiting = Page(client.get(answer["Location"]).content.decode()).form_to(address.split("?")[0])

    as_typed = {name: value if isinstance(value, list) else [value] for name, value in sent.items()}
    kept = {name: each.values for name, each in waiting.controls.items()}
    assert {name: values for name, values in as_typed.items() if name != "csrfmiddlewaretoken"} == {
        name: values for name, values in kept.items() if name != "csrfmiddlewaretoken"
    }
    assert waiting.action == address
    assert client.post(address, waiting.data).status_code in stand.answers


def test_a_page_that_offers_the_form_may_be_loaded_twice(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    sealed = sent_too_late(client, reverse("course_create"), {"title": "𠮷葛󠄀"})
    sign_in(client, made.chief, carried_form=sealed)

    first, second = (client.get(reverse("form_resume")) for _time in range(2))

    assert "𠮷葛󠄀" in first.content.decode()
    assert "𠮷葛󠄀" in second.content.decode()


def test_half_an_hour_later_the_page_that_offered_the_form_offers_it_no_more(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    sealed = sent_too_late(client, reverse("course_create"), {"title": "𠮷葛󠄀"})
    sign_in(client, made.chief, carried_form=sealed)

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.get(reverse("form_resume")).status_code == 302


def test_what_one_person_typed_is_never_shown_to_the_next(at_work: tuple[Client, Office]) -> None:
    client, _made = at_work
    sealed = sent_too_late(client, reverse("course_create"), {"title": "𠮷葛󠄀"})

    sign_in(client, make_accounts.user(Role.RECEPTION), carried_form=sealed)

    assert "𠮷葛󠄀" not in client.get(reverse("form_resume"), follow=True).content.decode()


def test_a_picture_that_could_not_be_carried_is_asked_for_again(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address = reverse("step_create", args=[made.draft.pk])
    picture = SimpleUploadedFile("screen.png", make_materials.png(), content_type="image/png")
    words = {"title": "電源を入れる", "description": "電源ボタン", "marks-TOTAL_FORMS": "0", "marks-INITIAL_FORMS": "0"}
    sealed = sent_too_late(client, address, {**words, "upload": picture})
    sign_in(client, made.chief, carried_form=sealed)
    waiting = Page(client.get(reverse("form_resume")).content.decode()).form_to(address)

    answer = client.post(address, waiting.data)

    assert answer.status_code == 422
    assert "upload" in answer.context["form"].errors
    assert "電源を入れる" in answer.content.decode()
    assert not Step.objects.filter(title="電源を入れる").exists()


def test_a_form_of_a_megabyte_is_carried_too(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    sealed = sent_too_late(client, reverse("course_create"), {"title": "あ" * 350_000})

    answer = sign_in(client, made.chief, carried_form=sealed)

    assert answer["Location"] == reverse("form_resume")
    assert client.get(reverse("form_resume")).context["form_to_send"].fields == [("title", "あ" * 350_000)]


def test_a_form_larger_than_any_of_ours_is_refused_with_a_sentence(at_work: tuple[Client, Office]) -> None:
    client, _made = at_work

    answer = client.post(reverse("course_create"), {"title": "あ" * 1_000_000}, headers={"accept-language": "en"})

    assert answer.status_code in {400, 413}
    assert "<h1>" in answer.content.decode()
