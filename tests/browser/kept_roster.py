"""The copy of a roster that a telephone keeps for a reload without signal, as a test waits for it."""

from time import monotonic

from playwright.sync_api import Page

_PATIENCE_SECONDS = 10
# The page itself and the files it needs.
_IS_WHOLE = "caches.open('kakehashi-roster').then((kept) => kept.keys()).then((all) => all.length > 3)"


def wait_until_kept(page: Page) -> None:
    """Wait until the worker has put the page and its files aside; `wait_for_function` takes any promise for a yes."""
    _wait(page, _IS_WHOLE, "the roster was not kept")


def wait_until_forgotten(page: Page) -> None:
    """Wait until there is no copy any more."""
    _wait(page, "caches.has('kakehashi-roster').then((is_there) => !is_there)", "the roster is kept still")


def _wait(page: Page, promise: str, otherwise: str) -> None:
    until = monotonic() + _PATIENCE_SECONDS
    while not page.evaluate(promise):
        assert monotonic() < until, otherwise
        page.wait_for_timeout(50)
