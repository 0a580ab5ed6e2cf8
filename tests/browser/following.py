"""Going from page to page: what is pressed sends a form, and until the answer is there the old page is still shown."""

from playwright.sync_api import Locator


def follow(link_or_button: Locator) -> None:
    """Press what leads to another page, and be there: the page is complete and its scripts listen."""
    with link_or_button.page.expect_navigation():
        link_or_button.click()
