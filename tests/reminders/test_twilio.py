"""Through the proxy of a town hall: what HTTPS_PROXY and NO_PROXY say is honoured, and nothing goes around it."""

import errno
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
import requests
from django.utils import timezone
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, ProxyError

from reminders.gateways import NotSent, Text, Unclear
from reminders.gateways.twilio import TwilioGateway
from reminders.models import new_token
from tests.make import reminders as make
from tests.make.twilio_server import TwilioServer

NAMES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


class Proxy(ThreadingHTTPServer):
    """A proxy that remembers what it was asked; it passes plain requests on and opens no tunnel."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str]] = []
        self.keeps_answers = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        self.server.asked.append(("CONNECT", self.path))
        self.send_error(502)

    def do_POST(self) -> None:
        self.server.asked.append(("POST", self.path))
        there = urlsplit(self.path)
        words = self.rfile.read(int(self.headers["Content-Length"]))
        with closing(HTTPConnection(there.hostname or "", there.port, timeout=5)) as onward:
            onward.request("POST", there.path, words, dict(self.headers))
            answer = onward.getresponse()
            body = answer.read()
        if self.server.keeps_answers:
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(body)))
        with suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy that the environment names, for every address."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with Proxy() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("HTTP_PROXY", server.address)
        # The name that every library reads; in lower case it stands before the other.
        monkeypatch.setenv("http_proxy", server.address)
        monkeypatch.setenv("HTTPS_PROXY", server.address)
        yield server
        server.shutdown()


def text() -> Text:
    return Text(new_token(), "+819012345678", make.BODY, 3600, timezone.now())


def test_texts_go_through_the_proxy(proxy: Proxy, through_twilio: TwilioGateway, twilio: TwilioServer) -> None:
    answer = through_twilio.send(text())

    assert twilio.texted == ["+819012345678"]
    assert answer.status == "queued"
    ((method, address),) = proxy.asked
    assert method == "POST"
    assert address.startswith("http://127.0.0.1:")
    assert address.endswith("/Messages.json")


def test_an_answer_that_the_proxy_lost_leaves_a_doubt(
    proxy: Proxy, through_twilio: TwilioGateway, twilio: TwilioServer
) -> None:
    proxy.keeps_answers = True

    with pytest.raises(Unclear, match="broken"):
        through_twilio.send(text())

    assert twilio.texted == ["+819012345678"]


def test_where_no_proxy_listens_nothing_was_taken(twilio: TwilioServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    with pytest.raises(NotSent, match="unreachable"):
        TwilioGateway().send(text())

    assert twilio.texted == []


def test_twilio_itself_is_reached_by_a_tunnel_through_the_proxy(proxy: Proxy, twilio: TwilioServer, settings) -> None:
    settings.TWILIO_API_BASE_URL = ""

    with pytest.raises(NotSent) as refused:
        TwilioGateway().send(text())

    assert refused.value.code == "unreachable"
    assert proxy.asked == [("CONNECT", "api.twilio.com:443")]


def test_an_address_that_needs_no_proxy_is_reached_without(
    proxy: Proxy, twilio: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    TwilioGateway().send(text())

    assert proxy.asked == []
    assert twilio.texted == ["+819012345678"]


def test_the_authorities_that_the_environment_names_are_asked(
    twilio: TwilioServer, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    """A town hall whose proxy looks into what passes has an authority of its own; here its file is missing."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/town-hall.pem")
    settings.TWILIO_API_BASE_URL = settings.TWILIO_API_BASE_URL.replace("http://", "https://")

    with pytest.raises(NotSent, match="unreachable"):
        TwilioGateway().send(text())

    assert twilio.texted == []


@pytest.mark.parametrize(
    ("trouble", "answer"),
    [
        (requests.exceptions.ProxyError(MaxRetryError(None, "/", ProxyError("away", ConnectTimeoutError()))), NotSent),  # type: ignore[arg-type]
        (requests.exceptions.ProxyError(MaxRetryError(None, "/", ProxyError("lost", ConnectionResetError()))), Unclear),  # type: ignore[arg-type]
        (OSError(errno.ENETUNREACH, "Network is unreachable"), Unclear),
    ],
)
def test_only_what_cannot_have_been_taken_is_called_not_sent(
    through_twilio: TwilioGateway, monkeypatch: pytest.MonkeyPatch, trouble: OSError, answer: type[Exception]
) -> None:
    """Troubles of a network that no local server can have."""

    def send(*_told: object, **_how: object) -> None:
        raise trouble

    monkeypatch.setattr(HTTPAdapter, "send", send)

    with pytest.raises(answer):
        through_twilio.send(text())
