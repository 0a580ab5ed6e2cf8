import socket

import pytest

from tools.postgres import free_port
from tools.run_tests import answers, is_postgres


@pytest.mark.parametrize("url", ["postgres://postgres@localhost/kakehashi", "postgresql://db/kakehashi"])
def test_both_spellings_of_postgresql_are_understood(url: str) -> None:
    assert is_postgres(url)


@pytest.mark.parametrize("url", ["", "sqlite:///var/kakehashi.sqlite3"])
def test_anything_else_is_the_embedded_database(url: str) -> None:
    assert not is_postgres(url)


def test_a_server_that_listens_answers_and_another_does_not() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert answers(f"postgres://postgres@127.0.0.1:{server.getsockname()[1]}/kakehashi")

    assert not answers(f"postgres://postgres@127.0.0.1:{free_port()}/kakehashi")
