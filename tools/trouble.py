"""The one way a tool gives up: a sentence for the person at the terminal, no traceback."""

import sys
from typing import NoReturn


class Trouble(Exception):
    """Something the person at the terminal can mend; its text says what and how."""


def give_up(trouble: Trouble) -> NoReturn:
    """Print the sentence and leave with status 1."""
    print(f"\n{trouble}", file=sys.stderr)
    raise SystemExit(1)
