"""The letterbox: what is to be said to whom, by which way, and what became of it."""

from reminders.models.answers import InboundText, OptOut, OptOutQuerySet
from reminders.models.calls import (
    CallAttempt,
    CallSheet,
    CallSheetLine,
    CallSheetLineQuerySet,
    CallTask,
    CallTaskQuerySet,
    Outcome,
)
from reminders.models.carried import CarriedFile, CarriedLine, new_line_token
from reminders.models.requests import Request, RequestQuerySet
from reminders.models.texts import Message, MessageEvent, MessageQuerySet, new_token
from reminders.models.words import Wording, WordingQuerySet
from reminders.models.worker import Halt, Heartbeat

__all__ = [
    "CallAttempt",
    "CallSheet",
    "CallSheetLine",
    "CallSheetLineQuerySet",
    "CallTask",
    "CallTaskQuerySet",
    "CarriedFile",
    "CarriedLine",
    "Halt",
    "Heartbeat",
    "InboundText",
    "Message",
    "MessageEvent",
    "MessageQuerySet",
    "OptOut",
    "OptOutQuerySet",
    "Outcome",
    "Request",
    "RequestQuerySet",
    "Wording",
    "WordingQuerySet",
    "new_line_token",
    "new_token",
]
