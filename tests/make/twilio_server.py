"""A local server that speaks Twilio's Messages API, for tests and measurements.

It is strict where Twilio is, stricter where a slip of ours would pass there unseen (a field or a question that Twilio
does not know), and as unreliable as it is told to be. It shares no code with the twilio package.

    with TwilioServer() as twilio:
        settings.TWILIO_API_BASE_URL = twilio.url
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

VERSION = "2010-04-01"
# From twilio-oai, twilio_api_v2010: the Messages resource. Limits from twilio.com/docs/api/errors/{21609,21617,21624}.
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# A number, a short code, or a name of up to eleven letters, digits and spaces with at least one letter.
SENDER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
MESSAGE = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
# Of the many fields of Twilio's, those that a text of ours has any business with.
KNOWN_FIELDS = {"To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod"}
KNOWN_QUESTIONS = {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
KNOWN_CHANGES = {"Body", "Status"}
LONGEST_BODY, LONGEST_ADDRESS, LONGEST_VALIDITY, LARGEST_PAGE = 1600, 4000, 36_000, 1000
FINAL = {"delivered", "undelivered", "failed", "canceled", "read", "received"}


class Mood(Enum):
    """How the server behaves towards a text."""

    WELL = auto()
    BUSY = auto()  # 429, nothing taken
    BROKEN = auto()  # 500, nothing taken
    BROKEN_AFTER_TAKING = auto()  # 500, and the text goes out all the same
    SLOW = auto()  # takes the text, answers after `slowness` seconds, or once it is told to `hurry`
    DROPS_BEFORE_TAKING = auto()  # ends the connection without a word
    DROPS_AFTER_TAKING = auto()  # takes the text, then ends the connection
    MUMBLES = auto()  # takes the text, answers 201 with half a body


class Refused(Exception):
    """An answer in Twilio's form of an error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class Receipt(NamedTuple):
    """What Twilio posts to a StatusCallback."""

    url: str
    fields: dict[str, str]
    signature: str


def sign(url: str, fields: Mapping[str, str], *, token: str) -> str:
    """Twilio's signature: HMAC-SHA1 over the address and the sorted fields, in base64.

    From twilio.com/docs/usage/webhooks/webhooks-security.
    """
    said = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


