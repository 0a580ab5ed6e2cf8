from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from core import audit
from core.models import AuditEntry
from tests.make import accounts as make_accounts
from tests.make import residents as make

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_which_record():
    clerk, resident = make_accounts.user(), make.resident()

    audit.record("person.opened", resident, by=clerk)

    entry = AuditEntry.objects.get(action="person.opened")
    assert (entry.by, entry.subject_type, entry.subject_id) == (clerk, "residents.Resident", str(resident.pk))


def test_the_worker_has_no_name():
    audit.record("reminder.withdrawn", by=None)

    assert AuditEntry.objects.get(action="reminder.withdrawn").by is None


def test_facts_are_kept_as_ids_numbers_and_codes():
    resident = make.resident()

    entry = audit.record("lesson.moved", by=None, people=3, on=date(2026, 12, 3), kept=True, of=resident, ids=[1, 2])

    entry.refresh_from_db()
    assert entry.facts == {"people": 3, "on": "2026-12-03", "kept": True, "of": resident.pk, "ids": [1, 2]}


@pytest.mark.parametrize("fact", ["大塚", "a sentence", "x" * 65, ["fine", "山田 花子"]])
def test_what_may_be_about_a_person_never_gets_in(fact):
    with pytest.raises(ValueError, match="is not an id or a code"):
        audit.record("person.opened", by=None, why=fact)

    assert not AuditEntry.objects.filter(action="person.opened").exists()


@pytest.mark.parametrize("code", ["health", "x" * 64, None, 0])
def test_a_short_code_is_a_fact(code):
    assert audit.record("registration.cancelled", by=None, why=code).facts == {"why": code}


def test_an_entry_is_written_once_and_never_changed():
    entry = audit.record("person.opened", by=None)
    entry.action = "something.else"

    with pytest.raises(TypeError, match="never changed"):
        entry.save()


def test_a_look_stands_for_its_person_its_record_and_some_hours():
    clerk, other, resident = make_accounts.user(), make_accounts.user(), make.resident()
    audit.record("person.opened", resident, by=clerk)

    assert audit.stands("person.opened", resident, by=clerk)
    assert not audit.stands("person.opened", resident, by=other)
    assert not audit.stands("person.printed", resident, by=clerk)
    assert not audit.stands("person.opened", make.resident(), by=clerk)
    with time_machine.travel(timezone.now() + audit.LOOK_LASTS + timedelta(minutes=1)):
        assert not audit.stands("person.opened", resident, by=clerk)


def test_what_is_recorded_in_one_go_is_written_in_one_statement(django_assert_num_queries):
    clerk = make_accounts.user()

    with django_assert_num_queries(1), audit.in_one_go():
        audit.record("registration.made", clerk, by=clerk)
        audit.record("message.planned", clerk, by=clerk)

    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"registration.made", "message.planned"}


def test_a_deed_that_fails_in_between_leaves_nothing_recorded():
    clerk = make_accounts.user()

    def half_a_deed():
        with audit.in_one_go():
            audit.record("registration.made", clerk, by=clerk)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_a_deed()

    audit.record("message.planned", clerk, by=clerk)
    assert not AuditEntry.objects.filter(action="registration.made").exists()
    assert AuditEntry.objects.filter(action="message.planned").count() == 1
