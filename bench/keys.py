"""The keys a clerk presses to book a caller, counted in a browser."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from bench.frame.databases import SQLITE
from bench.frame.keyboard import FEWEST_RUNS, Caller, Clerk, household
from bench.frame.office import clerk, open_run
from bench.frame.registry import Measurement, Of, at_most, scenario
from bench.frame.run import Run
from city.models import District
from core.phone import PhoneKind, PhoneNumber

CHROMIUM = "/usr/bin/chromium"
# Far from the numbers that the practice city gives its people.
SHARED, NEW = PhoneNumber.practice(9_000, PhoneKind.LANDLINE), PhoneNumber.practice(9_000_000)
RETURNING_AT_MOST, NEW_AT_MOST = 10, 24


@scenario("keys")
def keys(run: Run) -> Iterator[Measurement]:
    """Keys pressed from a caller's number to the empty desk for the next call, Tab and Enter included, no mouse."""
    with run.site(SQLITE) as site:
        household(SHARED, by=clerk())
        for days in range(FEWEST_RUNS):
            open_run(capacity=20, days_ahead=2 + days)
        district = District.objects.filter(is_outside=False).exclude(kana="").order_by("pk")[0]
        caller = Caller(NEW.national, "吉川", "花", "ヨシカワ", "ハナ", district.kana)
        # Looked up before the browser starts, which keeps Django from the database in this thread.
        desk = Desk(f"http://127.0.0.1:{site.port}", site.colleague("reception").cookies)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            yield from booked(browser, desk, caller)
            browser.close()


@dataclass(frozen=True)
class Desk:
    """Where a clerk sits who has signed in."""

    address: str
    cookies: dict[str, str]

    def opened_in(self, browser: Browser) -> Page:
        """The desk on a screen of its own."""
        page = browser.new_page(locale="ja-JP")
        page.context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in self.cookies.items()]
        )
        page.goto(f"{self.address}/desk/")
        return page


def booked(browser: Browser, desk: Desk, caller: Caller) -> Iterator[Measurement]:
    """One of a couple who called before, and somebody who never did."""
    returning = Clerk(desk.opened_in(browser))
    returning.books_a_returning_caller(SHARED.e164[-4:], place=2)
    yield pressed("a returning caller", returning, RETURNING_AT_MOST)

    new = Clerk(desk.opened_in(browser))
    new.books_a_new_caller(caller)
    yield pressed("a new caller", new, NEW_AT_MOST)
    yield Measurement("a new caller, letters dictated", sum(map(len, new.dictated)), "letters")


def pressed(what: str, clerk: Clerk, most: int) -> Measurement:
    """The keys pressed, beside what the office allows."""
    return Measurement(what, clerk.presses, "keys", target=at_most(most, Of.VALUE))
