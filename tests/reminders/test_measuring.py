"""What is longest is looked up once for a page, and anew for the next one."""

from collections.abc import Callable

import pytest

from reminders.measuring import many_texts, measure


@pytest.fixture
def looked_up() -> list[str]:
    return []


@pytest.fixture
def longest(looked_up: list[str]) -> Callable[..., int]:
    @measure
    def longest(field: str, *, with_room: bool = False) -> int:
        looked_up.append(field)
        return len(field) + with_room

    return longest


def test_a_page_with_many_texts_looks_once_for_each_measure(longest, looked_up) -> None:
    with many_texts():
        assert [longest("venue"), longest("venue"), longest("title"), longest("venue", with_room=True)] == [5, 5, 5, 6]

    assert looked_up == ["venue", "title", "venue"]


def test_nothing_is_kept_beyond_the_page(longest, looked_up) -> None:
    for _page in range(2):
        with many_texts():
            longest("venue")
    longest("venue")
    longest("venue")

    assert looked_up == ["venue"] * 4
