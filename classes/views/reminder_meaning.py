"""What the reminders in a form mean for the next lesson, on whichever page they are written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from city.models import CityProfile
from city.reminder_rows import ReminderRows
from classes.foretelling import foretell
from classes.reminding import in_turn

# The button that shows it and saves nothing; htmx sends it while somebody types.
EXPLAIN = "explain"
PART = "classes/reminder_meaning.html"


def meaning(typed: Mapping[str, Any], starts_at: datetime | None, *, city: CityProfile) -> dict[str, Any]:
    """The context of the part that says it; nothing is known while the rules or the lesson cannot be read."""
    rows = ReminderRows(typed)
    if starts_at is None or not rows.is_valid():
        return {"meanings": None}
    return {"meanings": foretell(starts_at, in_turn(rows.rules()), city=city), "meant_for": starts_at}
