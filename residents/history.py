"""How a record came to say what it says: corrections and merges, in words and newest first.

The audit log says that a column was changed; what stood there is the person's and is kept here, with the person. What
must never happen: a code shown where a word belongs, or a change that nobody is named for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from city.codes import word_lists
from city.models import Code, District
from core.phone import PhoneNumber
from core.wareki import birth_year, wareki
from residents.models import ContactWish, Merge, NoticeManner, Resident

PHONES = "phones"
_COLUMNS = {field.name: field for field in Resident._meta.concrete_fields}
_CHOICES = {"contact_wish": ContactWish, "notice_manner": NoticeManner}
_WRITTEN: dict[str, Callable[[Any], str]] = {
    "birth_year": birth_year,
    "notice_at": lambda stored: wareki(datetime.fromisoformat(stored)),
}
_LISTS = {"age_band": Code.Kind.AGE_BAND, "device": Code.Kind.DEVICE}
# In the order in which they are told; a database keeps none.
_NAMES = {
    "family_name": gettext_lazy("Family name"),
    "given_name": gettext_lazy("Given name"),
    "family_kana": gettext_lazy("Family name in kana"),
    "given_kana": gettext_lazy("Given name in kana"),
    PHONES: gettext_lazy("Telephones"),
    "birth_year": gettext_lazy("Year of birth"),
    "age_band": gettext_lazy("Age band"),
    "district": gettext_lazy("District"),
    "device": gettext_lazy("Device"),
    "contact_wish": gettext_lazy("How to be reminded"),
    "postal_code": gettext_lazy("Postal code"),
    "address": gettext_lazy("Address"),
    "accommodation": gettext_lazy("What the instructor should know"),
    "notice_version": gettext_lazy("Version of the purpose notice"),
    "notice_manner": gettext_lazy("How the notice was given"),
    "notice_at": gettext_lazy("Purpose notice given"),
}

# What a merged record may still say otherwise; what the instructor should know is told by no history.
_LEFT = {
    "family_name", "given_name", "family_kana", "given_kana", "birth_year", "age_band", "district", "device",
    "contact_wish", "postal_code", "address",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One column before and after, in words."""

    name: str | Promise
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.name}: {self.old} → {self.new}"


@dataclass(frozen=True)
class Left:
    """One column of a record that was merged away, in words, where the record that stayed says something else."""

    name: str | Promise
    value: str


@dataclass(frozen=True)
class Entry:
    """One line of the history: when, by whom, what."""

    at: datetime
    by: User
    changes: list[Change]
    # The merge that this line is about; None for a correction.
    merge: Merge | None = None


class Words:
    """The words of what columns store; the lists of codes and the districts are read once."""

    def __init__(self) -> None:
        self._lists = word_lists(*_LISTS.values(), Code.Kind.RELATION)
        self._districts = dict(District.objects.values_list("pk", "name"))

    def of(self, column: str, value: Any) -> str:
        """A stored value as a clerk reads it; a dash for nothing."""
        if value in (None, "", [], False):
            return _("nothing")
        if value is True:
            return _("noted")
        if column == PHONES:
            return pgettext("between two telephones", ", ").join(self.phone(*told) for told in value)
        if column in _LISTS:
            return self._lists[_LISTS[column]].get(value, value)
        if column == "district":
            return self._districts.get(value, "")
        if column in _CHOICES:
            return str(_CHOICES[column](value).label)
        return _WRITTEN[column](value) if column in _WRITTEN else str(value)

    def phone(self, number: str, relation: str, memo: str) -> str:
        """A telephone with whose it is and its memo."""
        whose = self._lists[Code.Kind.RELATION].get(relation, relation) if relation != "self" else ""
        beside = " ".join(filter(None, [whose, memo]))
        national = PhoneNumber.from_e164(number).national
        return _("%(number)s (%(beside)s)") % {"number": national, "beside": beside} if beside else national


def name_of(column: str) -> str | Promise:
    """What a column is called on a page."""
    return _NAMES[column]


def as_stored(resident: Resident, column: str) -> Any:
    """The value of a column as a history keeps it: a number, a text, or nothing."""
    value = getattr(resident, _COLUMNS[column].attname)
    return value.isoformat() if isinstance(value, datetime) else value


def put_back(resident: Resident, column: str, stored: Any) -> None:
    """Let a column of a record say again what a history kept of it."""
    field = _COLUMNS[column]
    setattr(resident, field.attname, field.to_python(stored))


def phones_as_stored(resident: Resident) -> list[list[str]]:
    """The telephones as a history keeps them."""
    return [[line.number, line.relation, line.memo] for line in resident.phone_lines.all()]


def changes_in_words(changes: Mapping[str, Iterable[Any]], words: Words | None = None) -> list[Change]:
    """What a correction or a merge changed, column by column, where it can be told in words."""
    words = words or Words()
    told = [
        Change(name, *(words.of(column, value) for value in changes[column]))
        for column, name in _NAMES.items()
        if column in changes
    ]
    # A notice of the same day is another moment and the same word; of a note only that there is one is kept.
    return [change for change in told if change.old != change.new or change.name == _NAMES["accommodation"]]


def history_of(resident: Resident) -> list[Entry]:
    """Every correction of a record and every merge into it, the newest first."""
    return sorted(_entries(resident), key=lambda entry: entry.at, reverse=True)


def left_in_merged(resident: Resident) -> list[Left]:
    """What the records merged into this one say otherwise: the name before, another year of birth; each thing once."""
    away = [merge.duplicate for merge in resident.merges.standing().select_related("duplicate")]
    if not away:
        return []
    words = Words()
    return list(
        dict.fromkeys(
            Left(_NAMES[column], words.of(column, told))
            for column in _NAMES
            if column in _LEFT
            for other in away
            if (told := as_stored(other, column)) not in {None, "", "unknown", as_stored(resident, column)}
        )
    )


def _entries(resident: Resident) -> Iterator[Entry]:
    words = Words()
    for correction in resident.corrections.select_related("by"):
        yield Entry(correction.at, correction.by, changes_in_words(correction.changes, words))
    for merge in resident.merges.select_related("by", "undone_by"):
        yield Entry(merge.at, merge.by, changes_in_words(merge.record["columns"], words), merge)
