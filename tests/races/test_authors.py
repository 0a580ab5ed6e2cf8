"""Two authors who save what they had open at the same moment: the second hears of the first."""

from copy import copy

import pytest

from core.stale import ChangedMeanwhile, as_it_stands, fingerprint
from materials.models import Term
from materials.shelving import keep_procedure, keep_term
from tests.make import materials as make
from tests.races.test_colleagues import while_a_colleague_waits

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    ("keep", "write", "box"),
    [
        (keep_procedure, make.procedure, "cost"),
        (keep_term, lambda: Term.objects.create(word="アプリ", explanation="道具"), "source"),
    ],
    ids=["procedure", "term"],
)
def test_of_two_who_save_one_page_at_once_the_second_replaces_nothing_unseen(keep, write, box) -> None:
    record, author, colleague = write(), make.author(), make.author()
    seen, other = fingerprint(as_it_stands(record)), copy(record)
    setattr(record, box, "ほかの人の言葉")
    setattr(other, box, "わたしの言葉")

    refused = while_a_colleague_waits(
        lambda: keep(record, by=colleague, seen=seen), lambda: keep(other, by=author, seen=seen)
    )

    assert isinstance(refused, ChangedMeanwhile)
    assert getattr(type(record).objects.get(pk=record.pk), box) == "ほかの人の言葉"
