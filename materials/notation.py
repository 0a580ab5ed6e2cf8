"""How authors write readings and screen words: ｜暗証番号《あんしょうばんごう》 and [[確認]].

The notation is that of the Aozora library, which many volunteers know: ｜ begins the words a reading belongs to, and
may be left out before kanji. Whatever is no complete notation is ordinary text and printed as it stands, never
dropped.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

KANJI = r"々〆ヶ\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\U000e0100-\U000e01ef"
_SCREEN_WORD = re.compile(r"\[\[([^\[\]\n]{1,60})\]\]")
_READING = re.compile(rf"(?:｜([^｜《》\n]{{1,40}})|([{KANJI}]{{1,20}}))《([^《》｜\n]{{1,40}})》")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a text: plain, with a reading over it, or the words of a key on the screen."""

    text: str
    reading: str = ""
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text as runs; what it says does not depend on whether readings are shown."""

    runs: tuple[Run, ...] = ()

    def __bool__(self) -> bool:
        return any(run.text for run in self.runs)

    def __str__(self) -> str:
        """The words alone, screen words in 「」, as they are read aloud."""
        return "".join(f"「{run.text}」" if run.is_key else run.text for run in self.runs)


def parse(text: str) -> list[Run]:
    """The runs of a text, readings included."""
    runs: list[Run] = []
    at = 0
    for match in _SCREEN_WORD.finditer(text):
        runs += _with_readings(text[at : match.start()])
        runs += _key(match[1])
        at = match.end()
    return runs + _with_readings(text[at:])


def words(text: str, *, ruby: bool, common: Sequence[str] = ()) -> Words:
    """A text ready to be shown, with or without readings.

    With `ruby`, words that carry no reading of their own get the one they have in `common`, a list of words in the same
    notation. A reading after a screen word stays in any case: it says how to pronounce foreign letters.
    """
    runs = parse(text)
    if not ruby:
        return Words(tuple(_joined(Run(run.text, is_key=run.is_key) for run in runs)))
    readings = _lookup(tuple(common))
    shown: list[Run] = []
    for run in runs:
        shown += [run] if run.reading or run.is_key else _read_aloud(run.text, readings)
    return Words(tuple(_joined(shown)))


def plain(text: str) -> str:
    """The words alone, screen words in 「」."""
    return str(words(text, ruby=False))


def _with_readings(text: str) -> list[Run]:
    runs = []
    at = 0
    for match in _READING.finditer(text):
        if match.start() > at:
            runs.append(Run(text[at : match.start()]))
        runs.append(Run(match[1] or match[2], reading=match[3]))
        at = match.end()
    if at < len(text):
        runs.append(Run(text[at:]))
    return runs


def _key(label: str) -> list[Run]:
    """The words of a key; a reading in it follows in brackets, because no reading fits over a frame."""
    parts = _with_readings(label)
    reading = "".join(part.reading for part in parts)
    key = Run("".join(part.text for part in parts), is_key=True)
    return [key, Run(f"（{reading}）")] if reading else [key]


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbouring plain runs as one."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and not (last.reading or last.is_key or run.reading or run.is_key):
            joined[-1] = Run(last.text + run.text)
        elif run.text:
            joined.append(run)
    return joined


@dataclass(frozen=True)
class _Lookup:
    pattern: re.Pattern[str]
    runs: dict[str, tuple[Run, ...]]


@lru_cache(maxsize=8)
def _lookup(common: tuple[str, ...]) -> _Lookup | None:
    """The words of a list, the longest first. A single kanji is only read where no other kanji touches it."""
    found = {"".join(run.text for run in runs): tuple(runs) for runs in map(_with_readings, common)}
    if not found:
        return None
    alone = f"(?<![{KANJI}])%s(?![{KANJI}])"
    ordered = sorted(found, key=len, reverse=True)
    patterns = [alone % re.escape(word) if len(word) == 1 else re.escape(word) for word in ordered]
    return _Lookup(re.compile("|".join(patterns)), found)


def _read_aloud(text: str, readings: _Lookup | None) -> list[Run]:
    if readings is None:
        return [Run(text)]
    runs: list[Run] = []
    at = 0
    for match in readings.pattern.finditer(text):
        if match.start() > at:
            runs.append(Run(text[at : match.start()]))
        runs += readings.runs[match[0]]
        at = match.end()
    if at < len(text):
        runs.append(Run(text[at:]))
    return runs
