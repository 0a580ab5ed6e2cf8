"""A real browser in front of a real server, watched: whatever the content security policy stops, any request to
another host, any script error and any answer of 500 fails the test that caused it.
"""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.response import HttpResponseBase
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

# Playwright's synchronous interface keeps an event loop in this thread, which makes Django suspect asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAPER_AND_DESK = {"width": 1280, "height": 900}
TELEPHONE = {"width": 390, "height": 844}
# Only a failure waits as long as that, and a machine that does other things at the same time is no failure.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
# For a whole story. A test that is ended in the middle takes the browser from all that come after it.
LONGEST_SECONDS = 1200


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder their time."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once for the run."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Watch:
    """Everything a page did that no page of ours may do."""

    def __init__(self, context: BrowserContext, host: str) -> None:
        self.host = host
        self.seen: list[str] = []
        context.on("request", self.note_request)
        context.on("response", self.note_response)
        context.on("console", lambda message: self.note_message(message.text))
        context.on("weberror", lambda error: self.seen.append(f"script error: {error.error}"))

    def note_request(self, request: Request) -> None:
        """A request that leaves for another host."""
        address = urlsplit(request.url)
        # Chromium shows a paper with an extension and files of its own, and nothing leaves for them.
        own = {"data", "blob", "about", "chrome", "chrome-extension"}
        if address.scheme not in own and address.netloc != self.host:
            self.seen.append(f"request to another host: {request.url}")

    def note_response(self, response: Response) -> None:
        """An answer that means a bug of ours."""
        if response.status >= 500:
            self.seen.append(f"answer {response.status}: {response.url}")

    def note_message(self, text: str) -> None:
        """Chromium reports what the policy stopped on the console."""
        if "Content Security Policy" in text:
            self.seen.append(text)


@pytest.fixture(scope="session")
def answering() -> Iterator[threading.Lock]:
    """Held while the server answers, so that it answers one request at a time.

    The embedded database of a run is in memory: all threads of the server share its one connection and, with it, the
    transaction that one of them has open.
    """
    lock, answer = threading.Lock(), WSGIHandler.get_response

    def answer_alone(handler: WSGIHandler, request: WSGIRequest) -> HttpResponseBase:
        with lock:
            return answer(handler, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIHandler, "get_response", answer_alone)
        yield lock


@pytest.fixture
def open_browser(browser: Browser, live_server: LiveServer, answering: threading.Lock) -> Iterator[Callable[..., Page]]:
    """Opens a page of its own, as a person at another screen would; `viewport` is the size of that screen."""
    watches: list[Watch] = []
    contexts: list[BrowserContext] = []

    def open_page(viewport: dict[str, int] = PAPER_AND_DESK, **circumstances: object) -> Page:
        # Without motion a colour is looked at when it has changed, and not on the way.
        wishes = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "reduced_motion": "reduce", **circumstances}
        context = browser.new_context(base_url=live_server.url, viewport=viewport, **wishes)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watches.append(Watch(context, urlsplit(live_server.url).netloc))
        return context.new_page()

    yield open_page

    for context in contexts:
        context.close()
    # Whoever types leaves searches behind that nobody waits for; none may write when the rows are taken away.
    with answering:
        pass
    seen = [entry for watch in watches for entry in watch.seen]
    assert not seen, "\n".join(seen)


@pytest.fixture
def page(open_browser: Callable[..., Page]) -> Page:
    """A page at a desk's screen."""
    return open_browser()


@pytest.fixture
def telephone(open_browser: Callable[..., Page]) -> Page:
    """A page on a telephone's screen."""
    return open_browser(viewport=TELEPHONE, has_touch=True, is_mobile=True)


@pytest.fixture(scope="session")
def refuse_barriers() -> Callable[[Page], None]:
    """Fails when axe finds anything on the page as it stands that keeps somebody out (WCAG 2.2 A and AA)."""
    axe = Axe()
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

    def refuse(page: Page) -> None:
        found = axe.run(page, options=rules)
        assert not found.response["violations"], f"{page.url}\n{found.generate_report()}"

    return refuse
