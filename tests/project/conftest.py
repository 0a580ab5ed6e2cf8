"""An office in which there is one of everything, and somebody signed in who may do everything."""

import pytest
from django.test import Client

from tests.make.office import Office, office


@pytest.fixture
def at_work(client: Client) -> tuple[Client, Office]:
    made = office()
    client.force_login(made.chief)
    return client, made
