import psycopg
import pytest

from tools.postgres import programs, throw_away_server

needs_programs = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed (Debian: postgresql)")


@needs_programs
def test_a_throw_away_server_answers_and_is_gone_afterwards() -> None:
    with throw_away_server(durable=False) as server, psycopg.connect(server.url(), connect_timeout=60) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url(), connect_timeout=60)


@needs_programs
def test_a_durable_server_keeps_what_is_committed() -> None:
    with throw_away_server(durable=True) as server, psycopg.connect(server.url(), connect_timeout=60) as connection:
        kept = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]

    assert kept == [("on",), ("on",)]
