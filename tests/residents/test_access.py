import pytest
from django.http import Http404

from core.models import AuditEntry
from residents.access import open_person
from tests.make import accounts as make_accounts
from tests.make import residents as make

pytestmark = pytest.mark.django_db


def test_looking_at_a_person_is_on_record() -> None:
    clerk, person = make_accounts.user(), make.resident()

    assert open_person(person.pk, by=clerk) == person

    entry = AuditEntry.objects.get(action="resident.opened")
    assert (entry.by, entry.subject_id, entry.facts) == (clerk, str(person.pk), {})


def test_one_conversation_is_one_look() -> None:
    clerk, person = make_accounts.user(), make.resident()

    open_person(person.pk, by=clerk)
    open_person(person.pk, by=clerk, recorded=True)

    assert AuditEntry.objects.filter(action="resident.opened").count() == 1


def test_nobody_is_a_page_that_does_not_exist_and_no_look() -> None:
    with pytest.raises(Http404):
        open_person(0, by=make_accounts.user())

    assert not AuditEntry.objects.filter(action="resident.opened").exists()


def test_a_merged_record_leads_to_the_one_that_stayed() -> None:
    stays, middle, first = make.resident(), make.resident(), make.resident()
    middle.merged_into, first.merged_into = stays, middle
    middle.save()
    first.save()

    assert open_person(first.pk, by=make_accounts.user()) == stays
