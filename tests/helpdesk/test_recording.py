from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from core.models import AuditEntry
from helpdesk.models import Consultation
from helpdesk.note_guard import NoteRefused
from helpdesk.recording import NotYetHeld, StepOfAnotherGuide, follow_up, record
from residents.access import RecordWasMerged
from residents.merging import merge
from tests.make import accounts as make_accounts
from tests.make import helpdesk as make
from tests.make import materials as make_materials
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser():
    return make_accounts.user(Role.ADVISER)


@pytest.fixture
def edition():
    return make_materials.edition(make_materials.guide(steps=5))


def step(edition, number):
    return edition.steps.get(ordinal=number)


def test_no_name_is_needed(adviser, edition):
    consultation = record(make.details(edition=edition), by=adviser)

    assert consultation.resident is None
    assert consultation.recorded_by == adviser


def test_the_same_form_sent_twice_is_recorded_once(adviser, edition):
    details = make.details(edition=edition, stuck=[(step(edition, 3), "pin")], outcome="counter")

    first = record(details, by=adviser)
    second = record(details, by=adviser)

    assert first == second
    assert Consultation.objects.count() == 1
    assert first.difficulties.count() == 1
    assert AuditEntry.objects.filter(action="consultation.recorded").count() == 1


@pytest.fixture
def pair():
    """Two records of one person."""
    number = make_residents.mobile()
    return [make_residents.resident(phone=number) for _record in range(2)]


def test_a_consultation_is_not_kept_with_a_record_that_was_merged_meanwhile(adviser, edition, pair):
    goes, stays = pair
    details = make.details(edition=edition, resident=goes, stuck=[(step(edition, 3), "pin")], outcome="counter")
    merge(goes, stays, by=make_accounts.user(Role.RECEPTION))

    with pytest.raises(RecordWasMerged):
        record(details, by=adviser)

    assert not Consultation.objects.exists()
    assert record(replace(details, resident=stays), by=adviser).resident == stays


def test_a_form_sent_again_after_the_records_were_merged_gives_back_what_it_recorded(adviser, edition, pair):
    goes, stays = pair
    details = make.details(edition=edition, resident=goes)
    first = record(details, by=adviser)
    merge(goes, stays, by=make_accounts.user(Role.RECEPTION))

    again = record(details, by=adviser)

    assert again == first
    assert again.resident == stays


def test_whoever_did_not_get_stuck_reached_the_last_step(adviser, edition):
    assert record(make.details(edition=edition), by=adviser).reached_ordinal == 5


def test_whoever_stopped_reached_the_step_at_which_it_stopped(adviser, edition):
    details = make.details(edition=edition, stuck=[(step(edition, 3), "pin")], outcome="counter")

    assert record(details, by=adviser).reached_ordinal == 3


def test_whoever_got_stuck_and_finished_all_the_same_reached_the_last_step(adviser, edition):
    details = make.details(edition=edition, stuck=[(step(edition, 3), "pin")], outcome="together")

    assert record(details, by=adviser).reached_ordinal == 5


def test_without_a_guide_there_is_no_step_to_reach(adviser):
    consultation = record(make.details(stuck=[(None, "anxiety")]), by=adviser)

    assert consultation.reached_ordinal is None
    assert consultation.difficulties.get().step is None


def test_a_step_of_another_guide_is_refused(adviser, edition):
    other = make_materials.edition(make_materials.guide(steps=2))

    with pytest.raises(StepOfAnotherGuide):
        record(make.details(edition=edition, stuck=[(step(other, 1), "pin")]), by=adviser)
    assert not Consultation.objects.exists()


def test_tomorrow_has_not_been_held_yet(adviser):
    with pytest.raises(NotYetHeld) as refusal:
        record(make.details(held_on=timezone.localdate() + timedelta(days=1)), by=adviser)
    assert "令和" in str(refusal.value) or str(refusal.value)


@pytest.mark.parametrize(("day", "year"), [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026)])
def test_a_fiscal_year_begins_in_april(adviser, day, year):
    assert record(make.details(held_on=day), by=adviser).fiscal_year == year


def test_a_secret_in_the_note_stops_the_record(adviser):
    with pytest.raises(NoteRefused):
        record(make.details(note="暗証番号は1234"), by=adviser)
    assert not Consultation.objects.exists()


def test_what_was_promised_is_due_until_it_is_ticked_off_once(adviser):
    today = timezone.localdate()
    due = record(make.details(follow_up_on=today), by=adviser)
    record(make.details(follow_up_on=today + timedelta(days=1)), by=adviser)

    assert list(Consultation.objects.to_follow_up(on=today)) == [due]
    follow_up(due, by=adviser)
    follow_up(due, by=adviser)

    assert not Consultation.objects.to_follow_up(on=today).exists()
    assert AuditEntry.objects.filter(action="consultation.followed_up").count() == 1
