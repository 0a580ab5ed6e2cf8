"""Builders of consultations."""

import uuid
from datetime import date
from typing import Any

from accounts.models import User
from accounts.roles import Role
from helpdesk.models import Consultation
from helpdesk.recording import ConsultationDetails, record
from materials.models import Edition, Step, Topic
from tests.make import accounts as make_accounts


def details(**fields: Any) -> ConsultationDetails:
    """What is known after an ordinary consultation, in which nobody got stuck."""
    edition: Edition | None = fields.get("edition")
    if "topic" not in fields:
        fields["topic"] = edition.guide.topic if edition else _topic()
    usual: dict[str, Any] = {
        "held_on": date(2026, 10, 5),
        "channel": "counter",
        "minutes": 15,
        "age_band": "70s",
        "device": "android",
        "operator": "guided",
        "outcome": "together",
        "form_key": uuid.uuid4(),
    }
    return ConsultationDetails(**{**usual, **fields})


def consultation(*, by: User | None = None, **fields: Any) -> Consultation:
    """A recorded consultation."""
    return record(details(**fields), by=by or make_accounts.user(Role.ADVISER))


def stuck(step: Step, cause: str = "pin", *, outcome: str = "counter", **fields: Any) -> Consultation:
    """A consultation that stopped at a step."""
    return consultation(edition=step.edition, stuck=[(step, cause)], outcome=outcome, **fields)


def _topic() -> Topic:
    return Topic.objects.get_or_create(key="talk", defaults={"name": "相談"})[0]
