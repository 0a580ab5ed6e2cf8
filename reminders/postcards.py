"""Reminders by postcard (はがき): what is posted today, in which words or as which letter, and that it was.

A postcard is read by the postman too, so it says what the person needs and nothing else. What must never happen: a
postcard that arrives after the lesson, or one that everybody thinks somebody else has posted.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from core.wareki import local_date
from reminders import call_list
from reminders.ledger import day_bounds
from reminders.models import CallTask, Request
from reminders.purposes import purpose
from reminders.reasons import Reason


@dataclass(frozen=True)
class Card:
    """The words of a postcard: what it is about, when, and the facts in the order in which they are looked for."""

    title: str
    starts_at: datetime
    ends_at: datetime
    facts: tuple[tuple[str, str], ...]


@runtime_checkable
class WritesCards(Protocol):
    """A purpose that knows how its reminder looks on a postcard; any other is posted in the words of its text."""

    def cards(self, keys: Collection[str]) -> dict[str, Card]:
        """The cards by key; a batch at once."""
        ...


@runtime_checkable
class WritesLetters(Protocol):
    """A purpose that is posted as a letter, which is printed on a page of its own; no card goes beside it."""

    def letter_link(self, key: str) -> str:
        """The address of the letter; asked for many keys at once, so it reads nothing."""
        ...


def to_post(now: datetime | None = None) -> "models.QuerySet[CallTask]":
    """The postcards to be posted today and those left over, in their turn on the call list."""
    return call_list.todays(now).filter(reason=Reason.POSTCARD)


def posted_today(now: datetime | None = None) -> list[int]:
    """The numbers of the postcards that were posted today."""
    start, end = day_bounds(local_date(now or timezone.now()))
    posted = CallTask.objects.filter(reason=Reason.POSTCARD, state=CallTask.State.DONE)
    return list(posted.filter(settled_at__gte=start, settled_at__lt=end).values_list("pk", flat=True))


def cards_of(requests: Collection[Request]) -> dict[int, Card]:
    """The words for each of these requests whose purpose writes cards, by the number of the request."""
    found: dict[int, Card] = {}
    for name in {request.purpose for request in requests}:
        theirs = {request.key: request.pk for request in requests if request.purpose == name}
        try:
            writer = purpose(name)
        except LookupError:
            continue
        if isinstance(writer, WritesCards):
            found |= {theirs[key]: card for key, card in writer.cards(theirs).items()}
    return found


def letter_of(request: Request) -> str:
    """The address of the letter that is posted instead of a card; empty where a card is."""
    try:
        writer = purpose(request.purpose)
    except LookupError:
        return ""
    return writer.letter_link(request.key) if isinstance(writer, WritesLetters) else ""


def is_letter(card: CallTask) -> bool:
    """Whether a letter is posted and no card."""
    try:
        return isinstance(purpose(card.purpose), WritesLetters)
    except LookupError:
        return False


def counted(cards: Collection[CallTask]) -> str:
    """So many cards and letters, in words: はがき2枚・手紙1通."""
    letters = sum(is_letter(card) for card in cards)
    said = []
    if count := len(cards) - letters:
        said.append(ngettext("%(count)s postcard", "%(count)s postcards", count) % {"count": count})
    if letters:
        said.append(ngettext("%(count)s letter", "%(count)s letters", letters) % {"count": letters})
    return pgettext("between postcards and letters", ", ").join(said)


@transaction.atomic
def post_all(numbers: Collection[int], *, by: User, now: datetime | None = None) -> list[CallTask]:
    """These are in the letterbox: those of them that were still to be posted. Twice is once."""
    at = now or timezone.now()
    cards = CallTask.objects.select_for_update().filter(pk__in=numbers, reason=Reason.POSTCARD).order_by("pk")
    posted = [card for card in cards if card.state == CallTask.State.OPEN]
    call_list.mark_posted(posted, by=by, at=at)
    return posted
