"""What the clerk has in hand during one call: the words typed, who was opened, who comes along, how the caller came.

Kept on the server beside the sign-in, because a name or a number in an address would stay in the history of a shared
PC. What must never happen: the words of one caller shown under the next.
"""

from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from classes.models import Registration

_PLACE = "desk"
# More than a household and a neighbour do not come on one call.
MOST_COMPANIONS = 4


@dataclass
class Conversation:
    """One call or one person at the counter."""

    typed: str = ""
    # The person whose opening stands in the audit log already.
    opened: int | None = None
    # Of the form with which the person was taken down, so that a second press finds the same person.
    key: str = ""
    channel: str = Registration.Channel.PHONE
    # Who comes together with the person, and who of them all uses a device of the office.
    companions: list[int] = field(default_factory=list)
    borrowing: list[int] = field(default_factory=list)
    # Who came along and is shown beside the person still: their opening stands in the audit log, too.
    seen_beside: list[int] = field(default_factory=list)
    # The registration of whoever the person wants to come with and who applied before.
    beside: int | None = None
    # How the list of runs was narrowed, as the address says it.
    filters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, session: SessionBase) -> "Conversation":
        """The one that goes on."""
        kept: dict[str, Any] = session.get(_PLACE, {})
        return cls(**deepcopy(kept)) if kept.keys() <= asdict(cls()).keys() else cls()

    def keep(self, session: SessionBase) -> None:
        """Remember it for the next page; nothing is written when nothing has changed."""
        if session.get(_PLACE, asdict(Conversation())) != asdict(self):
            session[_PLACE] = asdict(self)

    def turn_to(self, person: int | None, *, typed: str | None = None) -> None:
        """Go on with this person, found by what was typed; who was served before stays behind, companions too."""
        if person != self.opened:
            if self.opened is not None:
                self.typed = ""
            self.companions, self.borrowing, self.seen_beside, self.beside = [], [], [], None
            # The next person's own device narrows the list, until the clerk says otherwise.
            self.filters.pop("device", None)
        self.opened = person
        if typed is not None:
            self.typed = typed

    def bring(self, person: int) -> bool:
        """Somebody comes along; False when there are too many already."""
        if person == self.opened or person in self.companions:
            return True
        if len(self.companions) == MOST_COMPANIONS:
            return False
        self.companions.append(person)
        return True

    def leave_behind(self, person: int) -> None:
        """Somebody does not come along after all."""
        self.companions = [each for each in self.companions if each != person]
        self.borrowing = [each for each in self.borrowing if each != person]

    def end(self) -> "Conversation":
        """The next one, in which only the way callers come is kept: it is the same all morning."""
        return Conversation(channel=self.channel)
