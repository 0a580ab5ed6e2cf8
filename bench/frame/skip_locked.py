"""One process of the bare loop that the outbox is measured against: claim a row, act, mark it, commit."""

import sys
from pathlib import Path

import psycopg

CLAIM = "SELECT id FROM outbox WHERE state = 'planned' AND due <= now() ORDER BY due LIMIT 1 FOR UPDATE SKIP LOCKED"
MARK = "UPDATE outbox SET state = 'sent', done = clock_timestamp() WHERE id = %s"


def main(url: str, sent: Path) -> None:
    """Work until nothing is left."""
    with psycopg.connect(url) as server, sent.open("a") as file:
        while True:
            with server.transaction():
                row = server.execute(CLAIM).fetchone()
                if row is None:
                    return
                file.write(f"{row[0]:019}\n")  # the act: twenty bytes to a file
                file.flush()
                server.execute(MARK, row)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
