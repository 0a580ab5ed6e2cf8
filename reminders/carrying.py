"""Files of texts that somebody at the office carries to a machine that can send them (docs/file-exchange.md).

A file is made when somebody is about to carry it, so that it holds what is wanted now; from then on it never changes.
What must never happen: a file sent twice because it was taken twice, or a practice person in a file.
"""

import hashlib
from datetime import datetime, time

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models import CityProfile
from core import audit
from core.csvfile import Encoding, Exact, encoded_csv
from core.officehours import next_working_day
from core.phone import PhoneNumber
from core.refusal import Refusal
from core.wareki import TOKYO, clock, local_date, short_date
from reminders import timing
from reminders.delivery import carry_next
from reminders.gateways import configured
from reminders.models import CarriedFile, CarriedLine, Message, Request
from reminders.routing import Channel, read_for_routes, stopped_among
from reminders.sharing import number_of
from reminders.ways import way_of

HEADER = ("file", "line", "token", "number_e164", "number_national", "body", "parts", "not_before", "not_after")

# What came back of a line in one of these states is final.
_SETTLED = (Message.State.DELIVERED, Message.State.FAILED)


class NoFilesHere(Refusal):
    """The installation sends its texts another way, or none."""

    sentence = _("This office does not carry its texts out in files.")


class NothingToCarry(Refusal):
    """No text is due."""

    sentence = _("No text is waiting to be carried out.")


class FileIsEmpty(Refusal):
    """The file holds nothing, or is still being filled by a colleague."""

    sentence = _("This file is still being filled. Please try again in a moment.")


class WasTaken(Refusal):
    """Somebody may have sent it already."""

    sentence = _("%(name)s took this file on %(day)s at %(time)s. Sent twice, everybody in it is texted twice.")


class WasForgotten(Refusal):
    """A person in the file was forgotten since; what is left is not the file that was made."""

    sentence = _("Somebody in this file has been forgotten since, so it is not given out any more.")


class LettersWouldBeLost(Refusal):
    """Shift_JIS does not have every character."""

    sentence = _("Shift_JIS does not have %(letters)s, which stands in this file. Please take the UTF-8 file.")


def waiting(*, due_by: datetime) -> "models.QuerySet[Message]":
    """Texts that would go into a file made now."""
    return Message.objects.due(due_by)


def end_of_today(now: datetime) -> datetime:
    """Until when texts are due that are carried out today."""
    return datetime.combine(local_date(now), time.max, TOKYO)


def end_of_next_working_day(now: datetime) -> datetime:
    """Until when texts are due that are carried out today because nobody is there before."""
    day = next_working_day(local_date(now), timing.closing_days(now))
    return datetime.combine(day, time.max, TOKYO)


def make_file(*, due_by: datetime, by: User, now: datetime | None = None) -> CarriedFile:
    """Put every text that is due by then, and wanted, into a file. Raises NoFilesHere or NothingToCarry.

    Each text is claimed and put in as the worker does it, so two clerks who press at once share the texts.
    """
    if settings.SMS_GATEWAY != "file":
        raise NoFilesHere
    gateway = configured()
    while carry_next(gateway, worker=f"file:{by.pk}", due_by=due_by, now=now):
        pass
    file = CarriedFile.objects.filter(sha256="", lines__isnull=False).first()
    if file is None:
        raise NothingToCarry
    return seal(file, by=by)


@transaction.atomic
def take(file: CarriedFile, *, encoding: Encoding, by: User, again: bool = False, now: datetime | None = None) -> bytes:
    """The file as it is carried out; whoever takes it `again` knows that it may have been sent.

    Raises FileIsEmpty, WasTaken, WasForgotten or LettersWouldBeLost.
    """
    # Nothing is joined: whoever waited for a colleague would read the file as it is now and beside it nobody.
    file = CarriedFile.objects.select_for_update().get(pk=file.pk)
    if not file.sha256:
        raise FileIsEmpty
    if file.taken_at is not None and not again:
        name = file.taken_by.name if file.taken_by else "—"
        raise WasTaken(name=name, day=short_date(file.taken_at), time=clock(file.taken_at))
    lines = list(file.lines.order_by("position"))
    if _digest(lines) != file.sha256:
        raise WasForgotten
    lost: set[str] = set()
    content = b"".join(encoded_csv((_row(line) for line in lines), HEADER, encoding=encoding, replaced=lost))
    if lost:
        raise LettersWouldBeLost(letters="".join(sorted(lost)))
    audit.record("file.taken", file, by=by, again=file.taken_at is not None, encoding=encoding)
    if file.taken_at is None:
        file.taken_at, file.taken_by = now or timezone.now(), by
        file.save(update_fields=["taken_at", "taken_by"])
    return content


def listed() -> "models.QuerySet[CarriedFile]":
    """Every file with how many texts it holds and how many results are missing, the newest first."""
    is_awaited = Message.objects.filter(token=OuterRef("lines__message_token"), state=Message.State.SENT)
    return (
        CarriedFile.objects.exclude(sha256="")
        .select_related("made_by", "taken_by")
        .annotate(texts=Count("lines"), awaited=Count("lines", filter=Q(Exists(is_awaited))))
        .order_by("-pk")
    )


def no_longer_wanted(file: CarriedFile, *, now: datetime | None = None) -> list[int]:
    """The lines to take out: since the file was made, nobody is to be told this any more, or so, or at this number.

    Of a line whose final result is known nothing is said.
    """
    settled = Message.objects.filter(token=OuterRef("message_token"), state__in=_SETTLED)
    lines = list(file.lines.filter(~Exists(settled)).order_by("position"))
    tokens = [line.message_token for line in lines]
    behind = Request.objects.standing().filter(message__token__in=tokens).select_related("message", "resident")
    requests = list(behind)
    read_for_routes([request.resident for request in requests])
    city, stopped = CityProfile.current(), stopped_among(request.resident for request in requests)
    right = set()
    for request in requests:
        way = way_of(request, city=city, stopped=stopped, now=now)
        if way.channel == Channel.SMS and request.message is not None:
            right.add((request.message.token, number_of(way), request.body))
    return [line.position for line in lines if (line.message_token, line.number, line.body) not in right]


@transaction.atomic
def seal(file: CarriedFile, *, by: User) -> CarriedFile:
    """Nothing is added any more. Harmless twice."""
    file = CarriedFile.objects.select_for_update().get(pk=file.pk)
    if file.sha256:
        return file
    lines = list(file.lines.order_by("position"))
    file.sha256, file.made_by = _digest(lines), by
    file.save(update_fields=["sha256", "made_by"])
    audit.record("file.made", file, by=by, texts=len(lines))
    return file


def _digest(lines: list[CarriedLine]) -> str:
    """The SHA-256 of the UTF-8 file; taking it in another encoding is still the same file."""
    return hashlib.sha256(b"".join(encoded_csv((_row(line) for line in lines), HEADER))).hexdigest()


def _row(line: CarriedLine) -> list[object]:
    national = PhoneNumber.from_e164(line.number).national if line.number else ""
    return [
        line.file_id,
        line.position,
        line.token,
        Exact(line.number),
        national,
        line.body,
        line.parts,
        line.not_before,
        line.not_after,
    ]
