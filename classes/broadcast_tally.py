"""What became of a broadcast: who was reached, who is still to be called, who was not reached.

Counted from the texts and calls as they stand, so it is true in whatever order receipts and answers came in. People are
counted, not texts: a household of three that one text reached is three.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from classes.broadcast_purposes import place_of
from classes.broadcast_words import PURPOSES
from classes.models import Broadcast, Registration
from reminders.call_list import TOLD
from reminders.models import CallTask, Message, Request
from residents.models import Resident


class Fate(StrEnum):
    """How far it is with one person; the first that is true of one of their places counts."""

    TEXTED = "texted"
    SPOKEN = "spoken"
    POSTED = "posted"
    TO_CALL = "to_call"
    UNDER_WAY = "under_way"
    MISSED = "missed"
    UNTOLD = "untold"
    GONE = "gone"
    NEEDLESS = "needless"

    @property
    def words(self) -> Promise:
        """As the page heads its row."""
        return _WORDS[self]


_WORDS: dict[Fate, Promise] = {
    Fate.TEXTED: _("Reached by text"),
    Fate.SPOKEN: _("Reached by telephone"),
    Fate.POSTED: _("Written to by postcard"),
    Fate.TO_CALL: _("Still to be called"),
    Fate.UNDER_WAY: _("Text under way, arrival not confirmed yet"),
    Fate.MISSED: _("Not reached in time"),
    Fate.UNTOLD: _("Not told, as they wish"),
    Fate.GONE: _("No longer to be told: the place was given back"),
    Fate.NEEDLESS: _("No longer to be told: no longer true, or they will not come"),
}
REACHED = (Fate.TEXTED, Fate.SPOKEN, Fate.POSTED)
OPEN = (Fate.TO_CALL, Fate.UNDER_WAY)
NOT_TO_BE_TOLD = (Fate.UNTOLD, Fate.GONE, Fate.NEEDLESS)
_ON_ITS_WAY = (Message.State.PLANNED, Message.State.CLAIMED, Message.State.SENT, Message.State.UNCERTAIN)


@dataclass(frozen=True)
class Line:
    """One person of a broadcast."""

    resident: Resident
    fate: Fate
    call: CallTask | None = None
    tries: int = 0


@dataclass(frozen=True)
class Tally:
    """Everybody of a broadcast, each once."""

    lines: Sequence[Line] = field(default_factory=tuple)

    @property
    def counts(self) -> dict[Fate, int]:
        """How many there are of each fate, in the order of the page."""
        counted = Counter(line.fate for line in self.lines)
        return {fate: counted[fate] for fate in Fate}

    @property
    def total(self) -> int:
        """Everybody who was or is to be told."""
        return sum(line.fate not in NOT_TO_BE_TOLD for line in self.lines)

    @property
    def reached(self) -> int:
        return sum(line.fate in REACHED for line in self.lines)

    @property
    def still_open(self) -> int:
        return sum(line.fate in OPEN for line in self.lines)

    @property
    def missed(self) -> int:
        return sum(line.fate is Fate.MISSED for line in self.lines)

    def of(self, *fates: Fate) -> list[Line]:
        """The people of some fates."""
        return [line for line in self.lines if line.fate in fates]


def tally_of(broadcast: Broadcast) -> Tally:
    """What became of one broadcast up to now."""
    return tallies_of([broadcast])[broadcast.pk]


def tallies_of(broadcasts: Iterable[Broadcast]) -> dict[int, Tally]:
    """The same of several, two questions for all."""
    occasions = {each.occasion: each.pk for each in broadcasts}
    asked = (
        Request.objects.current()
        .filter(purpose__in=PURPOSES.values(), occasion__in=occasions)
        .select_related("resident", "message", "call")
        .annotate(tries=Count("call__attempts"))
        .order_by("useless_after", "resident__family_kana", "pk")
    )
    of_people: dict[int, dict[int, list[Request]]] = {pk: defaultdict(list) for pk in occasions.values()}
    given_back = _given_back(request.key for request in asked if request.withdrawn_at is not None)
    for request in asked:
        of_people[occasions[request.occasion]][request.resident_id].append(request)
    return {
        pk: Tally([_line(requests, given_back) for requests in people.values()]) for pk, people in of_people.items()
    }


def _given_back(keys: Iterable[str]) -> set[str]:
    """Of what was taken back, that of which somebody has no place any more."""
    places = {key: place_of(key) for key in keys}
    cancelled = Registration.objects.filter(pk__in=places.values(), state=Registration.State.CANCELLED)
    gone = set(cancelled.values_list("pk", flat=True)) if places else set()
    return {key for key, place in places.items() if place in gone}


def _line(requests: list[Request], given_back: Collection[str]) -> Line:
    """One person, who may have several places and is told once for all."""
    order = list(Fate)
    fate, request = min(((_fate(each, given_back), each) for each in requests), key=lambda found: order.index(found[0]))
    return Line(request.resident, fate, call=request.call, tries=vars(request)["tries"])


def _fate(request: Request, given_back: Collection[str]) -> Fate:
    message, call = request.message, request.call
    if message is not None and message.state == Message.State.DELIVERED:
        return Fate.TEXTED
    if call is not None and call.state == CallTask.State.DONE:
        if call.outcome in TOLD:
            return Fate.SPOKEN
        if call.is_postcard and not call.outcome:
            return Fate.POSTED
    if request.withdrawn_at is not None:
        return Fate.GONE if request.key in given_back else Fate.NEEDLESS
    if call is not None and call.state == CallTask.State.OPEN:
        return Fate.TO_CALL
    if call is None and message is not None and message.state in _ON_ITS_WAY:
        return Fate.UNDER_WAY
    return Fate.UNTOLD if message is None and call is None else Fate.MISSED
