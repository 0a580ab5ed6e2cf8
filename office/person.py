"""Everything the office holds of one person, on one page, from what each part declares."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise

from city.codes import word_lists
from city.models import Code
from classes.clashing import ClashOfPlaces, clashes_of_places
from reminders.models import OptOut
from reminders.reach import each_in_words
from residents import matching
from residents.history import Entry, Left, history_of, left_in_merged
from residents.holdings import Line, holdings
from residents.lookup import sharing_a_number
from residents.merging import can_be_undone
from residents.models import Merge, PhoneLine, Resident


@dataclass(frozen=True)
class Chapter:
    """What one part of the office holds: its name, its title and its lines."""

    name: str
    title: str | Promise
    lines: list[Line]


@dataclass(frozen=True)
class Telephone:
    """A number of the person with whose it is, and the numbers a slip of the finger away from it."""

    line: PhoneLine
    whose: str
    near: list[PhoneLine]
    # Of which texts somebody said 停止 there.
    stopped: list[OptOut]


@dataclass(frozen=True)
class Record:
    """The person's own record as the page shows it."""

    resident: Resident
    device: str
    age_band: str
    # How the person is told of something today, in words.
    reached: str
    telephones: list[Telephone]
    # Whether a text could arrive at any of them.
    takes_texts: bool
    household: list[Resident]
    # Records that may be of this person too.
    likely_same: list[matching.Likeness]
    history: list[Entry]
    # What records that were merged into this one say otherwise.
    left: list[Left]
    # Where the person is expected in two lessons at one time.
    clashes: list[ClashOfPlaces]
    # The merge that can be undone now: the last one, while it stands on top.
    undoable: Merge | None


def chapters(resident: Resident) -> list[Chapter]:
    """One chapter per holding, in the order of declaration, empty ones included: that nothing is held is an answer."""
    return [Chapter(holding.name, holding.label, holding.summary(resident)) for holding in holdings()]


def record_of(resident: Resident) -> Record:
    """The person's own record, whom it may be mistaken for, and how it came to say what it says."""
    words = word_lists(Code.Kind.DEVICE, Code.Kind.RELATION, Code.Kind.AGE_BAND)
    near = matching.near_numbers(resident)
    lines = resident.phone_lines.all()
    stopped = list(OptOut.objects.standing().filter(number__in=[line.number for line in lines]))
    history = history_of(resident)
    merges = [entry.merge for entry in history if entry.merge is not None]
    return Record(
        resident=resident,
        device=words[Code.Kind.DEVICE].get(resident.device, resident.device),
        reached=each_in_words(resident),
        age_band=words[Code.Kind.AGE_BAND].get(resident.current_age_band, ""),
        telephones=[
            Telephone(
                line,
                words[Code.Kind.RELATION].get(line.relation, ""),
                [each.other for each in near if each.line == line],
                stopped=[each for each in stopped if each.number == line.number],
            )
            for line in lines
        ],
        takes_texts=any(line.phone.can_receive_sms for line in lines),
        household=sharing_a_number(resident).others,
        likely_same=matching.likely_same_as(resident),
        history=history,
        left=left_in_merged(resident),
        clashes=clashes_of_places(resident, at=timezone.now()),
        undoable=next((merge for merge in merges if can_be_undone(merge)), None),
    )
