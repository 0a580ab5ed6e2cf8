"""How lots are ordered and who wins, from a seed, a number and a list: plain Python that anybody can follow.

The order follows from nothing else, so that nobody can bend it: the seed was sealed before the first person applied,
and the number was thrown before everybody's eyes after the last one had. `PROCEDURE` says the same in a few lines that
are printed under every result (docs/lottery.md).
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

# Six throws of a die leave 46,656 numbers. With fewer, whoever makes the seed could try seeds until a friend wins with
# most of them.
FEWEST_FIGURES, MOST_FIGURES = 6, 20
_FIGURES = re.compile(rf"[0-9]{{{FEWEST_FIGURES},{MOST_FIGURES}}}")

# Runs under Python 3 with nothing installed, beside the file of the lots.
PROCEDURE = """\
from hashlib import sha256
seed, number = "{seed}", "{number}"
seats, devices = {seats}, {devices}
print("seal", sha256(seed.encode()).hexdigest())
lots = [line.split() for line in open("{file}")]
ticket = lambda lot: sha256(f"{{seed}}:{{number}}:{{lot[0]}}".encode()).hexdigest()
for place, lot in enumerate(sorted(lots, key=lambda lot: (-int(lot[1]), ticket(lot))), 1):
    people, borrow = int(lot[2]), int(lot[3])
    won = 0 < people <= seats and borrow <= devices
    if won: seats, devices = seats - people, devices - borrow
    print(place, lot[0], ticket(lot)[:12], "won" if won else "-")
"""


@dataclass(frozen=True)
class Entry:
    """One lot as it is drawn: its label, its points, and what it asks for."""

    label: str
    points: int
    people: int
    devices: int = 0

    @property
    def line(self) -> str:
        """As it stands in the file of the lots."""
        return f"{self.label} {self.points} {self.people} {self.devices}\n"


@dataclass(frozen=True)
class Drawn:
    """What became of a lot."""

    entry: Entry
    ticket: str
    is_won: bool


def new_seed() -> str:
    """A seed that nobody can guess."""
    return secrets.token_hex(32)


def seal(seed: str) -> str:
    """The digest of a seed: it tells nothing of the seed, and later shows that no other one was taken."""
    return sha256(seed.encode("ascii")).hexdigest()


def ticket_of(label: str, *, seed: str, number: str) -> str:
    """The number by which a lot has its place."""
    return sha256(f"{seed}:{number}:{label}".encode("ascii")).hexdigest()


def figures(typed: str) -> str:
    """The number as it was thrown, from figures of any width and the spaces between them; empty when it is none."""
    plain = "".join(unicodedata.normalize("NFKC", typed).split())
    return plain if _FIGURES.fullmatch(plain) else ""


def drawn(entries: Iterable[Entry], *, seed: str, number: str, seats: int, devices: int) -> Iterator[Drawn]:
    """The lots in the order drawn: more points first, then the smaller ticket. Each wins when it fits what is left."""
    tickets = [(entry, ticket_of(entry.label, seed=seed, number=number)) for entry in entries]
    for entry, ticket in sorted(tickets, key=lambda pair: (-pair[0].points, pair[1])):
        is_won = 0 < entry.people <= seats and entry.devices <= devices
        if is_won:
            seats, devices = seats - entry.people, devices - entry.devices
        yield Drawn(entry, ticket, is_won)
