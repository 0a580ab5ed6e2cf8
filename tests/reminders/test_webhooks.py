"""Receipts as Twilio posts them: open to everybody by address, to nobody without the signature."""

import hashlib
import json
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from twilio.request_validator import RequestValidator

from reminders import inbound
from reminders.gateways.twilio import callback_url
from reminders.models import CallTask, InboundText, Message, OptOut
from tests.make import reminders as make
from tests.make.twilio_server import Receipt, TwilioServer, sign
from tests.project.test_access import patterns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State
SID = "SM" + "0" * 32
HOST = "https://kakehashi.test"


@pytest.fixture(autouse=True)
def _noon():
    """The builders' texts are for the days after it, and what is past is planned no more."""
    with time_machine.travel(make.NOON, tick=False):
        yield


@pytest.fixture
def browser() -> Client:
    """Nobody who signed in, and as strict about forged requests as in production."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def message(twilio: TwilioServer) -> Message:
    made = make.sent()
    Message.objects.update(provider_id=SID, gateway="twilio")
    made.refresh_from_db()
    return made


def receipt(message: Message, twilio: TwilioServer, status: str, **more: str) -> Receipt:
    """What Twilio would post about a message of ours."""
    fields = {
        "MessageSid": message.provider_id or SID,
        "MessageStatus": status,
        "AccountSid": twilio.account,
        "To": message.number,
        **more,
    }
    url = callback_url(message.token)
    return Receipt(url, fields, sign(url, fields, token=twilio.token))


def post(browser: Client, told: Receipt, **headers: str) -> int:
    """How a receipt is answered."""
    body = urlencode(told.fields)
    signed = {"X-Twilio-Signature": told.signature, **headers}
    form = "application/x-www-form-urlencoded"
    return browser.post(told.url.removeprefix(HOST), body, content_type=form, headers=signed).status_code


def test_a_signed_receipt_is_taken(browser: Client, twilio: TwilioServer, message: Message) -> None:
    assert post(browser, receipt(message, twilio, "delivered")) == 204

    message.refresh_from_db()
    assert message.state == State.DELIVERED


def test_our_signature_is_twilios_own(twilio: TwilioServer, message: Message) -> None:
    told = receipt(message, twilio, "delivered", Body="本文 &=+")

    assert RequestValidator(twilio.token).compute_signature(told.url, told.fields) == told.signature


@pytest.mark.parametrize("signature", ["", "x", "9/HpphHVdI+WhhvIWOyjvqm3uFE="])
def test_a_receipt_without_the_signature_changes_nothing(
    browser: Client, twilio: TwilioServer, message: Message, signature: str
) -> None:
    told = receipt(message, twilio, "failed")._replace(signature=signature)

    assert post(browser, told) == 403

    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_signature_of_another_account_is_worth_nothing(
    browser: Client, twilio: TwilioServer, message: Message
) -> None:
    told = receipt(message, twilio, "failed")

    assert post(browser, told._replace(signature=sign(told.url, told.fields, token="c" * 32))) == 403


def test_a_field_changed_on_the_way_breaks_the_signature(
    browser: Client, twilio: TwilioServer, message: Message
) -> None:
    told = receipt(message, twilio, "delivered")

    assert post(browser, told._replace(fields=told.fields | {"MessageStatus": "failed"})) == 403


def test_a_signature_for_another_message_does_not_fit(browser: Client, twilio: TwilioServer, message: Message) -> None:
    other = make.sent(occasion="lesson:32")
    told = receipt(message, twilio, "failed")

    assert post(browser, told._replace(url=callback_url(other.token))) == 403


def test_behind_a_proxy_the_public_address_counts(
    browser: Client, twilio: TwilioServer, message: Message, settings
) -> None:
    settings.PUBLIC_BASE_URL = "https://reminders.city.example.jp"
    told = receipt(message, twilio, "delivered")
    assert told.url.startswith("https://reminders.city.example.jp/")

    assert post(browser, told._replace(url=told.url.replace("https://reminders.city.example.jp", HOST))) == 204


def test_an_installation_without_a_token_takes_nothing(
    browser: Client, twilio: TwilioServer, message: Message, settings
) -> None:
    told = receipt(message, twilio, "delivered")
    settings.TWILIO_AUTH_TOKEN = ""

    assert post(browser, told._replace(signature=sign(told.url, told.fields, token=""))) == 403


def test_a_shared_webhook_key_signs_instead_of_the_token(
    browser: Client, twilio: TwilioServer, message: Message, settings
) -> None:
    settings.TWILIO_WEBHOOK_KEY = "shared-key"
    told = receipt(message, twilio, "delivered")
    by_key = RequestValidator("shared-key").compute_signature(told.url, told.fields, "HMAC_SHA256")
    header = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}

    assert post(browser, told._replace(signature=by_key)) == 403
    assert post(browser, told._replace(signature=by_key), **header) == 204


def post_json(
    browser: Client, twilio: TwilioServer, message: Message, said: bytes, *, signed: bytes | None = None
) -> int:
    """How a receipt in JSON is answered, whose digest stands in the signed address (as in the twilio package)."""
    digest = hashlib.sha256(said if signed is None else signed).hexdigest()
    url = f"{callback_url(message.token)}?bodySHA256={digest}"
    headers = {"X-Twilio-Signature": sign(url, {}, token=twilio.token)}
    return browser.post(url.removeprefix(HOST), said, content_type="application/json", headers=headers).status_code


def test_a_receipt_in_json_is_signed_by_its_digest(browser: Client, twilio: TwilioServer, message: Message) -> None:
    said = json.dumps({"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": 30005, "More": [1]}).encode()

    assert post_json(browser, twilio, message, said) == 204

    message.refresh_from_db()
    assert (message.state, message.error_code) == (State.FAILED, "30005")


@pytest.mark.parametrize("said", [b'{"MessageSid": "x", "MessageStatus": "failed"}', b" ", b"\xff\xfe"])
def test_a_receipt_in_json_that_was_changed_on_the_way_is_refused(
    browser: Client, twilio: TwilioServer, message: Message, said: bytes
) -> None:
    assert post_json(browser, twilio, message, said, signed=b'{"MessageSid": "x"}') == 403

    message.refresh_from_db()
    assert message.state == State.SENT


@pytest.mark.parametrize("said", [b"[]", b"{", b'"MessageSid"', b'{"MessageSid": null}'])
def test_json_that_names_no_text_is_refused(
    browser: Client, twilio: TwilioServer, message: Message, said: bytes
) -> None:
    assert post_json(browser, twilio, message, said) == 400


# What comes at odd times ----------------------------------------------------------------------------------


def test_the_same_receipt_twice_is_taken_and_changes_nothing(
    browser: Client, twilio: TwilioServer, message: Message
) -> None:
    told = receipt(message, twilio, "undelivered", ErrorCode="30004")

    assert [post(browser, told), post(browser, told)] == [204, 204]

    assert CallTask.objects.count() == 1
    assert message.events.count() == 1


def test_receipts_in_the_wrong_order_end_in_what_is_true(
    browser: Client, twilio: TwilioServer, message: Message
) -> None:
    for status in ("delivered", "sent", "queued"):
        assert post(browser, receipt(message, twilio, status)) == 204

    message.refresh_from_db()
    assert (message.state, message.provider_status) == (State.DELIVERED, "delivered")


def test_a_late_receipt_finds_its_text_without_the_answer(
    browser: Client, twilio: TwilioServer, message: Message
) -> None:
    Message.objects.update(state=State.UNCERTAIN, provider_id="", provider_status="")
    message.refresh_from_db()

    assert post(browser, receipt(message, twilio, "delivered")) == 204

    message.refresh_from_db()
    assert (message.state, message.provider_id) == (State.DELIVERED, SID)


def test_a_receipt_for_a_text_we_do_not_know_is_answered_so(browser: Client, twilio: TwilioServer) -> None:
    stranger = Message(token="nobody-gave-this-token", number="+819012345678")

    assert post(browser, receipt(stranger, twilio, "delivered")) == 404


@pytest.mark.parametrize("status", ["invented_next_year", "received", ""])
def test_a_status_that_is_not_about_our_texts_changes_nothing(
    browser: Client, twilio: TwilioServer, message: Message, status: str
) -> None:
    assert post(browser, receipt(message, twilio, status)) == 204

    message.refresh_from_db()
    assert message.state == State.SENT


def test_fields_that_twilio_adds_are_ignored(browser: Client, twilio: TwilioServer, message: Message) -> None:
    told = receipt(message, twilio, "delivered", RawDlrDoneDate="2611251200", ChannelPrefix="", 新しい="値")

    assert post(browser, told) == 204


@pytest.mark.parametrize("sid", ["", "S" * 65])
def test_a_receipt_without_a_number_of_the_text_is_refused(
    browser: Client, twilio: TwilioServer, message: Message, sid: str
) -> None:
    assert post(browser, receipt(message, twilio, "delivered", MessageSid=sid)) == 400


# What is not a receipt ------------------------------------------------------------------------------------


def test_only_posting_is_answered(browser: Client, message: Message) -> None:
    assert browser.get(callback_url(message.token).removeprefix(HOST)).status_code == 405


def test_a_receipt_that_is_no_form_is_refused(browser: Client, twilio: TwilioServer, message: Message) -> None:
    told = receipt(message, twilio, "delivered")

    answer = browser.post(
        told.url.removeprefix(HOST),
        {"MessageStatus": "delivered"},
        content_type="application/json",
        headers={"X-Twilio-Signature": told.signature},
    )

    assert answer.status_code == 403


def test_no_other_page_of_ours_takes_a_form_without_its_token() -> None:
    exempt = {pattern.name for pattern in patterns() if getattr(pattern.callback, "csrf_exempt", False)}

    assert exempt == {"twilio_inbound", "twilio_status"}


# Texts from residents ------------------------------------------------------------------------------------

INBOUND = {
    "MessageSid": "SM" + "1" * 32,
    "From": "+819012345678",
    "To": "+12025550123",
    "Body": "明日は行けません",
    "NumMedia": "0",
    "新しい": "値",
}


def post_text(browser: Client, twilio: TwilioServer, *, signature: str | None = None, header: str = "", **changed: str):
    fields = INBOUND | changed
    url = HOST + reverse("twilio_inbound")
    headers = {"X-Twilio-Signature": sign(url, fields, token=twilio.token) if signature is None else signature}
    if header:
        headers["X-Twilio-Webhooks-Signature-Settings"] = header
    form = "application/x-www-form-urlencoded"
    return browser.post(reverse("twilio_inbound"), urlencode(fields), content_type=form, headers=headers)


def test_a_signed_text_is_kept_and_answered_with_no_word(browser: Client, twilio: TwilioServer) -> None:
    answer = post_text(browser, twilio)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert answer.content.decode().endswith("<Response></Response>")
    text = InboundText.objects.get()
    assert (text.number, text.body, text.state) == (INBOUND["From"], INBOUND["Body"], InboundText.State.NEW)
    assert not Message.objects.exists()


@pytest.mark.parametrize("signature", ["", "x", "9/HpphHVdI+WhhvIWOyjvqm3uFE="])
def test_a_text_without_the_signature_is_refused(browser: Client, twilio: TwilioServer, signature: str) -> None:
    assert post_text(browser, twilio, signature=signature).status_code == 403

    assert not InboundText.objects.exists()


def test_a_shared_webhook_key_signs_as_well(browser: Client, twilio: TwilioServer, settings) -> None:
    settings.TWILIO_WEBHOOK_KEY = "shared-key"
    url = HOST + reverse("twilio_inbound")
    signature = RequestValidator("shared-key").compute_signature(url, INBOUND, "HMAC_SHA256")
    header = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"

    assert post_text(browser, twilio, signature=signature).status_code == 403
    assert post_text(browser, twilio, signature=signature, header=header).status_code == 200


def test_the_same_text_twice_is_one(browser: Client, twilio: TwilioServer) -> None:
    assert [post_text(browser, twilio).status_code, post_text(browser, twilio).status_code] == [200, 200]

    assert InboundText.objects.count() == 1


def test_stop_moves_what_was_planned(browser: Client, twilio: TwilioServer) -> None:
    message = make.message()

    post_text(browser, twilio, From=message.number, Body="「停止。」")

    message.refresh_from_db()
    assert message.state == Message.State.WITHDRAWN
    assert OptOut.objects.get().number == message.number


def test_a_text_that_is_far_too_long_is_cut(browser: Client, twilio: TwilioServer) -> None:
    assert post_text(browser, twilio, Body="あ" * 20_000).status_code == 200

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
