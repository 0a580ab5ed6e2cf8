"""What a person reads while the database cannot be reached: a sentence in Japanese and nothing of the inside."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.make import classes as make

pytestmark = pytest.mark.django_db


def unreachable(*_statement: object) -> None:
    raise OperationalError("could not connect to 192.0.2.1 as kakehashi")


@pytest.mark.parametrize("address", ["/", "/desk/", "/guides/", "/calendar/", "/no-such-page/"])
@pytest.mark.parametrize("signed_in", [True, False], ids=["a clerk", "a stranger"])
def test_without_a_database_every_page_says_so_in_a_sentence(address: str, signed_in: bool) -> None:
    client = Client(raise_request_exception=False)
    if signed_in:
        client.force_login(make.clerk())

    with connection.execute_wrapper(unreachable):
        answer = client.get(address)

    if not signed_in and address in {"/", "/desk/"}:
        # Nobody has to be looked up to be sent to the sign-in.
        assert answer.status_code == 302
        return
    assert answer.status_code == 500
    text = answer.content.decode()
    assert '<html lang="ja">' in text
    assert "192.0.2.1" not in text
    assert "Traceback" not in text
