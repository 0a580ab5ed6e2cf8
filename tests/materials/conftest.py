import pytest

from materials.writing import begin_edition
from tests.make import materials as make


@pytest.fixture
def author(client):
    signed_in = make.author()
    client.force_login(signed_in)
    return signed_in


@pytest.fixture
def guide(author):
    return make.guide(steps=3, by=author)


@pytest.fixture
def draft(guide, author):
    return begin_edition(guide, by=author)
