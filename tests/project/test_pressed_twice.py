"""Every button pressed twice: what the first press did stays as it is, and the second is no error."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client

from tests.make.office import Office
from tests.project.form_pages import STANDS, Stand

pytestmark = pytest.mark.django_db

# The words by which a password is set are used up by it.
ONCE_ONLY = {"account_change_password", "invitation_answer"}
# A second press says that the clerk is still at it, or shows another code, because nobody can read the first again.
MAY_RENEW = {"call_take", "offer_take", "user_create", "user_invite_again", "sheet_renew"}
# One more row, or the days of a series, to fill in; what a text or a rule comes to; nothing done.
NO_DEED = {"add_row", "fill_in", "explain", "try", "again"}
# Looking again is on record again, and a run chosen again is held for as long again.
NOT_COMPARED = {"core.AuditEntry", "sessions.Session", "classes.SeatHold"}
TWICE = [stand for stand in STANDS if stand.to not in ONCE_ONLY]


@pytest.mark.parametrize("stand", TWICE, ids=[each.to for each in TWICE])
def test_a_button_pressed_twice_is_pressed_once(stand: Stand, at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    if not stand.signed_in:
        client.logout()
    form, _page = stand.form(client, made)
    whole = stand.pressed(form, made)
    buttons = [{name: value} for name, value in form.buttons if name and name not in NO_DEED] or [{}]
    for button in buttons:
        with transaction.atomic():
            client.post(stand.address(made), whole | button)
            once = everything()
            again = client.post(stand.address(made), whole | button)

            assert again.status_code in stand.answers
            assert [str(each) for each in get_messages(again.wsgi_request) if each.level_tag == "error"] == []
            if stand.to not in MAY_RENEW:
                assert changes(once, everything()) == [], button
            transaction.set_rollback(True)


def everything() -> dict[str, list[Any]]:
    """All rows of the installation."""
    kept = (model for model in apps.get_models() if model._meta.label not in NOT_COMPARED)
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in kept}


def changes(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    return [
        f"{label}: {row}"
        for label, rows in after.items()
        for row in [*rows, *before[label]]
        if row not in before[label] or row not in rows
    ]
