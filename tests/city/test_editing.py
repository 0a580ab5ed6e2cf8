from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from accounts.roles import Role
from city.editing import change_profile, close_on, keep_district, keep_venue, open_again
from city.models import CityProfile, ClosingDay, District, Venue
from core.models import AuditEntry
from core.stale import ChangedMeanwhile, as_it_stands, fingerprint
from tests.make import accounts as make_accounts
from tests.make import city as make

pytestmark = pytest.mark.django_db
FOUNDING_DAY = date(2026, 10, 1)


@pytest.fixture
def admin():
    return make_accounts.user(Role.ADMINISTRATOR)


def recorded(admin):
    """What stands in the audit log of this person, in order."""
    return list(AuditEntry.objects.filter(by=admin).order_by("pk").values_list("action", flat=True))


def test_the_city_changes_its_settings_on_record(admin):
    city = CityProfile.current()
    city.office_name = "デジタル推進課"

    change_profile(city, by=admin)

    assert CityProfile.current().office_name == "デジタル推進課"
    assert recorded(admin) == ["city.changed"]


def test_the_log_tells_a_new_place_from_a_changed_one(admin):
    venue = keep_venue(Venue(name="忍海集会所"), by=admin)
    district = keep_district(District(name="忍海"), by=admin)

    venue.room = "2階"
    keep_venue(venue, by=admin)
    district.kana = "オシミ"
    keep_district(district, by=admin)

    assert Venue.objects.get().room == "2階"
    assert District.objects.get(name="忍海").kana == "オシミ"
    assert recorded(admin) == ["venue.made", "district.made", "venue.changed", "district.changed"]


def test_a_venue_taken_out_of_use_stays_for_the_lessons_that_were_held_in_it(admin):
    venue = make.venue()
    venue.is_active = False

    keep_venue(venue, by=admin)

    assert Venue.objects.get() == venue
    assert not Venue.objects.active().exists()


@pytest.mark.parametrize("kind", ["city", "venue", "district"])
def test_what_a_page_did_not_show_is_replaced_only_where_nobody_looked_at_a_page(admin, kind):
    keep, shown = {
        "city": (change_profile, CityProfile.current),
        "venue": (keep_venue, make.venue),
        "district": (keep_district, make.district),
    }[kind]
    record = shown()
    seen = fingerprint(as_it_stands(record))
    record.kana = "オシミ"
    keep(record, by=admin, seen=seen)

    record.kana = "カツラギ"
    with pytest.raises(ChangedMeanwhile):
        keep(record, by=admin, seen=seen)
    assert type(record).objects.get(pk=record.pk).kana == "オシミ"
    record.kana = "オシミ"
    keep(record, by=admin, seen=seen)
    record.kana = "カツラギ"
    keep(record, by=admin)

    assert type(record).objects.get(pk=record.pk).kana == "カツラギ"


def test_closing_on_the_same_day_twice_changes_the_reason_only(admin):
    first = close_on(ClosingDay(day=FOUNDING_DAY, reason="市制記念日"), by=admin)

    again = close_on(ClosingDay(day=FOUNDING_DAY, reason="停電"), by=admin)

    assert again.pk == first.pk
    assert ClosingDay.objects.get().reason == "停電"
    assert recorded(admin) == ["closing_day.made", "closing_day.changed"]


def test_the_log_keeps_the_day_on_which_the_office_is_open_after_all(admin):
    closed = close_on(ClosingDay(day=FOUNDING_DAY), by=admin)

    open_again(closed, by=admin)

    assert not ClosingDay.objects.exists()
    assert AuditEntry.objects.get(action="closing_day.removed").facts == {"day": "2026-10-01"}


def test_what_an_office_entered_by_hand_as_outside_is_marked_so():
    District.objects.filter(name="市外").delete()
    District.objects.create(name="市外", kana="しのそと")

    import_module("city.migrations.0007_outside_the_city_in_every_list").put_in(apps, None)

    assert District.objects.outside().get().kana == "しのそと"
