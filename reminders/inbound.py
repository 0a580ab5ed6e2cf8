"""Texts that residents send to the office's number, where it can receive any.

A word such as 停止 stops the texts it answers; everything else is for somebody at the office to read, because nothing
is answered by a machine. What must never happen: a text from a resident that nobody sees, or a promise that nobody
made.
"""

import hashlib
import logging
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.refusal import Refusal
from reminders import opting_out
from reminders.about import About
from reminders.models import InboundText, Message, OptOut, Request
from reminders.spellings import OTHER, Wish, wish_in
from residents.models import Resident

State, Reading = InboundText.State, InboundText.Reading

# Twilio gives at most 1600 characters; more than that nobody reads.
LONGEST_BODY = 1600
LONGEST_SID, LONGEST_NUMBER = 64, 20
# What a resident may be answering: the texts of the last weeks.
ANSWERS_WITHIN, ANSWERS_AT_MOST = timedelta(days=60), 3

logger = logging.getLogger("kakehashi.reminders")


class TextIsSettled(Refusal):
    """A colleague was faster."""

    sentence = _("%(name)s has settled this text already: %(state)s.")


def waiting() -> "models.QuerySet[InboundText]":
    """What nobody has looked at yet, the longest waiting first."""
    return InboundText.objects.filter(state=State.NEW).order_by("at", "pk")


def receive(told: Mapping[str, str], *, now: datetime | None = None) -> InboundText:
    """Keep a text as the provider tells of it, and do what it asks for where that is plain. Twice is once.

    The text is kept before anything else is done, so that somebody reads it whatever happens then.
    """
    at = now or timezone.now()
    text, is_new = InboundText.objects.get_or_create(
        sid=_sid(told),
        defaults={
            "number": _plain(told.get("From", ""))[:LONGEST_NUMBER],
            "body": _plain(told.get("Body", ""))[:LONGEST_BODY],
            "at": at,
        },
    )
    if is_new:
        audit.record("text.received", text, by=None)
    if text.state == State.NEW and text.phone is not None:
        try:
            _do(text, _wish(text, told), now=at)
        except Exception:
            # It stands in the inbox, so nothing is lost but the time until a clerk reads it.
            logger.exception("what the text %s asks for could not be done", text.pk)
    return text


@transaction.atomic
def settle(text: InboundText, state: str, *, by: User, now: datetime | None = None) -> InboundText:
    """The sender was called back, or needs no answer. Raises TextIsSettled."""
    # Nothing is joined: whoever waited for a colleague would read the text as it is now and beside it nobody.
    text = InboundText.objects.select_for_update().get(pk=text.pk)
    if text.state != State.NEW:
        if text.state == state and text.settled_by_id == by.pk:
            return text
        name = text.settled_by.name if text.settled_by else "—"
        raise TextIsSettled(name=name, state=text.get_state_display())
    _close(text, state, by=by, now=now or timezone.now())
    audit.record("text.settled", text, by=by, state=state)
    return text


def who_may_have_written(texts: list[InboundText]) -> dict[str, list[Resident]]:
    """The people who are reached at the numbers of some texts, by number: a household more often than one person."""
    numbers = {text.number for text in texts if text.number}
    found: dict[str, list[Resident]] = {number: [] for number in numbers}
    people = Resident.objects.current().filter(phone_lines__number__in=numbers)
    told = people.annotate(at_number=models.F("phone_lines__number")).in_kana_order()
    for person in told:
        found[person.at_number].append(person)  # type: ignore[attr-defined]  # annotated
    return found


def what_it_may_answer(text: InboundText) -> list[Message]:
    """The last texts that went to the number before this one came, those behind them at hand."""
    if not text.number:
        return []
    sent = Message.objects.filter(
        number=text.number, sent_at__lte=text.at, sent_at__gt=text.at - ANSWERS_WITHIN
    ).order_by("-sent_at", "-pk")
    people = Request.objects.select_related("resident").order_by("pk")
    return list(sent.prefetch_related(models.Prefetch("requests", queryset=people))[:ANSWERS_AT_MOST])


def _wish(text: InboundText, told: Mapping[str, str]) -> Wish:
    """What the text asks for. Where the provider says that it stopped texts itself, that is so, in whatever words."""
    kind = told.get("OptOutType", "").upper()
    wish = wish_in(text.body)
    if kind == "STOP":
        return Wish(Reading.STOP, of_everything=True, is_certain=wish.is_certain)
    if kind == "START":
        return Wish(Reading.START)
    return wish


@transaction.atomic
def _do(text: InboundText, wish: Wish, *, now: datetime) -> None:
    text = InboundText.objects.select_for_update().get(pk=text.pk)
    if text.state != State.NEW or wish == OTHER:
        return
    text.reading = wish.reading
    text.save(update_fields=["reading"])
    is_done = wish.is_certain
    if wish.reading == Reading.STOP:
        about = About.EVERYTHING if wish.of_everything else opting_out.about_last_text(text.number)
        opting_out.opt_out(text.number, about=about, how=OptOut.How.TEXT, by=None, text=text, now=now)
    else:
        # Who never stopped them means something else by it.
        is_done = opting_out.opt_in(text.number, how=OptOut.How.TEXT, by=None, now=now) > 0
    if is_done:
        _close(text, State.CLOSED, by=None, now=now)


def _close(text: InboundText, state: str, *, by: User | None, now: datetime) -> None:
    text.state, text.settled_at, text.settled_by = state, now, by
    text.save(update_fields=["state", "settled_at", "settled_by"])


def _sid(told: Mapping[str, str]) -> str:
    """The provider's number of a text; where it gives none, one that the same text has each time it comes."""
    given = next((told[name] for name in ("MessageSid", "SmsMessageSid", "SmsSid") if told.get(name)), "")
    if 0 < len(given) <= LONGEST_SID and given.isascii() and given.isprintable():
        return given
    facts = "\n".join(
        f"{name}={told.get(name, '')}" for name in ("From", "To", "Body", *(["MessageSid"] if given else []))
    )
    return hashlib.sha256(facts.encode(errors="replace")).hexdigest()


def _plain(text: str) -> str:
    """A text without what no database keeps: NUL, halves of signs, other invisible control characters."""
    kept = (sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
    return "".join(kept).strip()
