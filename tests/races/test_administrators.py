"""Two administrators take the office from each other at the same moment."""

import time

import pytest

from accounts import staffing
from accounts.models import User
from accounts.roles import Role
from accounts.staffing import LastAdministrator, close_account
from tests.make import accounts as make_accounts
from tests.races.clerks import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_two_administrators_who_close_each_other_leave_one(monkeypatch) -> None:
    look = staffing._refuse_if_last
    # A long pause between looking and writing, in which the other one looks as well.
    monkeypatch.setattr(staffing, "_refuse_if_last", lambda *asked: look(*asked) or time.sleep(0.5))
    first, second = make_accounts.user(Role.ADMINISTRATOR), make_accounts.user(Role.ADMINISTRATOR)

    outcomes = together(lambda: close_account(second, by=first), lambda: close_account(first, by=second))

    assert [type(outcome) for outcome in outcomes if outcome is not None] == [LastAdministrator]
    assert User.objects.filter(is_active=True).count() == 1
