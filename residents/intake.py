"""People taken down at the desk, and their records corrected.

Everything here was said by a person who was told first what it is for. What must never happen: a record without the
notice that was given, a word about somebody's health kept without their consent, or a practice person among real ones.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models import CityProfile, District
from core import audit
from core.phone import PhoneNumber
from core.refusal import Refusal
from core.stale import refuse_stale
from residents.access import RecordWasMerged
from residents.history import PHONES, as_stored, phones_as_stored
from residents.holdings import Say, tell_of_correction
from residents.models import Consent, ContactWish, Correction, Merge, PhoneLine, Resident


class AccommodationNeedsConsent(Refusal):
    """What the instructor should know is about health more often than not."""

    sentence = _("Please ask whether we may write this down for the instructor, and tick the box.")


class NumberGivenTwice(Refusal):
    """One telephone on two lines."""

    sentence = _("The telephone number %(number)s is written twice.")


class UnknownHowItWasSaid(Refusal):
    """A consent that was given or taken back, and nobody wrote down how."""

    sentence = _("Something changes in what the person agreed to (%(what)s). Please choose how they told us.")


# Longer than any second press, shorter than the next caller.
A_MOMENT = timedelta(seconds=30)
# What a person tells and the resident's own row keeps.
OWN_COLUMNS = (
    "family_name", "given_name", "family_kana", "given_kana", "birth_year", "age_band", "district", "device",
    "contact_wish", "postal_code", "address", "accommodation",
)  # fmt: skip


# How the person was told what it is for, and when.
NOTICE = ("notice_version", "notice_manner", "notice_at")


@dataclass(frozen=True)
class PhoneDetails:
    """A number, whose telephone it is, and an extension or memo."""

    number: PhoneNumber
    relation: str = "self"
    memo: str = ""


@dataclass(frozen=True)
class ResidentDetails:
    """What a person tells the office about themselves, and how they were told what it is for.

    In a correction, `notice_manner` is empty unless they were told once more, and `consent_manner` says how they agreed
    to what they had not agreed to, or took it back.
    """

    family_name: str
    family_kana: str
    notice_manner: str
    given_name: str = ""
    given_kana: str = ""
    phones: tuple[PhoneDetails, ...] | list[PhoneDetails] = ()
    birth_year: int | None = None
    age_band: str = "unknown"
    district: District | None = None
    device: str = "unknown"
    contact_wish: str = ContactWish.CALL
    postal_code: str = ""
    address: str = ""
    accommodation: str = ""
    accommodation_consent: bool = False
    invitation_consent: bool = False
    consent_manner: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """What is kept in the resident's own row."""
        return {name: getattr(self, name) for name in OWN_COLUMNS}

    @property
    def phones_as_stored(self) -> list[list[str]]:
        """The telephones as a history keeps them."""
        return [[phone.number.e164, phone.relation, phone.memo] for phone in self.phones]

    @property
    def consents(self) -> dict[str, bool]:
        """What the person agrees to, by kind."""
        return {
            Consent.Kind.SMS: self.contact_wish == ContactWish.SMS,
            Consent.Kind.ACCOMMODATION: bool(self.accommodation),
            Consent.Kind.INVITATION: self.invitation_consent,
        }


@transaction.atomic
def take_down(details: ResidentDetails, *, by: User, once: bool = False) -> Resident:
    """A new person, with the telephones, the notice and the consents. Raises a Refusal of this module.

    With `once`, whom the same colleague took down a moment ago in the same words is the same person, and is given: the
    button was pressed twice.
    """
    _refuse_contradictions(details)
    if once:
        User.objects.one_press_at_a_time(by)
        if (standing := _taken_down_a_moment_ago(details, by=by)) is not None:
            return standing
    city = CityProfile.current()

    resident = Resident.objects.create(
        **details.columns,
        notice_manner=details.notice_manner,
        notice_version=city.purpose_notice_version,
        is_practice=city.practice is not False,
        created_by=by,
    )
    _write_phones(resident, details)
    # Whoever is taken down agrees in the breath in which they are told what it is for.
    _write_consents(
        resident,
        _changed_consents(details, before={}),
        manner=details.notice_manner,
        version=city.purpose_notice_version,
        by=by,
    )

    audit.record("resident.taken_down", resident, by=by, notice=details.notice_manner)
    return resident