@dataclass
class TwilioServer:
    """An account at a Twilio of our own."""

    account: str = "AC" + "a" * 32
    token: str = "b" * 32
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    mood: Mood = Mood.WELL
    moods: dict[str, Mood] = field(default_factory=dict)  # by number, before the general mood
    refusals: dict[str, int] = field(default_factory=dict)  # error codes by number
    slowness: float = 1.0
    hurry: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    callbacks: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, str]] = field(default_factory=list)  # method and path of every request
    forms: list[dict[str, str]] = field(default_factory=list)  # what was posted
    connections: int = 0
    errors_as_problems: bool = False  # the newer form of an error, RFC 9457

    def __enter__(self) -> Self:
        server: TwilioServer = self

        class Handler(_Handler):
            twilio = server

        self.hurry.clear()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.port = self._http.server_address[1]
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Be away from now on; connections that are open are ended."""
        self.hurry.set()
        self._http.shutdown()
        self._http.server_close()
        for connection in list(self._open):
            with suppress(OSError):  # the client may have ended it itself
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """The settings, or the environment, of an installation that texts through this account."""
        return {
            "SMS_GATEWAY": "twilio",
            "TWILIO_ACCOUNT_SID": self.account,
            "TWILIO_AUTH_TOKEN": self.token,
            "TWILIO_FROM": "+815000000000",
            "TWILIO_API_BASE_URL": self.url,
        }

    @property
    def texted(self) -> list[str]:
        """The numbers of all texts that were taken, in order."""
        return [message["to"] for message in list(self.messages.values())]

    def report(self, sid: str, status: str, code: int | None = None) -> None:
        """Let a text have this status from now on."""
        with self._lock:
            self.messages[sid] |= {"status": status, "error_code": code, "date_sent": self._now()}

    def receipt(self, sid: str, status: str, code: int | None = None, **more: str) -> Receipt:
        """What Twilio would post about a text, signed."""
        message, url = self.messages[sid], self.callbacks[sid]
        fields = {
            "MessageSid": sid,
            "SmsSid": sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "AccountSid": self.account,
            "ApiVersion": VERSION,
            "To": message["to"],
            "From": message["from"],
            **({"ErrorCode": str(code)} if code else {}),
            **more,
        }
        return Receipt(url, fields, sign(url, fields, token=self.token))

    def mood_of(self, fields: dict[str, str]) -> Mood:
        """How it behaves towards a text that is handed over."""
        return self.moods.get(fields.get("To", ""), self.mood)

    # The API ----------------------------------------------------------------------------------------------

    def create(self, fields: dict[str, str]) -> dict[str, Any]:
        """POST …/Messages.json: take a text."""
        if unknown := set(fields) - KNOWN_FIELDS:
            raise Refused(400, 20001, f"Unknown fields: {', '.join(sorted(unknown))}")
        to, body, callback = fields.get("To", ""), fields.get("Body", ""), fields.get("StatusCallback", "")
        _refuse_wrong_ends(to, fields.get("From", ""), fields.get("MessagingServiceSid", ""))
        if not body:
            raise Refused(400, 21602, "Message body is required.")
        if len(body) > LONGEST_BODY:
            raise Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if "StatusCallback" in fields and not _is_full_address(callback):
            raise Refused(400, 21609, f"The 'StatusCallback' URL {callback} is not a valid URL.")
        if not _is_between(1, fields.get("ValidityPeriod", "36000"), LONGEST_VALIDITY):
            raise Refused(400, 21624, "Invalid validity period value")
        if to in self.refusals:
            raise Refused(400, self.refusals[to], "The text was refused.")
        sid, now = "SM" + secrets.token_hex(16), self._now()
        message = {
            "account_sid": self.account,
            "api_version": VERSION,
            "body": body,
            "date_created": now,
            "date_sent": None,
            "date_updated": now,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": fields.get("From"),
            "messaging_service_sid": fields.get("MessagingServiceSid"),
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "queued",
            "subresource_uris": {"media": f"/{VERSION}/Accounts/{self.account}/Messages/{sid}/Media.json"},
            "to": to,
            "uri": f"/{VERSION}/Accounts/{self.account}/Messages/{sid}.json",
        }
        with self._lock:
            self.messages[sid], self.callbacks[sid] = message, callback
        return message

    def fetch(self, sid: str) -> dict[str, Any]:
        """GET …/Messages/{sid}.json: one text."""
        if not MESSAGE.fullmatch(sid) or sid not in self.messages:
            raise Refused(404, 20404, f"The requested resource /Messages/{sid}.json was not found")
        return self.messages[sid]

    def change(self, sid: str, fields: dict[str, str]) -> dict[str, Any]:
        """POST …/Messages/{sid}.json: empty the words of a text that has come to its end."""
        message = self.fetch(sid)
        if not fields or set(fields) - KNOWN_CHANGES or fields.get("Body") != "" or "Status" in fields:
            raise Refused(400, 30400, "Parameters are not valid")
        if message["status"] not in FINAL:
            raise Refused(409, 20009, "Cannot delete this resource before it is complete")
        with self._lock:
            message["body"] = ""
        return message

    def listed(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        """GET …/Messages.json: one page of texts, the newest first."""
        if unknown := set(asked) - KNOWN_QUESTIONS:
            raise Refused(400, 20001, f"Unknown questions: {', '.join(sorted(unknown))}")
        if not _is_between(1, asked.get("PageSize", "50"), LARGEST_PAGE):
            raise Refused(400, 20001, "PageSize is out of range.")
        with self._lock:
            newest_first = list(self.messages.values())[::-1]
        found = [
            message
            for message in newest_first
            if asked.get("To", message["to"]) == message["to"] and asked.get("From", message["from"]) == message["from"]
        ]
        size, page = int(asked.get("PageSize", "50")), int(asked.get("Page", "0"))
        start, end = page * size, (page + 1) * size

        def address(number: int) -> str:
            return f"{path}?{urlencode(asked | {'PageSize': str(size), 'Page': str(number)})}"

        return {
            "messages": found[start:end],
            "page": page,
            "page_size": size,
            "start": start,
            "end": min(end, len(found)) - 1,
            "uri": address(page),
            "first_page_uri": address(0),
            "previous_page_uri": address(page - 1) if page else None,
            "next_page_uri": address(page + 1) if end < len(found) else None,
        }

    def _now(self) -> str:
        return format_datetime(self.clock().astimezone(UTC))


class _Handler(BaseHTTPRequestHandler):
    """One connection, kept open between requests as Twilio does."""

    twilio: TwilioServer
    protocol_version = "HTTP/1.1"
    # Twilio's answers are small; waiting for more to send would cost 40 ms each.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.twilio.connections += 1
        self.twilio._open.add(self.connection)

    def finish(self) -> None:
        self.twilio._open.discard(self.connection)
        super().finish()

    def handle(self) -> None:
        """Serve until the other side ends the connection, in the middle of a word if it was killed."""
        with suppress(ConnectionError):
            super().handle()

    def do_POST(self) -> None:
        words = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._answer(lambda path: self._create(path, words))

    def do_GET(self) -> None:
        self._answer(self._read)

    def _answer(self, act: Callable[[str], tuple[int, bytes] | None]) -> None:
        path = urlsplit(self.path).path
        self.twilio.heard.append((self.command, path))
        try:
            self._refuse_strangers(path)
            answer = act(path)
        except Refused as refused:
            answer = refused.status, _error(refused, as_problem=self.twilio.errors_as_problems)
        if answer is None:
            self.close_connection = True
            return
        status, body = answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        with suppress(ConnectionError):  # the client did not wait for the answer
            self.end_headers()
            self.wfile.write(body)

    @property
    def _account_path(self) -> str:
        return f"/{VERSION}/Accounts/{self.twilio.account}/"

    def _refuse_strangers(self, path: str) -> None:
        ours = f"{self.twilio.account}:{self.twilio.token}".encode()
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(ours).decode():
            raise Refused(401, 20003, "Authenticate")
        if not path.startswith(self._account_path):
            raise Refused(404, 20404, f"The requested resource {path} was not found")

    def _form(self, words: bytes) -> dict[str, str]:
        if self.headers.get_content_type() != "application/x-www-form-urlencoded":
            raise Refused(400, 20001, "The fields must be sent as a form.")
        pairs = parse_qsl(words.decode(), keep_blank_values=True, strict_parsing=bool(words))
        if len(dict(pairs)) != len(pairs):
            raise Refused(400, 20001, "A field stands there twice.")
        return dict(pairs)

    def _create(self, path: str, words: bytes) -> tuple[int, bytes] | None:
        fields = self._form(words)
        name = path.removeprefix(self._account_path).removesuffix(".json")
        if name.startswith("Messages/") and path.endswith(".json"):
            return self._change(name.removeprefix("Messages/"), fields)
        if path != f"{self._account_path}Messages.json":
            raise Refused(405, 20004, "Method not allowed")
        self.twilio.forms.append(fields)
        mood = self.twilio.mood_of(fields)
        if mood is Mood.BUSY:
            raise Refused(429, 20429, "Too Many Requests")
        if mood is Mood.BROKEN:
            raise Refused(500, 20500, "Internal Server Error")
        if mood is Mood.DROPS_BEFORE_TAKING:
            return None
        body = json.dumps(self.twilio.create(fields)).encode()
        if mood is Mood.BROKEN_AFTER_TAKING:
            raise Refused(500, 20500, "Internal Server Error")
        if mood is Mood.DROPS_AFTER_TAKING:
            return None
        if mood is Mood.SLOW:
            self.twilio.hurry.wait(self.twilio.slowness)
        return 201, body[: len(body) // 2] if mood is Mood.MUMBLES else body

    def _change(self, sid: str, fields: dict[str, str]) -> tuple[int, bytes] | None:
        if self.twilio.mood is Mood.BUSY:
            raise Refused(429, 20429, "Too Many Requests")
        if self.twilio.mood is Mood.BROKEN:
            raise Refused(500, 20500, "Internal Server Error")
        if self.twilio.mood is Mood.DROPS_BEFORE_TAKING:
            return None
        return 200, json.dumps(self.twilio.change(sid, fields)).encode()

    def _read(self, path: str) -> tuple[int, bytes] | None:
        name = path.removeprefix(self._account_path).removesuffix(".json")
        if not path.endswith(".json"):
            raise Refused(404, 20404, f"The requested resource {path} was not found")
        if self.twilio.mood is Mood.BROKEN:
            raise Refused(500, 20500, "Internal Server Error")
        if self.twilio.mood is Mood.DROPS_BEFORE_TAKING:
            return None
        if name == "Messages":
            asked = dict(parse_qsl(urlsplit(self.path).query, strict_parsing=True)) if "?" in self.path else {}
            return 200, json.dumps(self.twilio.listed(path, asked)).encode()
        return 200, json.dumps(self.twilio.fetch(name.removeprefix("Messages/"))).encode()

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


def _refuse_wrong_ends(to: str, sender: str, service: str) -> None:
    """Refuse what is no number to send to, and what may not send."""
    if not to:
        raise Refused(400, 21604, "A 'To' phone number is required.")
    if not E164.fullmatch(to):
        raise Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not sender and not service:
        raise Refused(400, 21603, "A 'From' phone number is required.")
    if sender and not SENDER.fullmatch(sender):
        raise Refused(400, 21212, f"Invalid From Number: {sender}")
    if service and not SERVICE.fullmatch(service):
        raise Refused(400, 21701, "The Messaging Service does not exist.")
    if to == sender:
        raise Refused(400, 21266, "'To' and 'From' number cannot be the same.")


def _is_full_address(url: str) -> bool:
    """Whether Twilio could post there: with protocol, host and path, and a host without underscores."""
    parts = urlsplit(url)
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and bool(parts.path)
    return (
        is_web and "_" not in str(parts.hostname) and url.isascii() and " " not in url and len(url) <= LONGEST_ADDRESS
    )


def _is_between(least: int, words: str, most: int) -> bool:
    return words.isascii() and words.isdigit() and least <= int(words) <= most


def _error(refused: Refused, *, as_problem: bool) -> bytes:
    address = f"https://www.twilio.com/docs/errors/{refused.code}"
    told = {"code": refused.code, "message": str(refused), "more_info": address, "status": refused.status}
    if as_problem:
        told = {"type": address, "title": str(refused), "code": refused.code, "status": refused.status}
    return json.dumps(told).encode()
