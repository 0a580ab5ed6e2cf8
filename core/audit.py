"""Record who did what, and who looked at whom.

Entries hold ids and codes only. A name, a telephone number or a sentence somebody typed must never get in: the log is
kept longer than the people it is about, and read by others than those who may see them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from core.models import AuditEntry

# A page opened in the morning and saved in the evening is one look.
LOOK_LASTS = timedelta(hours=12)

_kept_back: ContextVar[list[AuditEntry] | None] = ContextVar("_kept_back", default=None)


def record(action: str, subject: Model | None = None, *, by: Model | None, **facts: Any) -> AuditEntry:
    """Write one entry of the audit log.

    `action` is a dotted name such as "registration.made"; `by` is the user, or None for the worker. Facts are numbers,
    booleans, dates, short codes, or model instances (kept as their id).

    Raises ValueError on a fact that could be personal data: a long text or one with spaces.
    """
    entry = _entry(action, subject, facts, by=by)
    kept_back = _kept_back.get()
    if kept_back is None:
        entry.save(force_insert=True)
    else:
        kept_back.append(entry)
    return entry


@contextmanager
def in_one_go() -> Iterator[None]:
    """Write all that is recorded inside at its end, in one statement; nothing of it when the deed fails.

    For a deed's own transaction: what was done and not yet written must not be committed.
    """
    entries: list[AuditEntry] = []
    outer = _kept_back.set(entries)
    try:
        yield
    finally:
        _kept_back.reset(outer)
    _write(entries)


def stands(action: str, subject: Model, *, by: Model) -> bool:
    """True when the same person's same look at the same record is in the log of the last hours.

    Asked where a page answers a form that was opened on it: a form sent to a page that was never opened is a look too.
    """
    since = timezone.now() - LOOK_LASTS
    of_subject = AuditEntry.objects.filter(subject_type=subject._meta.label, subject_id=str(subject.pk))
    return of_subject.filter(action=action, by_id=by.pk, at__gte=since).exists()


def record_all(action: str, told: Iterable[tuple[Model, dict[str, Any]]], *, by: Model | None) -> None:
    """Write one entry each for several subjects with their facts, in one go."""
    _write([_entry(action, subject, facts, by=by) for subject, facts in told])


def _write(entries: list[AuditEntry]) -> None:
    kept_back = _kept_back.get()
    if kept_back is None:
        AuditEntry.objects.bulk_create(entries)
    else:
        kept_back.extend(entries)


def _entry(action: str, subject: Model | None, facts: dict[str, Any], *, by: Model | None) -> AuditEntry:
    return AuditEntry(
        action=action,
        by_id=by.pk if by is not None else None,
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        facts={name: _as_code(name, value) for name, value in facts.items()},
    )


def _as_code(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return [_as_code(name, item) for item in value]
    text = str(value)
    if len(text) > 64 or not text.isascii() or " " in text:
        raise ValueError(f"The audit fact {name!r} is not an id or a code.")
    return text