@transaction.atomic
def correct(
    resident: Resident, details: ResidentDetails, *, by: User, seen: str | None = None, say: Say | None = None
) -> Resident:
    """The record as the person now tells it; whatever was planned by the old number or wish follows.

    `seen` is the fingerprint of what the page showed (`as_it_stands`), `say` hears in sentences what followed. Raises a
    Refusal of this module, RecordWasMerged or ChangedMeanwhile.
    """
    _refuse_contradictions(details)
    resident = _locked(resident)
    if resident.merged_into_id is not None:
        raise RecordWasMerged
    before, agreed = _as_told(resident), consents_of(resident)
    consents = _changed_consents(details, before=agreed)
    version = CityProfile.current().purpose_notice_version
    for name, value in details.columns.items():
        setattr(resident, name, value)
    if details.notice_manner:
        _note_the_notice(resident, details.notice_manner, version=version)
    # Pressed twice, the second press asks for what stands already.
    if consents or _as_told(resident) | {PHONES: details.phones_as_stored} != before:
        refuse_stale(seen, [before, agreed])
    if consents and not details.consent_manner:
        raise UnknownHowItWasSaid(what="・".join(str(Consent.Kind(kind).label) for kind in consents))

    resident.save()
    _write_phones(resident, details)
    _write_consents(resident, consents, manner=details.consent_manner, version=version, by=by)
    after = _as_told(resident)
    changes = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    if changes:
        Correction.objects.create(resident=resident, by=by, changes=_fit_to_keep(changes))
    if before["accommodation"] and not details.accommodation:
        _forget_accommodation(resident)

    # Which columns changed is a code; what stood there is a person's and stays out of the log.
    audit.record("resident.corrected", resident, by=by, changed=list(changes))
    if changes:
        tell_of_correction(resident, by=by, say=say)
    return resident


def consents_of(resident: Resident) -> dict[str, bool]:
    """What the person agreed to as it stands, by kind; the newest word counts."""
    standing: dict[str, bool] = {}
    for consent in resident.consents.order_by("at", "pk"):
        standing[consent.kind] = consent.is_given
    return standing


def as_it_stands(resident: Resident) -> list[Any]:
    """What a page that corrects the record shows, and what is compared before it is corrected."""
    return [_as_told(resident), consents_of(resident)]


def _locked(resident: Resident) -> Resident:
    """The record as it stands, held with those that were merged into it: whoever undoes such a merge holds both."""
    numbers, found = [resident.pk], [resident.pk]
    while found := list(Resident.objects.filter(merged_into__in=found).values_list("pk", flat=True)):
        numbers += found
    return Resident.objects.select_for_update(no_key=True).order_by("pk").in_bulk(numbers)[resident.pk]


def _taken_down_a_moment_ago(details: ResidentDetails, *, by: User) -> Resident | None:
    since = timezone.now() - A_MOMENT
    told = sorted(phone.number.e164 for phone in details.phones)
    for resident in Resident.objects.current().filter(created_by=by, created_at__gte=since, **details.columns):
        if sorted(line.number for line in resident.phone_lines.all()) == told:
            return resident
    return None


def _refuse_contradictions(details: ResidentDetails) -> None:
    if details.accommodation and not details.accommodation_consent:
        raise AccommodationNeedsConsent
    seen = set()
    for phone in details.phones:
        if phone.number in seen:
            raise NumberGivenTwice(number=phone.number.national)
        seen.add(phone.number)


def _as_told(resident: Resident) -> dict[str, Any]:
    """What the person has told and was told, as the history keeps it."""
    return {name: as_stored(resident, name) for name in (*OWN_COLUMNS, *NOTICE)} | {PHONES: phones_as_stored(resident)}


def _fit_to_keep(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The changes without words about somebody's health, which are kept no longer than the person wants."""
    words = changes.get("accommodation")
    return changes | ({"accommodation": [bool(each) for each in words]} if words else {})


def _forget_accommodation(resident: Resident) -> None:
    """Take the words out of the records that were merged into this one, and out of what any merge kept of them."""
    for away in resident.merged_from.all():
        Resident.objects.filter(pk=away.pk).update(accommodation="")
        _forget_accommodation(away)
    for merge in Merge.objects.filter(Q(into=resident) | Q(duplicate=resident)):
        if merge.record["columns"].pop("accommodation", None):
            merge.save(update_fields=["record"])


def _write_phones(resident: Resident, details: ResidentDetails) -> None:
    """Make the person's telephones those of the details, keeping what is known of a number that stays."""
    standing = {line.number: line for line in resident.phone_lines.all()}

    resident.phone_lines.exclude(number__in=[phone.number.e164 for phone in details.phones]).delete()
    for order, phone in enumerate(details.phones):
        line = standing.get(phone.number.e164) or PhoneLine(resident=resident, number=phone.number.e164)
        line.relation, line.memo, line.order = phone.relation, phone.memo, order
        line.save()


def _note_the_notice(resident: Resident, manner: str, *, version: str) -> None:
    """Let the record say that the person is told now; the same words in the same manner on one day were told once."""
    now = timezone.now()
    standing = (resident.notice_version, resident.notice_manner, timezone.localdate(resident.notice_at))
    if standing != (version, manner, timezone.localdate(now)):
        resident.notice_version, resident.notice_manner, resident.notice_at = version, manner, now


def _changed_consents(details: ResidentDetails, *, before: dict[str, bool]) -> dict[str, bool]:
    """Each consent that is given now, and each that was given before and is not any more."""
    return {kind: given for kind, given in details.consents.items() if given != before.get(kind, False)}


def _write_consents(resident: Resident, consents: dict[str, bool], *, manner: str, version: str, by: User) -> None:
    """One row for each, under the words of the purpose notice that hold today."""
    Consent.objects.bulk_create(
        Consent(resident=resident, kind=kind, is_given=given, manner=manner, notice_version=version, by=by)
        for kind, given in consents.items()
    )
