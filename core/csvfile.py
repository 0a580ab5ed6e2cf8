"""CSV files that open correctly and harmlessly in the office's spreadsheet.

What must never happen: a cell that a resident's words turn into a formula, a name cut in two by a line break, or a
character lost without anybody being told.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal, Self

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from core.kana import clean_name
from core.kanji_variants import VARIANTS
from core.wareki import TOKYO

# UTF-8 with the mark that Excel needs to recognise it; CP932 for programs that know nothing else.
Encoding = Literal["utf-8-sig", "cp932"]

# Spreadsheets take a cell that begins with one of these for a formula (CWE-1236); Japanese ones the wide forms as well.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Signs that CP932 has under another code point and the same look: nothing is lost.
_SAME_LOOK = str.maketrans("〜−–—‖¢£¬‐‑―•", "～－――∥￠￡￢‐‐―・")
# Printers put 〓 where a type is missing, and Japanese readers know it.
_MISSING = "〓"
_ROWS_A_CHUNK = 200


class Exact(str):
    """A value of our own making, such as +819012345678, which another program reads and no mark may stand before.

    Raises ValueError for anything that a spreadsheet could run.
    """

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        if value.startswith(FORMULA) and not (value[0] == "+" and value[1:].isascii() and value[1:].isdecimal()):
            raise ValueError("only a plus sign and digits are harmless in a spreadsheet")
        return super().__new__(cls, value)


def encoded_csv(
    rows: Iterable[Sequence[Any]],
    header: Sequence[Any],
    *,
    encoding: Encoding = "utf-8-sig",
    replaced: set[str] | None = None,
) -> Iterator[bytes]:
    """The file in pieces, for rows that do not fit into memory."""
    lost = set() if replaced is None else replaced
    if encoding == "utf-8-sig":
        yield "\ufeff".encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_cell(value) for value in header])
    for number, row in enumerate(rows, 1):
        writer.writerow([_cell(value) for value in row])
        if number % _ROWS_A_CHUNK == 0:
            yield encoded(_taken(buffer), encoding, lost)
    yield encoded(_taken(buffer), encoding, lost)


def csv_response(
    rows: Iterable[Sequence[Any]],
    header: Sequence[Any],
    *,
    filename: str,
    encoding: Encoding = "utf-8-sig",
) -> StreamingHttpResponse:
    """The file as a download, written while it is sent; kept by no cache, because rows may speak of people."""
    charset = "utf-8" if encoding == "utf-8-sig" else "shift_jis"
    response = StreamingHttpResponse(
        encoded_csv(rows, header, encoding=encoding), content_type=f"text/csv; charset={charset}"
    )
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    response["Cache-Control"] = "no-store"
    return response


def _cell(value: Any) -> str | int | float | Decimal:
    """One cell: numbers stay numbers, days and times are ISO in Tokyo, text is one line and never a formula."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        local = value.astimezone(TOKYO) if value.tzinfo else value
        return f"{local:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Exact):
        return str(value)
    text = clean_name(str(value))
    return f"'{text}" if text.startswith(FORMULA) else text


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def encoded(text: str, encoding: Encoding, lost: set[str]) -> bytes:
    """A text in an encoding of the office, without the mark at its head; what could not be kept is added to `lost`."""
    if encoding == "utf-8-sig":
        return text.encode()
    return "".join(_in_cp932(letter, lost) for letter in text.translate(_SAME_LOOK)).encode("cp932")


def _in_cp932(letter: str, lost: set[str]) -> str:
    """The letter, or its common form (吉 for 𠮷), or 〓; what is not the letter itself is noted as lost."""
    if _is_in_cp932(letter):
        return letter
    lost.add(letter)
    # A selector only chooses a form of the kanji before it, which is there.
    if "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef":
        return ""
    common = VARIANTS.get(letter, "")
    return common if common and _is_in_cp932(common) else _MISSING


def _is_in_cp932(letter: str) -> bool:
    try:
        letter.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
