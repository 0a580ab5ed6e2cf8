import logging

import pytest
from django.db import IntegrityError, transaction

from core.logs import Formatter
from residents.models import Resident
from tests.make import residents as make

FORMATTER = Formatter("%(levelname)s %(message)s")


def written(error: Exception) -> str:
    """The log's words about an error, with the errors behind it."""
    outer = RuntimeError("went wrong")
    outer.__cause__ = error
    about = (RuntimeError, outer, None)
    entry = logging.LogRecord("x", logging.ERROR, "", 0, "Internal Server Error: %s", ("/desk/",), about)
    return FORMATTER.format(entry)


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_does_not_stand_in_the_log():
    person = make.resident(family_name="髙橋", accommodation="右耳が\n聞こえにくい", accommodation_consent=True)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Resident.objects.filter(pk=person.pk).update(given_name=None)

    text = written(refused.value)

    assert "髙橋" not in text
    assert "聞こえにくい" not in text
    assert "given_name" in text
    assert "RuntimeError: went wrong" in text


def test_what_says_nothing_of_a_row_is_written_whole():
    assert "ValueError: the DETAIL: of a sentence" in written(ValueError("the DETAIL: of a sentence"))


def test_the_log_of_every_installation_is_written_so(settings):
    assert settings.LOGGING["formatters"]["plain"]["()"] == "core.logs.Formatter"
