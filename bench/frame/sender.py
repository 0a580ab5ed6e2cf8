"""One worker that sends until nothing is due, through a gateway at which a text costs twenty bytes in a file.

python -m bench.frame.sender /tmp/folder/sent
"""

import sys
from pathlib import Path
from typing import TextIO

import django

from reminders.gateways import Answer, Text

# With the end of the line, twenty bytes a text.
TOKEN_SHOWN = 19


class CheapestGateway:
    """Takes a text by writing the beginning of its token down, as the bare loop does with its numbers."""

    name = "bench"
    is_real = False
    concurrency = 1
    is_carried = False

    def __init__(self, file: TextIO) -> None:
        self.file = file

    def send(self, text: Text) -> Answer:
        """The act: twenty bytes to a file."""
        self.file.write(f"{text.token[:TOKEN_SHOWN]}\n")
        self.file.flush()
        return Answer(f"bench-{text.token}", "sent")

    def status(self, _provider_id: str) -> Answer | None:
        """Nobody asks."""
        return None

    def find(self, _text: Text) -> Answer | None:
        """Nobody asks."""
        return None

    def remove_words(self, _provider_id: str) -> bool:
        """It keeps none."""
        return True


def main(sent: Path) -> None:
    """Work until nothing is left."""
    django.setup()
    from reminders.delivery import deliver_next  # noqa: PLC0415  (models need Django set up)
    from reminders.rounds import WORKER  # noqa: PLC0415

    with sent.open("w") as file:
        gateway = CheapestGateway(file)
        while deliver_next(gateway, worker=WORKER):
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
