"""Consultations: one recorded at the table, and fifty thousand of them analysed."""

import statistics
import uuid
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone

from bench.frame import anchors
from bench.frame.databases import DATABASES, POSTGRES, SHOWN
from bench.frame.registry import Measurement, Of, at_most, scenario
from bench.frame.run import Run
from bench.frame.stopwatch import median_ms
from core import wareki
from helpdesk.models import Consultation
from materials.models import Edition

MANY = 50_000


@scenario("consultation", target=at_most(4))
def consultation(run: Run) -> Iterator[Measurement]:
    """A consultation sent in with a difficulty at a step, wall time."""
    for kind in DATABASES:
        with run.site(kind) as site:
            edition = Edition.objects.published().order_by("pk")[0]
            path = f"/consultations/new/?edition={edition.pk}"
            client = site.colleague("adviser")
            client.get(path)
            told = {
                "stuck_at": "2",
                "cause": "pin",
                "operator": "guided",
                "outcome": "together",
                "held_on": wareki.wareki(timezone.localdate()),
                "channel": "counter",
                "minutes": "15",
                "age_band": "70s",
                "device": "android",
            }
            before = Consultation.objects.count()

            def save() -> object:
                return client.post(path, {**told, "form_key": uuid.uuid4()})  # noqa: B023  (called before the next round)

            taken = median_ms(save, times=100, warm=20)
            assert Consultation.objects.count() == before + 120  # noqa: S101  (a refusal would be fast)
            yield Measurement(f"save, {SHOWN[kind]}", taken, "ms", anchors.floor_page(run, kind))


@scenario("analysis", target=at_most(60, Of.VALUE))
def analysis(run: Run) -> Iterator[Measurement]:
    """The page of difficulties over fifty thousand consultations, and with one filter, time in the server."""
    for kind in DATABASES:
        with run.site(kind) as site:
            multiply_consultations(kind)
            anchor = anchors.group_by(run, kind)
            client = site.colleague("analyst")
            for name, path in [
                ("first view", "/insights/"),
                ("all years", "/insights/?fiscal_year=all"),
                ("one age band", "/insights/?fiscal_year=all&age_band=70s"),
                ("one device", "/insights/?fiscal_year=all&device=android"),
            ]:
                answers = [client.get(path) for _ in range(12)]
                taken = statistics.median(answer.server_ms for answer in answers[4:])
                yield Measurement(f"{name}, {SHOWN[kind]}", taken, "ms", anchor)


def multiply_consultations(kind: str) -> None:
    """Write the consultations of the city again under other numbers until there are enough."""
    fresh_key = "gen_random_uuid()" if kind == POSTGRES else "lower(hex(randomblob(16)))"
    names = [str(field.column) for field in Consultation._meta.concrete_fields if field.name not in {"id", "form_key"}]
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(id) FROM helpdesk_consultation")
        have, last = cursor.fetchone()
        for copy in range(1, -(-MANY // have)):
            cursor.execute(
                f"INSERT INTO helpdesk_consultation (id, form_key, {columns}) "
                f"SELECT id + {copy * last}, {fresh_key}, {columns} FROM helpdesk_consultation WHERE id <= {last}"
            )
            cursor.execute(
                "INSERT INTO helpdesk_difficulty (consultation_id, step_id, cause) "
                f"SELECT consultation_id + {copy * last}, step_id, cause FROM helpdesk_difficulty "
                f"WHERE consultation_id <= {last}"
            )
        cursor.execute("VACUUM ANALYZE" if kind == POSTGRES else "ANALYZE")
    assert Consultation.objects.count() >= MANY  # noqa: S101  (fewer would be measured as more speed)
