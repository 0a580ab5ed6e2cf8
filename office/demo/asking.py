"""What people ask at the help desk of the practice city, and how it ends."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from core.officehours import next_working_day
from helpdesk.recording import ConsultationDetails
from materials.models import Edition, Topic
from office.demo.chance import any_key, weighted
from office.demo.town import Town

CAUSES = [
    ("pin", 26), ("account", 18), ("terms", 16), ("typing", 12), ("device", 8), ("anxiety", 8),
    ("network", 5), ("identity", 3), ("screen", 3), ("rules", 1),
]  # fmt: skip
OPERATORS = [("self", 30), ("guided", 55), ("proxy", 15)]
OUTCOMES_STUCK = [("together", 34), ("counter", 26), ("home", 18), ("elsewhere", 8), ("stopped", 14)]
OUTCOMES_FREE = [("alone", 45), ("together", 55)]
CHANNELS = [("counter", 55), ("phone", 20), ("hall", 20), ("home", 5)]
AGE_BANDS = [("under60", 6), ("60s", 22), ("70s", 42), ("80s", 24), ("90up", 3)]
DEVICES = [("android", 46), ("iphone", 26), ("easyphone", 20), ("tablet", 4)]
MINUTES = [5, 10, 15, 15, 15, 30, 30, 45]
NOTES = [
    "番号を書いた紙が見つからなかった",
    "家族が設定したので本人は知らないとのこと",
    "字を大きくすると読めた",
    "次回は娘さんと一緒に来る予定",
    "画面の言葉が手順書と少しちがった",
    "通信の契約を確かめてから続ける",
]


def somebody_asks(chance: Random, *, town: Town, editions: list[Edition], topics: list[Topic]) -> ConsultationDetails:
    """What is recorded of one consultation of today; in a little more than half of them somebody gets stuck."""
    edition = chance.choice(editions) if editions and chance.random() < 0.7 else None
    steps = list(edition.steps.order_by("ordinal")) if edition else []
    is_stuck = chance.random() < 0.55
    stuck = []
    if is_stuck:
        # Signing in with a PIN stops more people than anything else, and it comes late in most guides.
        step = chance.choices(steps, [1 + (n % 4 == 3) * 3 for n in range(len(steps))])[0] if steps else None
        stuck = [(step, weighted(chance, CAUSES))]
    today = timezone.localdate()
    outcome = weighted(chance, OUTCOMES_STUCK if is_stuck else OUTCOMES_FREE)
    later = next_working_day(today + timedelta(days=chance.randrange(3, 15)))
    return ConsultationDetails(
        held_on=today,
        channel=weighted(chance, CHANNELS),
        venue=chance.choice(town.venues) if chance.random() < 0.3 else None,
        minutes=chance.choice(MINUTES),
        age_band=weighted(chance, AGE_BANDS),
        device=weighted(chance, DEVICES),
        topic=edition.guide.topic if edition else chance.choice(topics),
        procedure=edition.guide.procedure if edition else None,
        edition=edition,
        stuck=stuck,
        operator=weighted(chance, OPERATORS),
        outcome=outcome,
        follow_up_on=later if outcome in {"home", "elsewhere"} and chance.random() < 0.5 else None,
        note=chance.choice(NOTES) if is_stuck and chance.random() < 0.3 else "",
        form_key=any_key(chance),
    )
