"""Texts from residents as Twilio posts them: taken with its signature only, answered with no word."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from twilio.request_validator import RequestValidator

from reminders import inbound
from reminders.models import InboundText, Message, OptOut
from tests.make import reminders as make
from tests.make.twilio_server import TwilioServer, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

HOST = "https://kakehashi.test"
FIELDS = {
    "MessageSid": "SM" + "1" * 32,
    "From": "+819012345678",
    "To": "+12025550123",
    "Body": "明日は行けません",
    "NumMedia": "0",
    "新しい": "値",
}


@pytest.fixture
def browser() -> Client:
    """Nobody who signed in, and as strict about forged requests as in production."""
    return Client(enforce_csrf_checks=True)


def post(browser: Client, twilio: TwilioServer, *, signature: str | None = None, header: str = "", **changed: str):
    fields = FIELDS | changed
    url = HOST + reverse("twilio_inbound")
    headers = {"X-Twilio-Signature": sign(url, fields, token=twilio.token) if signature is None else signature}
    if header:
        headers["X-Twilio-Webhooks-Signature-Settings"] = header
    form = "application/x-www-form-urlencoded"
    return browser.post(reverse("twilio_inbound"), urlencode(fields), content_type=form, headers=headers)


def test_a_signed_text_is_kept_and_answered_with_no_word(browser: Client, twilio: TwilioServer) -> None:
    answer = post(browser, twilio)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert answer.content.decode().endswith("<Response></Response>")
    text = InboundText.objects.get()
    assert (text.number, text.body, text.state) == (FIELDS["From"], FIELDS["Body"], InboundText.State.NEW)
    assert not Message.objects.exists()


@pytest.mark.parametrize("signature", ["", "x", "9/HpphHVdI+WhhvIWOyjvqm3uFE="])
def test_a_text_without_the_signature_is_refused(browser: Client, twilio: TwilioServer, signature: str) -> None:
    assert post(browser, twilio, signature=signature).status_code == 403

    assert not InboundText.objects.exists()


def test_a_shared_webhook_key_signs_as_well(browser: Client, twilio: TwilioServer, settings) -> None:
    settings.TWILIO_WEBHOOK_KEY = "shared-key"
    url = HOST + reverse("twilio_inbound")
    signature = RequestValidator("shared-key").compute_signature(url, FIELDS, "HMAC_SHA256")
    header = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"

    assert post(browser, twilio, signature=signature).status_code == 403
    assert post(browser, twilio, signature=signature, header=header).status_code == 200


def test_the_same_text_twice_is_one(browser: Client, twilio: TwilioServer) -> None:
    assert [post(browser, twilio).status_code, post(browser, twilio).status_code] == [200, 200]

    assert InboundText.objects.count() == 1


def test_stop_moves_what_was_planned(browser: Client, twilio: TwilioServer) -> None:
    message = make.message()

    post(browser, twilio, From=message.number, Body="「停止。」")

    message.refresh_from_db()
    assert message.state == Message.State.WITHDRAWN
    assert OptOut.objects.get().number == message.number


def test_a_text_that_is_far_too_long_is_cut(browser: Client, twilio: TwilioServer) -> None:
    assert post(browser, twilio, Body="あ" * 20_000).status_code == 200

    assert len(InboundText.objects.get().body) == inbound.LONGEST_BODY


def test_a_text_without_any_field_is_taken(browser: Client, twilio: TwilioServer) -> None:
    url = HOST + reverse("twilio_inbound")

    answer = browser.post(
        reverse("twilio_inbound"),
        "",
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": sign(url, {}, token=twilio.token)},
    )

    assert answer.status_code == 200


def test_looking_at_the_address_shows_nothing(browser: Client) -> None:
    assert browser.get(reverse("twilio_inbound")).status_code == 405
