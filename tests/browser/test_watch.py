"""The watch over the browser tests: a page that misbehaves must not pass unseen."""

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.conftest import Watch

HOST = "kakehashi.test"
POLICY = {"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'"}
PAGE = "<!doctype html><html lang='ja'><title>頁</title><h1>頁</h1>"


def seen(browser: Browser, body: str, *, policy: bool = True, status: int = 200) -> list[str]:
    """What the watch notes about a page of that content."""

    def answer(route: Route) -> None:
        ours = f"//{HOST}/" in route.request.url
        headers = POLICY if policy else {}
        route.fulfill(status=status, body=PAGE + body if ours else "", content_type="text/html", headers=headers)

    context = browser.new_context()
    try:
        watch = Watch(context, HOST)
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(f"http://{HOST}/")
        page.wait_for_load_state("networkidle")
        # Chromium reports in turn: when this has come, so has all that happened before.
        with page.expect_console_message(lambda message: message.text == "the end"):
            page.evaluate("console.log('the end')")
        return watch.seen
    finally:
        context.close()


def test_a_page_that_behaves_is_passed(browser: Browser) -> None:
    assert seen(browser, "<p>受付</p>") == []


@pytest.mark.parametrize(
    "body", ["<script>1</script>", "<p style='color: red'>赤</p>", "<img alt='' src='https://other.example/a.png'>"]
)
def test_what_the_content_security_policy_stops_is_seen(browser: Browser, body: str) -> None:
    assert any("Content Security Policy" in entry for entry in seen(browser, body))


def test_a_request_to_another_host_is_seen(browser: Browser) -> None:
    noted = seen(browser, "<img alt='' src='https://other.example/a.png'>", policy=False)

    assert "request to another host: https://other.example/a.png" in noted


def test_a_script_error_is_seen(browser: Browser) -> None:
    assert any("script error" in entry for entry in seen(browser, "<script>nobody.home()</script>", policy=False))


def test_an_answer_that_means_a_bug_is_seen(browser: Browser) -> None:
    assert f"answer 500: http://{HOST}/" in seen(browser, "", status=500)
