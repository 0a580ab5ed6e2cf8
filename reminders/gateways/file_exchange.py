"""Texts that leave in a file: for networks in which no machine of ours reaches the internet (docs/file-exchange.md).

A text that is handed over stands in the open file, in the same database as the outbox; so there is never a doubt
whether it was taken. What must never happen: a text in two files, or one put into a file that somebody has taken.
"""

from django.db import DatabaseError, transaction
from django.db.models import Max

from core.csvfile import FORMULA
from reminders.gateways import Answer, NotSent, Text, Unclear
from reminders.models import CarriedFile, CarriedLine
from reminders.wording import count_parts


class FileExchangeGateway:
    """Puts every text into the file that is open, and begins one where none is."""

    name = "file"
    is_real = True
    concurrency = 1
    is_carried = True

    def send(self, text: Text) -> Answer:
        if text.body.startswith(FORMULA):
            # A spreadsheet would run it, and a mark against that would be sent to the person.
            raise NotSent("wording")
        try:
            return _answer(_put(text))
        except DatabaseError as error:
            raise Unclear("broken") from error

    def status(self, provider_id: str) -> Answer | None:
        line = CarriedLine.objects.filter(token=provider_id.removeprefix("file-")).first()
        return _answer(line) if line else None

    def find(self, text: Text) -> Answer | None:
        line = CarriedLine.objects.filter(message_token=text.token).first()
        return _answer(line) if line else None

    def remove_words(self, provider_id: str) -> bool:
        # The file is ours; who carried it keeps nothing of it that we could reach.
        return True


@transaction.atomic
def _put(text: Text) -> CarriedLine:
    file, _is_new = CarriedFile.objects.select_for_update(of=("self",)).get_or_create(sha256="")
    last = file.lines.aggregate(last=Max("position"))["last"] or 0
    return CarriedLine.objects.create(
        file=file,
        position=last + 1,
        message_token=text.token,
        number=text.number,
        body=text.body,
        parts=count_parts(text.body),
        not_before=text.not_before,
        not_after=text.not_after,
    )


def _answer(line: CarriedLine) -> Answer:
    return Answer(line.provider_id, line.status, line.error_code)
