"""Which way reaches this person: decided from what they wish, what they agreed to and what their telephone can do.

Nobody is dropped: whoever cannot or does not want to be texted is called, and only who said so is told nothing.
What must never happen: a text promised at the desk by an office that sends none.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.conf import settings
from django.db.models import BooleanField, Prefetch, prefetch_related_objects
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from core.officehours import Window
from core.phone import PhoneKind, PhoneNumber
from core.wareki import short_date
from reminders import timing
from reminders.about import About
from reminders.models import OptOut
from reminders.reasons import Reason
from residents.models import Consent, ContactWish, PhoneLine, Resident


class Channel(StrEnum):
    """The way a person is told."""

    SMS = "sms"
    CALL = "call"
    POSTCARD = "postcard"
    NONE = "none"


@dataclass(frozen=True)
class Route:
    """The way, the number, and why this way (a value of Reason; empty for texts and for nobody)."""

    channel: Channel
    phone: PhoneNumber | None = None
    reason: str = ""


_WHY_NO_TEXT = {
    PhoneKind.LANDLINE: Reason.LANDLINE,
    PhoneKind.IP: Reason.IP_PHONE,
    PhoneKind.TOLL_FREE: Reason.TOLL_FREE,
    PhoneKind.OTHER: Reason.NOT_MOBILE,
    # Only a doubtful mobile ends on the list for its number's sake.
    PhoneKind.MOBILE: Reason.DOUBTFUL,
}


# What a telephone read by `read_for_routes` is annotated with: whether it takes no texts about something, and whether
# its person's newest word on texts was yes.
_STOPS = {f"stops_{about.value}": about.value for about in About}
_AGREED = "agreed_to_texts"
# Written by hand: a caller is on the line, and Django took longer to put these together than the database to answer.
_FOR_ROUTES = {
    name: RawSQL(
        "EXISTS (SELECT 1 FROM reminders_optout o"
        " WHERE o.number = residents_phoneline.number AND o.about = %s AND o.ended_at IS NULL)",
        [about],
        output_field=BooleanField(),
    )
    for name, about in _STOPS.items()
} | {
    _AGREED: RawSQL(
        "COALESCE((SELECT c.is_given FROM residents_consent c"
        " WHERE c.resident_id = residents_phoneline.resident_id AND c.kind = %s ORDER BY c.at DESC, c.id DESC LIMIT 1),"
        " FALSE)",
        [Consent.Kind.SMS.value],
        output_field=BooleanField(),
    )
}


@dataclass(frozen=True)
class Stopped:
    """Which numbers take no texts, and about what."""

    pairs: frozenset[tuple[str, str]]

    def covers(self, number: str, about: str) -> bool:
        """Whether this number takes no texts about this."""
        return (number, about) in self.pairs or (number, About.EVERYTHING) in self.pairs


def stopped_among(residents: Iterable[Resident]) -> Stopped:
    """What the mobiles of those who wish for texts take none about, read once for whoever asks for many ways."""
    wishing = {person.pk: person for person in residents if person.contact_wish == ContactWish.SMS}
    found = (line for person in wishing.values() for line in person.phone_lines.all())
    lines = [line for line in found if line.phone.can_receive_sms]
    if all(_STOPS.keys() <= vars(line).keys() for line in lines):
        return Stopped(frozenset((line.number, _STOPS[name]) for line in lines for name in _STOPS if vars(line)[name]))
    standing = OptOut.objects.standing().filter(number__in={line.number for line in lines})
    return Stopped(frozenset(standing.values_list("number", "about")))


def routes(residents: Sequence[Resident], *, about: str = About.BOOKED) -> list[Route]:
    """How each of these people is told of this. Reads the telephones and consents, prefetched or not."""
    stopped = stopped_among(residents)
    return [route(person, about=about, stopped=stopped) for person in residents]


def route(
    resident: Resident, *, by_call_only: bool = False, about: str = About.BOOKED, stopped: Stopped | None = None
) -> Route:
    """How this person is told. Reads the telephones and consents, prefetched or not, and who said 停止 unless told."""
    wish = resident.contact_wish
    if wish == ContactWish.NONE and not by_call_only:
        return Route(Channel.NONE)
    lines = list(resident.phone_lines.all())
    if wish == ContactWish.POSTCARD and not by_call_only and resident.address.strip():
        return Route(Channel.POSTCARD, None, Reason.POSTCARD)
    if not lines:
        return Route(Channel.CALL, None, Reason.NO_NUMBER)
    if by_call_only:
        return _call(lines, Reason.CALL_ONLY)
    if wish == ContactWish.POSTCARD:
        return _call(lines, Reason.NO_ADDRESS)
    if wish != ContactWish.SMS:
        return _call(lines, Reason.WISH)
    mobile = _mobile(lines)
    if mobile is None:
        return _call(lines, "")
    hindrance = _hindrance(resident)
    # Not by text to another number either: whoever wrote 停止 did not mean one telephone of two.
    if not hindrance and (stopped or stopped_among([resident])).covers(mobile.number, about):
        hindrance = Reason.STOPPED
    return _call(lines, hindrance) if hindrance else Route(Channel.SMS, mobile.phone)


def in_time(
    resident: Resident, way: Route, useless_after: datetime, *, hours: Window, closing: Collection[date], now: datetime
) -> Route:
    """The way itself, or a call where it is a postcard that would arrive too late."""
    if way.channel != Channel.POSTCARD or timing.is_time_to_post(now, useless_after, hours, closing):
        return way
    lines = list(resident.phone_lines.all())
    return _call(lines, Reason.POSTCARD_LATE) if lines else Route(Channel.CALL, None, Reason.NO_NUMBER)


def texts_leave() -> bool:
    """Whether somebody may be promised a text here: not where people are real and the gateway only practises."""
    return settings.PRACTICE or settings.SMS_GATEWAY != "practice"


def read_for_routes(residents: Sequence[Resident]) -> None:
    """Read once what `route` looks at, for whoever asks it several times.

    Where texts are wished for, who said 停止 and who agreed is read with the telephones: a caller is on the line. Of
    people whose telephones were read before, nothing more is read here.
    """
    wishing = any(each.contact_wish == ContactWish.SMS for each in residents)
    lines = PhoneLine.objects.annotate(**_FOR_ROUTES) if wishing else PhoneLine.objects.all()
    prefetch_related_objects(residents, Prefetch("phone_lines", lines))


def agreed_to_texts(resident: Resident) -> bool:
    """Whether the newest word on texts was yes."""
    if told := [vars(line)[_AGREED] for line in resident.phone_lines.all() if _AGREED in vars(line)]:
        return any(told)
    newest = next((consent for consent in resident.consents.all() if consent.kind == Consent.Kind.SMS), None)
    return newest is not None and newest.is_given


def _hindrance(resident: Resident) -> str:
    """Why somebody whose number takes texts, and who wished for them, is called all the same; empty when texted."""
    if not agreed_to_texts(resident):
        return Reason.OPTED_OUT
    return "" if texts_leave() else Reason.NO_GATEWAY


def _mobile(lines: Iterable[PhoneLine]) -> PhoneLine | None:
    """The first number that takes a text and is not in doubt."""
    return next((line for line in lines if line.phone.can_receive_sms and not line.is_doubtful), None)


def _call(lines: list[PhoneLine], reason: str) -> Route:
    """A call to the first number that is not in doubt, or to the first of the doubtful ones; never to a stranger."""
    sure = next((line for line in lines if not line.is_doubtful), None)
    if sure is None:
        known = next((line for line in lines if not line.is_strangers), None)
        return (
            Route(Channel.CALL, known.phone, Reason.DOUBTFUL)
            if known
            else Route(Channel.CALL, None, Reason.WRONG_NUMBER)
        )
    return Route(Channel.CALL, sure.phone, reason or _WHY_NO_TEXT[sure.phone.kind])


def promise(route: Route, *, when: datetime, is_unsure: bool = False) -> str:
    """What the clerk says, and the slip prints, about how the person will be reminded.

    `is_unsure` where no text leaves at present (reminders.outlook).
    """
    if route.channel == Channel.NONE:
        return _("We will not remind you, as you wished.")
    if route.channel == Channel.POSTCARD:
        return _("We will remind you by postcard, posted on %(day)s.") % {"day": short_date(when)}
    if route.phone is None:
        return _("We have no telephone number of yours, so please note the date.")
    facts = {"day": short_date(when), "number": route.phone.national}
    if route.channel == Channel.SMS and is_unsure:
        return _("We will remind you on %(day)s by a text message or a telephone call to %(number)s.") % facts
    if route.channel == Channel.SMS:
        return _("We will remind you on %(day)s by a text message to %(number)s.") % facts
    return _("We will remind you on %(day)s by a telephone call to %(number)s.") % facts
