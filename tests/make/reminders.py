"""Builders of requests, messages and calls, and a purpose that answers as a test wishes."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from core.phone import PhoneNumber
from core.wareki import TOKYO
from reminders import carrying, outbox, purposes
from reminders.about import About
from reminders.gateways import Text
from reminders.gateways.file_exchange import FileExchangeGateway
from reminders.inbound import receive
from reminders.models import CallTask, CarriedFile, InboundText, Message, Request, new_token
from reminders.purposes import Field, Sample
from residents.intake import PhoneDetails
from residents.models import ContactWish, Resident
from tests.make import accounts as make_accounts
from tests.make import residents as make_residents

# A Wednesday without a holiday near it.
NOON = datetime(2026, 12, 2, 12, 0, tzinfo=TOKYO)
LESSON = datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO)
BODY = "【葛城市】スマホ講座 12月4日（金）午前10時 忍海集会所 欠席は0745-00-0000へ"

_numbers = count(1)


class TestPurpose:
    """A purpose whose reminders are due until it is told otherwise, and that remembers what it hears."""

    __test__ = False
    name = "test-purpose"
    label = "テスト"
    about = About.BOOKED
    fields = (Field("title", "講座名", "title"), Field("venue", "会場", "venue", may_be_cut=True))
    wordings = ("【{市名}】「{講座名}」{会場}。欠席は{電話}へ", "【{市名}】{会場}。問合せ{電話}")

    def __init__(self) -> None:
        self.no_longer_due: set[str] = set()
        self.broken: set[str] = set()
        self.heard: list[tuple[str, str]] = []

    def sample(self) -> Sample:
        return Sample({"title": "写真をとって送る", "venue": "忍海集会所"}, people=12)

    def still_due(self, keys: Collection[str], *, now: datetime) -> set[str]:
        if not self.broken.isdisjoint(keys):
            raise RuntimeError("the application behind this reminder is broken")
        return set(keys) - self.no_longer_due

    def script(self, key: str) -> str:
        return f"葛城市です。講座のご確認です。（{key}）"

    def on_outcome(self, key: str, outcome: str, by: Any) -> None:
        self.heard.append((key, outcome))

    def link(self, key: str) -> str:
        return ""


@contextmanager
def purpose() -> Iterator[TestPurpose]:
    """The test purpose, registered for a while."""
    made = TestPurpose()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(purposes._PURPOSES, made.name, made)
        yield made


def textable(phone: PhoneNumber | None = None, **fields: Any) -> Resident:
    """Somebody with a mobile who asked for texts."""
    phone = phone or make_residents.mobile()
    return make_residents.resident(phones=[PhoneDetails(phone)], contact_wish=ContactWish.SMS, **fields)


def real_textable(**fields: Any) -> Resident:
    """Somebody who is not for practice, with a mobile outside the band that nobody owns."""
    made = textable(PhoneNumber.from_e164(f"+81901234{next(_numbers):04}"), **fields)
    Resident.objects.filter(pk=made.pk).update(is_practice=False)
    return Resident.objects.get(pk=made.pk)


def callable_(**fields: Any) -> Resident:
    """Somebody with a landline, who is called unless told otherwise."""
    usual: dict[str, Any] = {"phone": make_residents.landline(), "contact_wish": ContactWish.CALL}
    return make_residents.resident(**{**usual, **fields})


def by_post(**fields: Any) -> Resident:
    """Somebody who asked for a postcard and gave an address."""
    usual = {"contact_wish": ContactWish.POSTCARD, "postal_code": "639-2113", "address": "葛城市忍海1番地"}
    return make_residents.resident(**{**usual, **fields})


def postcard(resident: Resident | None = None, **fields: Any) -> CallTask:
    """A postcard to be posted, for a lesson in two weeks."""
    return call(resident or by_post(), **{"useless_after": NOON + timedelta(days=14), **fields})


def clerk(name: str = "中村") -> User:
    """Somebody at reception, who makes the calls."""
    return make_accounts.user(Role.RECEPTION, name=name)


def request(resident: Resident | None = None, **fields: Any) -> Request:
    """A reminder asked for: due now, of use until a lesson in two days."""
    usual: dict[str, Any] = {
        "key": f"registration:{next(_numbers)}:lesson:31:day-before",
        "purpose": TestPurpose.name,
        "resident": resident or textable(),
        "occasion": "lesson:31",
        "body": BODY,
        "due_at": NOON,
        "useless_after": LESSON,
    }
    return asked_for(**{**usual, **fields})


def asked_for(*, by: User | None = None, **asked: Any) -> Request:
    """What one person is to be told; `asked` are the fields of an Ask."""
    return outbox.enqueue_all([outbox.Ask(**asked)], by=by)[0]


def asked_again(request: Request, **changed: Any) -> Request:
    """Ask once more under the same key."""
    facts = {name: getattr(request, name) for name in ("key", "purpose", "occasion", "body", "due_at", "useless_after")}
    return asked_for(**{**facts, "resident": Resident.objects.get(pk=request.resident_id), **changed})


def message(resident: Resident | None = None, **fields: Any) -> Message:
    """A planned text."""
    made = request(resident, **fields).message
    assert made is not None
    return made


def call(resident: Resident | None = None, **fields: Any) -> CallTask:
    """An open call."""
    made = request(resident or callable_(), **fields).call
    assert made is not None
    return made


def sent(resident: Resident | None = None, *, at: datetime = NOON, **fields: Any) -> Message:
    """A text that the provider took and has not reported on."""
    made = message(resident, **fields)
    Message.objects.filter(pk=made.pk).update(
        state=Message.State.SENT,
        gateway="memory",
        claimed_at=at,
        claimed_by="worker",
        sent_at=at,
        tries=1,
        provider_id=f"memory-{made.token}",
        provider_status="queued",
    )
    made.refresh_from_db()
    return made


def inbound(resident: Resident, body: str = "行けません") -> InboundText:
    """A text that came from somebody's telephone."""
    made = receive(
        {"MessageSid": f"SM{next(_numbers):032}", "From": resident.phone_lines.all()[0].number, "Body": body}
    )
    made.refresh_from_db()
    return made


def carried_file(by: User, body: str = BODY) -> CarriedFile:
    """A file with one text in it, made and not taken."""
    FileExchangeGateway().send(Text(new_token(), "+819012345678", body, 3600, NOON, not_before=NOON, not_after=LESSON))
    return carrying.seal(CarriedFile.objects.get(sha256=""), by=by)


def later(**delta: float) -> datetime:
    """Some time after NOON."""
    return NOON + timedelta(**delta)
