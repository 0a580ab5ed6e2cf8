"""How many people are told by which way, in numbers and in words: what a clerk reads before a change and after it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reminders.about import KINDS, About
from reminders.models import CallTask, Request
from reminders.reasons import Reason
from reminders.routing import Channel, Route, Stopped, read_for_routes, route, stopped_among
from residents.models import Resident


@dataclass(frozen=True)
class Reach:
    """People by the way in which they are told; a household that shares a telephone counts by heads."""

    sms: int = 0
    call: int = 0
    postcard: int = 0
    none: int = 0
    # By post as well, where what is told is a letter and no card.
    letter: int = 0

    @classmethod
    def of_ways(cls, ways: Iterable[Route]) -> "Reach":
        """Of people who would be told in these ways."""
        return cls.of_channels(way.channel for way in ways)

    @classmethod
    def of_requests(cls, requests: Iterable[Request]) -> "Reach":
        """Of people who are told, each as it is planned. Reads the calls, fetched with the requests or not."""
        return cls.of_channels(channel_of(request) for request in requests)

    @classmethod
    def of_channels(cls, channels: Iterable[Channel]) -> "Reach":
        """Of people counted by their channels."""
        counted = Counter(channels)
        return cls(counted[Channel.SMS], counted[Channel.CALL], counted[Channel.POSTCARD], counted[Channel.NONE])

    @property
    def people(self) -> int:
        """How many there are."""
        return self.sms + self.call + self.postcard + self.none + self.letter

    @property
    def by_letter(self) -> "Reach":
        """The same where post is a letter, as it is about the outcome of a draw."""
        return replace(self, postcard=0, letter=self.postcard + self.letter)

    @property
    def sentence(self) -> str:
        """All four, because that nobody is left out is an answer: SMS 8名、電話 3名、はがき 1名、連絡なし 0名."""
        facts = {"sms": self.sms, "call": self.call, "postcard": self.postcard, "none": self.none}
        if self.letter:
            facts["letter"] = self.letter
            return _("text message %(sms)d, telephone %(call)d, letter %(letter)d, not told %(none)d") % facts
        return _("text message %(sms)d, telephone %(call)d, postcard %(postcard)d, not told %(none)d") % facts


def in_words(way: Route) -> str:
    """How somebody is reached at present, and why not as they might expect: 電話 0745-00-1834（固定電話、SMS不可）."""
    if way.channel == Channel.NONE:
        return _("not told anything, as wished")
    if way.channel == Channel.POSTCARD:
        return _("postcard")
    if way.channel == Channel.SMS and way.phone:
        return _("text message to %(number)s") % {"number": way.phone.national}
    why = Reason(way.reason).label
    if way.phone is None:
        return _("by a call of the office (%(why)s)") % {"why": why}
    return _("telephone call to %(number)s (%(why)s)") % {"number": way.phone.national, "why": why}


def each_in_words(resident: Resident) -> str:
    """How somebody is reached at present; where one kind of text was stopped and not another, how for each kind."""
    read_for_routes([resident])
    stopped = stopped_among([resident])
    said = {about: in_words(route(resident, about=about, stopped=stopped)) for about in KINDS}
    if len({*said.values()}) == 1:
        return said[About.BOOKED]
    of_each = [_("%(about)s: %(way)s") % {"about": about.label, "way": way} for about, way in said.items()]
    return pgettext("between two kinds of texts", "; ").join(of_each)


def stopped_in_words(resident: Resident, stopped: Stopped) -> list[str | Promise]:
    """About what somebody who wished for texts is called instead, because of a 停止; empty when texted as wished."""
    kinds = [about for about in KINDS if route(resident, about=about, stopped=stopped).reason == Reason.STOPPED]
    return [about.label for about in ((About.EVERYTHING,) if len(kinds) == len(KINDS) else kinds)]


def told_by(way: Route, *, is_unsure: bool = False) -> str:
    """What the clerk says about how one person will be told of something that is decided later.

    `is_unsure` where no text leaves at present (reminders.outlook).
    """
    if way.channel == Channel.NONE:
        return _("We will not let you know, as you wished.")
    if way.channel == Channel.POSTCARD:
        return _("We let you know by letter.")
    if way.phone is None:
        return _("We have no telephone number of yours, so please ask us.")
    facts = {"number": way.phone.national}
    if way.channel == Channel.SMS and is_unsure:
        return _("We let you know by a text message or a telephone call to %(number)s.") % facts
    if way.channel == Channel.SMS:
        return _("We let you know by a text message to %(number)s.") % facts
    return _("We let you know by a telephone call to %(number)s.") % facts


def channel_of(request: Request) -> Channel:
    """By which way a request stands to be told."""
    if request.call is not None and request.call.state != CallTask.State.WITHDRAWN:
        return Channel.POSTCARD if request.call.is_postcard else Channel.CALL
    return Channel.SMS if request.message_id is not None else Channel.NONE
