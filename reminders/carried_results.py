"""What came back about texts that were carried out in files (docs/file-exchange.md).

People bring results in any order, twice, with lines missing and from programs that know other words. What is plain is
taken down, the rest is named by its line. What must never happen: a result for a text that stands in no file of ours.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.refusal import Refusal
from reminders import receipts
from reminders.gateways import Answer
from reminders.models import CarriedLine, Message

MOST_BYTES = 2 * 1024 * 1024
MOST_LINES = 20_000
NAMED_AT_MOST = 20


class ResultsAreUnreadable(Refusal):
    """Neither UTF-8 nor Shift_JIS, or no text at all."""

    sentence = _("This is no text file. Please choose the CSV file with the results, in UTF-8 or Shift_JIS.")


class ResultsAreTooLong(Refusal):
    """Far more than any office sends."""

    sentence = _("This file is too long. At most %(megabytes)d MB and %(lines)d lines are taken at once.")


class ColumnsAreMissing(Refusal):
    """The head of the table is not ours."""

    sentence = _(
        "The first line has to name the columns “token” and “status”, and “code” where there is one. Found: %(found)s"
    )


# What stands over a column, as sending programs and people write it.
_COLUMNS = {
    "token": ("token", "照合番号"),
    "status": ("status", "result", "結果", "状態"),
    "code": ("code", "error_code", "reason", "理由", "エラーコード"),
}
_STATUSES = {
    "delivered": ("delivered", "ok", "success", "成功", "到達", "送達", "配信済", "配信済み"),
    "undelivered": ("undelivered", "ng", "不達", "未達", "失敗"),
    "failed": ("failed", "error", "エラー", "未送信"),
    "sent": ("sent", "送信済", "送信済み", "配信中", "送信中"),
}
# The usual reasons in words, as the provider's codes that the desk knows (reminders.codes).
_REASONS = {
    "30003": ("off", "圏外", "電源断", "圏外・電源断"),
    "30004": ("refused", "受信拒否", "拒否"),
    "30005": ("unknown", "欠番", "使われていない番号"),
    "30006": ("landline", "固定電話"),
    "30036": ("expired", "期限切れ", "有効期限切れ"),
    "21610": ("optout", "停止", "配信停止"),
}
_NO_REASON_WE_KNOW = "other"


@dataclass(frozen=True)
class Taken:
    """What became of some results: how many were news, and which lines nobody could use."""

    news: int = 0
    known: int = 0
    strangers: list[int] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """One line that came back."""

    line: int
    token: str
    status: str
    code: str


def read(content: bytes) -> list[Result]:
    """The lines of a file of results. Raises a Refusal of this module."""
    if len(content) > MOST_BYTES:
        raise ResultsAreTooLong(megabytes=MOST_BYTES // 1024 // 1024, lines=MOST_LINES)
    try:
        return list(_results(_decoded(content)))
    except csv.Error as error:
        raise ResultsAreUnreadable from error


def take_down(results: list[Result], *, by: User, now: datetime | None = None) -> Taken:
    """Let every text of ours know what became of it; only what is news counts, and the first final word stands."""
    at = now or timezone.now()
    lines = {line.token: line for line in CarriedLine.objects.filter(token__in={each.token for each in results})}
    news, known, strangers, unclear = 0, 0, [], []
    for each in results:
        line, status = lines.get(each.token), _meant(_STATUSES, each.status)
        if line is None:
            strangers.append(each.line)
        elif status is None:
            unclear.append(each.line)
        elif _apply(line, status, _code(each.code), now=at):
            news += 1
        else:
            known += 1
    audit.record("file.results", by=by, news=news, known=known, strangers=len(strangers), unclear=len(unclear))
    return Taken(news, known, strangers, unclear)


@transaction.atomic
def _apply(line: CarriedLine, status: str, code: str, *, now: datetime) -> bool:
    try:
        is_news = receipts.apply(line.message_token, Answer(line.provider_id, status, code), now=now)
    except Message.DoesNotExist:
        return False
    if is_news:
        line.status, line.error_code = status, code
        line.save(update_fields=["status", "error_code"])
    return is_news


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # UTF-16 and pictures are full of it, and no database looks for it.
        if "\x00" not in text:
            return text
    raise ResultsAreUnreadable


def _results(text: str) -> Iterator[Result]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text.partition("\n")[0] else ",")
    head = [_plain(cell) for cell in next(rows, [])]
    at = {
        name: next((head.index(each) for each in spelled if each in head), None) for name, spelled in _COLUMNS.items()
    }
    if at["token"] is None or at["status"] is None:
        raise ColumnsAreMissing(found=", ".join(head)[:120] or "—")
    for number, row in enumerate(rows, 2):
        if number > MOST_LINES:
            raise ResultsAreTooLong(megabytes=MOST_BYTES // 1024 // 1024, lines=MOST_LINES)
        if any(cell.strip() for cell in row):
            cells = {name: _cell(row, place) for name, place in at.items()}
            yield Result(number, cells["token"].upper(), cells["status"], cells["code"])


def _cell(row: list[str], place: int | None) -> str:
    return _plain(row[place]) if place is not None and place < len(row) else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().strip("'").casefold()


def _meant(words: dict[str, tuple[str, ...]], said: str) -> str | None:
    return next((meant for meant, spelled in words.items() if said in map(_plain, spelled)), None)


def _code(said: str) -> str:
    """A reason as a code: in words, as a code already, or one that we do not know, after which somebody calls."""
    if not said or (said.isascii() and said.isdecimal() and len(said) <= 6):
        return said
    return _meant(_REASONS, said) or _NO_REASON_WE_KNOW
