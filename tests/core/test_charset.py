"""What a request says of its charset, and what the application hears of it."""

from typing import Any

import pytest

from core.charset import without_odd_charset

FORM = "multipart/form-data"


def heard(told: str | None) -> str:
    """The type of what was sent as the application hears it."""
    seen: list[str] = []

    def application(environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        seen.append(environ["CONTENT_TYPE"])
        return []

    without_odd_charset(application)({} if told is None else {"CONTENT_TYPE": told}, print)
    return seen[0]


@pytest.mark.parametrize(
    "told",
    ["", "text/plain", f"{FORM}; boundary=x", f"{FORM}; boundary=x; charset=UTF-8", "text/csv; charset=cp932"],
)
def test_what_can_be_read_is_heard_as_it_was_said(told: str) -> None:
    assert heard(told) == told


@pytest.mark.parametrize("charset", ["zlib", "hex", "rot13", "idna", "undefined", "nonsense", '"zlib"', "a\0b"])
def test_a_charset_in_which_nothing_is_written_is_not_heard_and_the_rest_is(charset: str) -> None:
    assert heard(f"{FORM}; boundary=x; charset={charset}") == f'{FORM}; boundary="x"'


def test_a_type_that_cannot_be_taken_apart_is_none() -> None:
    assert heard("text/plain; charset*=nonsense''%41") == ""


def test_nothing_said_is_nothing_heard() -> None:
    assert heard(None) == ""
