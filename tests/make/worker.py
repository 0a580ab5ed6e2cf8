"""The worker as a process of its own, on a real installation's database and with a local Twilio."""

import os
import sqlite3
import subprocess
import sys
from datetime import time as clock_time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from django.utils import timezone

from city.models import CityProfile
from classes.reminding import PURPOSE
from core.phone import PhoneNumber
from reminders.models import Message, Request
from residents.intake import PhoneDetails
from residents.models import ContactWish
from tests.make import classes as make_classes
from tests.make import residents as make_residents
from tests.make.door import Door
from tests.make.patience import PATIENCE_SECONDS
from tests.make.twilio_server import TwilioServer
from tests.project.places import ROOT
from tools.check import PRODUCTION


def real_texts_due(number: int) -> list[str]:
    """A real city where texts leave at any hour, and so many of them due now; gives the numbers they go to."""
    CityProfile.current()
    CityProfile.objects.update(
        practice=False,
        sms_window_start=clock_time.min,
        sms_window_end=clock_time.max,
        calls_from=clock_time.min,
        calls_until=clock_time.max,
        sms_monthly_yen=1_000_000,
        sms_daily_limit=10_000,
        sms_minute_limit=10_000,
    )
    clerk = make_classes.clerk()
    run = make_classes.run(capacity=number, reminder_rules=[[1, "15:00"]])
    for each in range(number):
        phone = PhoneDetails(PhoneNumber.from_e164(f"+8190123{each:05}"))
        person = make_residents.resident(phones=[phone], contact_wish=ContactWish.SMS, by=clerk)
        make_classes.registration(run, person, by=clerk)
    # Whoever is booked is told of that, too; here everybody gets one text.
    Request.objects.exclude(purpose=PURPOSE).delete()
    Message.objects.filter(requests__isnull=True).delete()
    Message.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    return list(Message.objects.order_by("number").values_list("number", flat=True))


def copied_to(file: Path) -> str:
    """The address of a copy of this test's embedded database, which processes of their own can open."""
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    return f"sqlite:///{file}"


def shared(door: Door | None = None) -> str:
    """The address of this test's PostgreSQL database, itself or through a door."""
    found = connection.settings_dict
    who = f"{found['USER']}:{quote(found['PASSWORD'])}"
    where = f"127.0.0.1:{door.port}" if door else f"{found['HOST']}:{found['PORT'] or 5432}"
    return f"postgres://{who}@{where}/{found['NAME']}"


def door_to_the_database() -> Door:
    """A door that this test can shut, in front of its PostgreSQL server."""
    found = connection.settings_dict
    return Door(found["HOST"], int(found["PORT"] or 5432))


def start(
    *arguments: str, database_url: str, var: Path, twilio: TwilioServer, command: str = "work"
) -> subprocess.Popen[str]:
    """`manage.py work`, or another command, with production's settings and patience with a provider on this machine."""
    environment = PRODUCTION | twilio.settings | {"DATABASE_URL": database_url, "VAR_DIR": str(var)}
    environment["TWILIO_TIMEOUT_SECONDS"] = str(PATIENCE_SECONDS)
    return subprocess.Popen(
        [sys.executable, "manage.py", command, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
