"""What scenarios need to find in the practice city before they measure: a run open for registration, and its people."""

import itertools
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import User
from bench.frame.pictures import screens
from city.models import CityProfile, Venue
from classes import reminding
from classes.models import Course, CourseRun, Lesson, Registration
from core.pdf.png import normalise_png
from core.wareki import TOKYO
from materials.models import Edition, Procedure
from materials.pictures import add_upload, set_picture
from materials.publishing import publish
from materials.writing import GuideDetails, StepDetails, add_step, make_guide
from reminders.models import Message, Request
from reminders.routing import Channel, route
from residents.models import Resident


def clerk() -> User:
    """Somebody at reception."""
    return User.objects.filter(grants__role="reception").order_by("pk")[0]


def open_run(*, capacity: int, days_ahead: int = 14, **fields: Any) -> CourseRun:
    """A run of one lesson with the usual two reminders, whose reception is open."""
    now = timezone.now()
    # In the evening, when the practice city holds no class: nobody is asked whether they mean to be in two at once.
    begins = datetime.combine(timezone.localdate() + timedelta(days=days_ahead), time(19), TOKYO)
    usual: dict[str, Any] = {
        "course": Course.objects.order_by("pk")[0],
        "reception_opens_at": now - timedelta(days=7),
        "reception_closes_at": now + timedelta(days=7),
        "reminder_rules": [[3, "10:00"], [1, "15:00"]],
    }
    run = CourseRun.objects.create(capacity=capacity, **{**usual, **fields})
    Lesson.objects.create(
        run=run,
        ordinal=1,
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        venue=Venue.objects.order_by("pk")[0],
    )
    return run


def seat(run: CourseRun, residents: list[Resident], *, state: str = Registration.State.CONFIRMED) -> None:
    """Put people into a run without asking the deed, which is measured elsewhere."""
    now, by, last = timezone.now(), clerk(), run.registrations.count()
    Registration.objects.bulk_create(
        Registration(
            run=run,
            resident=resident,
            state=state,
            channel=Registration.Channel.PHONE,
            slip_number=number,
            waiting_since=now + timedelta(milliseconds=number) if state == Registration.State.WAITING else None,
            taken_at=now - timedelta(days=3),
            taken_by=by,
        )
        for number, resident in enumerate(residents, start=last + 1)
    )


def people(number: int, *, skip: int = 0) -> list[Resident]:
    """So many residents, always the same; `skip` leaves out the first."""
    found = list(Resident.objects.current().order_by("pk")[skip : skip + number])
    assert len(found) == number  # noqa: S101  (fewer would be measured as more speed)
    return found


def lift_limits() -> None:
    """Let texts be sent at any hour and in any number: a measurement may be taken at night."""
    city = CityProfile.current()
    city.sms_window_start, city.sms_window_end = time.min, time.max
    city.sms_monthly_yen = 2_000_000_000
    city.sms_daily_limit = city.sms_minute_limit = 1_000_000
    city.save()


def planned_texts(run: CourseRun, number: int) -> None:
    """So many texts that are due, each to one person who holds a seat, wishes to be texted and agreed to it."""
    reachable = Resident.objects.current().prefetch_related("phone_lines", "consents").order_by("pk")
    ways = ((resident, route(resident)) for resident in reachable.iterator(500))
    texted = list(itertools.islice(((who, way) for who, way in ways if way.channel == Channel.SMS), number))
    seat(run, [who for who, _way in texted])
    lesson = Lesson.objects.select_related("run__course", "venue").get(run=run)
    (body,), now = reminding.bodies_of([lesson], run=run, city=CityProfile.current()), timezone.now()
    due = {"purpose": reminding.PURPOSE, "occasion": f"lesson:{lesson.pk}", "body": body, "due_at": now}
    messages: list[Message] = []
    requests: list[Request] = []
    registrations = {entry.resident_id: entry for entry in run.registrations.all()}
    for copy in range(-(-number // len(texted))):
        rule = reminding.Rule(copy, time(10))
        for who, way in texted[: number - len(messages)]:
            assert way.phone is not None  # noqa: S101  (a text has a number)
            key = reminding.key_of(registrations[who.pk], lesson, rule)
            share = {"share_key": key, "number": way.phone.e164, "useless_after": lesson.starts_at}
            messages.append(Message(**due, **share))
            requests.append(Request(**due, key=key, resident=who, useless_after=lesson.starts_at))
    Message.objects.bulk_create(messages, batch_size=500)
    for request, message in zip(requests, messages, strict=True):
        request.message = message
    Request.objects.bulk_create(requests, batch_size=500)


def illustrated_guide(*, steps: int, pictures: int, folder: Path) -> Edition:
    """A published guide whose every step has 120 characters, readings and a screen of a telephone with a mark."""
    author = User.objects.filter(grants__role="author").order_by("pk")[0]
    about = Procedure.objects.select_related("topic").order_by("pk")[0]
    details = GuideDetails(title="画面を一つずつ見る手順書", topic=about.topic, procedure=about, system="android")
    edition = make_guide(details, slug="bench", by=author).draft
    assert edition is not None  # noqa: S101  (a guide begins with one)
    screens_kept = [
        add_upload(normalise_png(path.read_bytes()), description="「次へ」のある画面", by=author)
        for path in screens(folder, pictures)
    ]
    for number in range(steps):
        told = StepDetails(
            title="[[次へ]]を押す",
            actions="｜画面《がめん》の下にある[[次へ]]を押します。\n"
            "押しても変わらないときは、少し待ってからもう一度押してください。\n"
            "｜暗証番号《あんしょうばんごう》を聞かれたら、役所から届いた紙を見て、4桁の数字を入れます。",
            expected="次の画面に変わります。",
        )
        step = add_step(edition, told, by=author)
        mark = {"kind": "tap", "x": 0.5, "y": 0.9, "number": 1}
        set_picture(step, screens_kept[number % pictures], marks=[mark], by=author)
    return publish(edition, by=author)
