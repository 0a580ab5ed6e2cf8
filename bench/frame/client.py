"""A browser reduced to what it sends: one kept connection, cookies, forms with their token.

It shares two cores with the server it measures, so it parses as little as it can.
"""

import http.client
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TIMEOUT_SECONDS = 60


class WrongAnswerError(Exception):
    """The server answered something else than the scenario needs."""


@dataclass(frozen=True)
class Answer:
    """What the server said; times and queries are those of bench.middleware, where that is on."""

    status: int
    body: bytes
    headers: http.client.HTTPMessage

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()

    @property
    def location(self) -> str:
        """Where it sends the browser."""
        return self.headers.get("Location", "")

    @property
    def server_ms(self) -> float:
        """Time between the request's arrival in Django and its answer."""
        return float(self.headers["X-Server-Ms"])

    @property
    def queries(self) -> int:
        """Database queries on the way."""
        return int(self.headers["X-Queries"])

    @property
    def memory_mb(self) -> float:
        """The most memory that the process which answered has ever held."""
        return float(self.headers["X-Peak-Memory-Mb"])


class Client:
    """One person's browser."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self.token = ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)

    def get(self, path: str, *, expect: int = 200) -> Answer:
        """Open a page; its form's token is kept for the next `post`."""
        answer = self.ask("GET", path, expect=expect)
        found = TOKEN.search(answer.text) if answer.headers.get_content_type() == "text/html" else None
        if found:
            self.token = found[1]
        return answer

    def post(
        self, path: str, data: dict[str, object], *, expect: int = 302, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send a form with the token of the page opened last."""
        fields = {"csrfmiddlewaretoken": self.token, **data}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields, doseq=True), expect=expect, headers=kind | (headers or {}))

    def ask(
        self, method: str, path: str, body: str | None = None, *, expect: int, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send a request on the kept connection.

        Raises WrongAnswerError when the status is not the expected one.
        """
        sent = {"Host": f"localhost:{self.port}", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A kept connection that the server has closed meanwhile; a browser opens another one, too.
            self.connection.close()
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
        answer = Answer(response.status, response.read(), response.headers)
        self.keep_cookies(response.headers)
        if answer.status != expect:
            raise WrongAnswerError(f"{method} {path}: {answer.status} instead of {expect} {answer.location}")
        return answer

    def keep_cookies(self, headers: http.client.HTTPMessage) -> None:
        """Remember what the server sets."""
        for header in headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(header).items()})
