"""Who is at the desk, and who calls."""

import pytest
from django.test import Client

from accounts.models import User
from residents.models import Resident
from tests.make import residents as make_residents


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    """The browser in which the clerk has signed in."""
    return client


@pytest.fixture
def shigeru() -> Resident:
    return make_residents.resident(phone="0745-00-1834", birth_year=1948)
