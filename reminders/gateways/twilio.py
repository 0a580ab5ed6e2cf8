"""Twilio's Messages resource through the twilio package: https://www.twilio.com/docs/messaging/api/message-resource.

Twilio knows no idempotency key. Every text therefore carries a StatusCallback with the message's token, and a text
whose answer was lost is looked for in Twilio's list by number, body and time. What must never happen: an answer that
leaves room for doubt reported as "not sent".
"""

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.conf import settings
from django.urls import reverse
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ProxyError

from reminders.gateways import Answer, NotSent, Text, Unclear

TWILIO_HOST = "https://api.twilio.com"
# Twilio answers an error in one of two forms; both have a status and a code.
_REFUSALS = (TwilioRestException, TwilioServiceException)
# Twilio's clock and ours may differ by a little.
CLOCK_SKEW = timedelta(minutes=2)

logger = logging.getLogger("kakehashi.reminders")


class _HttpClient(HttpClient):
    """One pool of connections for the process, a timeout on every call, and another host where one is configured.

    A client of our own, for which the package provides
    (https://www.twilio.com/docs/libraries/python/custom-http-clients): the one it comes with writes the numbers it asks
    about into the log, and takes a quarter longer over cookies and redirects that Twilio does not use.
    """

    def __init__(self, *, base_url: str, connections: int) -> None:
        super().__init__(logger, is_async=False, timeout=settings.TWILIO_TIMEOUT_SECONDS)
        self.base_url = base_url
        self.adapter = HTTPAdapter(pool_maxsize=connections, max_retries=0)
        # Proxies and authorities of the environment are read once, and not for each text.
        found = requests.Session().merge_environment_settings(base_url or TWILIO_HOST, {}, None, None, None)
        self.proxies, self.authorities = found["proxies"], found["verify"]

    def request(  # noqa: PLR0917  (the package's signature)
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: FBT001, FBT002
    ) -> Response:
        if self.base_url:
            uri = self.base_url + uri.removeprefix(TWILIO_HOST)
        prepared = requests.PreparedRequest()
        prepared.prepare(method, uri, params=params, data=data, headers=headers, auth=auth)
        answer = self.adapter.send(
            prepared, timeout=timeout or self.timeout, verify=self.authorities, proxies=self.proxies
        )
        return Response(answer.status_code, answer.text, answer.headers)


class TwilioGateway:
    """Texts through Twilio, one client for the life of the worker."""

    name = "twilio"
    is_real = True
    concurrency = 8
    is_carried = False

    def __init__(self) -> None:
        http_client = _HttpClient(base_url=settings.TWILIO_API_BASE_URL, connections=self.concurrency)
        self.client = Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http_client)

    def send(self, text: Text) -> Answer:
        try:
            message = self.client.messages.create(
                to=text.number,
                from_=settings.TWILIO_FROM,
                body=text.body,
                validity_period=text.valid_seconds,
                status_callback=callback_url(text.token),
            )
            return _answer(message)
        except _REFUSALS as error:
            raise _refused(error) from error
        except OSError as error:
            raise _disconnected(error) from error
        except (TwilioException, ValueError, KeyError, TypeError, AttributeError) as error:
            # A success whose body cannot be read is still a success: it was taken, we only do not know its number.
            raise Unclear("unreadable") from error

    def status(self, provider_id: str) -> Answer | None:
        try:
            return _answer(self.client.messages(provider_id).fetch())
        except _REFUSALS as error:
            if error.status == 404:
                return None
            raise Unclear(_code(error)) from error
        except _ANY_TROUBLE as error:
            raise Unclear("unreachable") from error

    def find(self, text: Text) -> Answer | None:
        since = text.claimed_at - CLOCK_SKEW
        try:
            # Not narrowed by the date of sending, which a text has only once it left.
            for message in self.client.messages.list(to=text.number, page_size=50, limit=200):
                if message.body == text.body and message.date_created >= since:
                    return _answer(message)
        except _ANY_TROUBLE as error:
            raise Unclear("unreachable") from error
        return None

    def remove_words(self, provider_id: str) -> bool:
        try:
            self.client.messages(provider_id).update(body="")
        except _REFUSALS as error:
            if error.status == 404:
                # Nothing is kept of it.
                return True
            if error.status == 429 or error.status >= 500:
                raise Unclear(_code(error)) from error
            return False
        except _ANY_TROUBLE as error:
            raise Unclear("unreachable") from error
        return True


_ANY_TROUBLE = (
    TwilioException,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
)


def callback_url(token: str) -> str:
    """Where Twilio reports what became of a text; empty when nobody outside can reach this installation."""
    return settings.PUBLIC_BASE_URL + reverse("twilio_status", args=[token])


def signature_is_valid(url: str, values: Any, *, signature: str, settings_header: str) -> bool:
    """Whether Twilio signed this for this address, by the account's token or by a shared webhook key.

    `values` are the fields of a form, or the body of another post as bytes: then its digest stands in the address.
    """
    algorithm = get_signature_algorithm(settings_header)
    secret = settings.TWILIO_AUTH_TOKEN
    if settings_header and settings.TWILIO_WEBHOOK_KEY:
        secret = settings.TWILIO_WEBHOOK_KEY
    if not secret or not signature:
        return False
    if isinstance(values, bytes):
        if "bodySHA256" not in parse_qs(urlsplit(url).query):
            return False
        # The package takes words; bytes that are none have no digest of Twilio's.
        values = values.decode("utf-8", errors="replace")
    return RequestValidator(secret).validate(url, values, signature, algorithm)


def _answer(message: Any) -> Answer:
    if not message.sid:
        raise ValueError("a message without its number")
    return Answer(message.sid, str(message.status), str(message.error_code or ""))


def _code(error: TwilioRestException | TwilioServiceException) -> str:
    return str(error.code or error.status)


def _refused(error: TwilioRestException | TwilioServiceException) -> Exception:
    if error.status == 429:
        return NotSent("20429")
    if error.status >= 500:
        # An error inside Twilio says nothing about whether the text was taken before.
        return Unclear(_code(error))
    return NotSent(_code(error))


def _disconnected(error: OSError) -> Exception:
    """Whether the connection failed before anything could have been said."""
    if type(error) is OSError and error.errno is None:
        # So requests says, before it connects, that the file of the authorities is missing; the system gives numbers.
        return NotSent("unreachable")
    cause = _cause(error)
    never_connected = (
        isinstance(error, requests.exceptions.ConnectTimeout)
        or isinstance(cause, NewConnectionError | NameResolutionError | ConnectTimeoutError)
        or "CERTIFICATE_VERIFY_FAILED" in str(cause)
        or str(cause).startswith("Tunnel connection failed")
    )
    if never_connected:
        return NotSent("unreachable")
    return Unclear("timeout" if isinstance(error, requests.exceptions.Timeout) else "broken")


def _cause(error: OSError) -> object:
    """What broke underneath: behind a proxy all is called its error, also an answer lost after the text had left."""
    found = error.args[0] if error.args else None
    found = getattr(found, "reason", found)
    return found.original_error if isinstance(found, ProxyError) else found
