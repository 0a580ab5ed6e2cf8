"""How many seats a run has, how many are given, held and waited for, in numbers and in words.

What must never be hidden: a run with more people than seats says so wherever it is shown.
"""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


@dataclass(frozen=True)
class SeatCount:
    """The seats of one run at one moment."""

    capacity: int
    confirmed: int
    # Held for people on the waiting list who have been offered a seat and have not answered yet.
    offered: int
    waiting: int
    # Of those who wait, the ones to be asked next: no seat is held for them, and they did not let this one go by.
    in_line: int
    # Held for a few minutes, while another clerk has a caller on the line.
    at_the_desk: int = 0
    # The office's devices that can be borrowed, and how many of them are promised.
    devices: int = 0
    lent: int = 0
    # True until the lots are drawn or the counter has decided: everybody waits, however many seats are free.
    is_undecided: bool = False

    @property
    def taken(self) -> int:
        """Seats that cannot be given to anybody else."""
        return self.confirmed + self.offered + self.at_the_desk

    @property
    def free_devices(self) -> int:
        """Devices that can still be promised."""
        return max(self.devices - self.lent, 0)

    @property
    def free(self) -> int:
        """Seats that can be given."""
        return max(self.capacity - self.taken, 0)

    def can_take(self, size: int, borrowing: int) -> bool:
        """Whether so many people fit, some of whom borrow a device; nothing is said about who was there before."""
        return size <= self.free and borrowing <= self.free_devices

    def holding_more(self, seats: int, devices: int) -> "SeatCount":
        """As it will be with so many more seats held and devices promised; with negative numbers, fewer."""
        return replace(self, offered=self.offered + seats, lent=self.lent + devices)

    @property
    def over(self) -> int:
        """People beyond the number of seats who have one, or for whom one is held until they answer."""
        return max(self.confirmed + self.offered - self.capacity, 0)

    @property
    def sentence(self) -> str:
        """Everything in one line: 「定員12・確定14（2名超過）・空き待ち3」."""
        parts = [self._given]
        if self.offered and not self.over:
            parts.append(ngettext("%(held)d seat held", "%(held)d seats held", self.offered) % {"held": self.offered})
        if self.at_the_desk:
            count = self.at_the_desk
            parts.append(ngettext("%(count)d being taken", "%(count)d being taken", count) % {"count": count})
        if self.waiting:
            parts.append(self._asked_for)
        if self.devices:
            parts.append(_("%(lent)d of %(devices)d devices lent") % {"lent": self.lent, "devices": self.devices})
        return pgettext("between the counts of seats", ", ").join(parts)

    @property
    def _given(self) -> str:
        facts = {"capacity": self.capacity, "confirmed": self.confirmed, "held": self.offered, "over": self.over}
        if not self.over:
            return _("%(capacity)d seats, %(confirmed)d confirmed") % facts
        if self.offered:
            # Whoever was told of a seat before the run shrank keeps it, and is one of those over.
            return (
                ngettext(
                    "%(capacity)d seats, %(confirmed)d confirmed, %(held)d held (%(over)d person over)",
                    "%(capacity)d seats, %(confirmed)d confirmed, %(held)d held (%(over)d people over)",
                    self.over,
                )
                % facts
            )
        return (
            ngettext(
                "%(capacity)d seats, %(confirmed)d confirmed (%(over)d person over)",
                "%(capacity)d seats, %(confirmed)d confirmed (%(over)d people over)",
                self.over,
            )
            % facts
        )

    @property
    def _asked_for(self) -> str:
        count = self.waiting
        if self.is_undecided:
            return ngettext("%(count)d application", "%(count)d applications", count) % {"count": count}
        return ngettext("%(count)d waiting", "%(count)d waiting", count) % {"count": count}

    @property
    def short(self) -> str:
        """A word or two for a list: 「残り2」, 「満席・待ち3」, 「申込7」; 「残り1・待ち2」 where two wait together."""
        if self.over:
            return _("%(over)d over capacity") % {"over": self.over}
        if self.is_undecided:
            return self._asked_for
        if not self.free:
            return _("full, %(count)d waiting") % {"count": self.waiting} if self.waiting else _("full")
        if self.in_line:
            return _("%(free)d left, %(count)d waiting") % {"free": self.free, "count": self.waiting}
        return ngettext("%(free)d left", "%(free)d left", self.free) % {"free": self.free}

    @property
    def tone(self) -> str:
        """The class of the tag that shows it; never the only sign."""
        if self.over:
            return "amber"
        if self.is_undecided:
            return "blue"
        return "red" if self.in_line or not self.free else "green"


@dataclass(frozen=True)
class Held:
    """What a clerk holds for the caller."""

    seats: int = 0
    devices: int = 0


@dataclass(frozen=True)
class Book:
    """What the desk looks up in a run's book before it writes somebody into it."""

    # As they are for this clerk, whose own hold is not in the way.
    seats: SeatCount
    last_slip: int
    has_one_of_them: bool
    # The numbers of the other runs in which one of them has a place.
    elsewhere: set[int]
    held: Held
