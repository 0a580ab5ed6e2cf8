"""The practice city: believable on whatever day it is loaded, and never among real people."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from city.models import CityProfile
from city.practice import declare, refuse_other_installations_database
from classes.attendance import unrecorded_lessons
from classes.broadcast_tally import tally_of
from classes.models import Broadcast, CourseRun, Draw, Lesson, Offer, Registration
from core.models import AuditEntry
from core.wareki import TOKYO
from helpdesk.models import Consultation
from office.demo.loading import RealInstallation, RealPeopleInside, load_demo
from office.demo.this_week import last_office_moment, runs_of_this_week, texts_at
from office.demo.town import PASSWORD, SIGN_INS
from office.demo.year import Extent
from office.home import sections
from residents.models import PhoneLine, Resident
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
SMALL = Extent(days=50, residents=40, consultations=20)
WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=TOKYO)
SOME_DAYS = [
    pytest.param(WEDNESDAY, id="a Wednesday"),
    pytest.param(datetime(2026, 11, 29, 11, 0, tzinfo=TOKYO), id="a Sunday"),
    pytest.param(datetime(2027, 1, 2, 9, 5, tzinfo=TOKYO), id="the New Year holidays"),
    pytest.param(datetime(2027, 3, 31, 15, 30, tzinfo=TOKYO), id="the last day of the fiscal year"),
    pytest.param(datetime(2027, 4, 1, 8, 30, tzinfo=TOKYO), id="the first morning of the fiscal year"),
    pytest.param(datetime(2028, 2, 29, 22, 0, tzinfo=TOKYO), id="an evening in a leap year"),
]


@pytest.fixture(autouse=True)
def practice() -> Iterator[None]:
    """Names and reasons are Japanese, as the command makes them."""
    with translation.override("ja"):
        yield


# Believable on any day ------------------------------------------------------------------------------------


@pytest.mark.parametrize("now", SOME_DAYS)
def test_every_role_finds_something_to_do(now) -> None:
    load_demo(now=now, extent=SMALL)

    with time_machine.travel(now, tick=False):
        city = CityProfile.current()
        to_do = {
            user.username: {section.title: section.count for section in sections(user, city=city)}
            for user in User.objects.all()
        }
    assert {name for name, counts in to_do.items() if not any(counts.values())} == EMPTY_IN_SMALL
    missing = {title for title, count in to_do["uketsuke"].items() if not count}
    assert missing == set()


# Twenty consultations are too few for a step to stand out; a thousand are not.
EMPTY_IN_SMALL = {"bunseki"}


def test_there_is_one_of_everything_that_an_office_has_to_deal_with() -> None:
    load_demo(now=WEDNESDAY, extent=SMALL)

    with time_machine.travel(WEDNESDAY, tick=False):
        waiting = Registration.objects.waiting().filter(run__lessons__starts_at__gt=WEDNESDAY)
        assert waiting.exists()
        assert Offer.objects.open().filter(answer_by__gt=WEDNESDAY).count() == 1
        assert unrecorded_lessons().exists()
        today = Lesson.objects.standing().get(starts_at__date=WEDNESDAY.date())
        assert today.assignments.filter(volunteer__user__username="koushi").exists()
        assert today.run.seats.confirmed == today.run.capacity
        told_at_once = tally_of(Broadcast.objects.get())
        assert told_at_once.reached
        assert told_at_once.still_open


def test_after_a_draw_there_is_time_for_letters_on_any_day_of_the_year() -> None:
    for number in range(366):
        now = WEDNESDAY + timedelta(days=number)
        drawn, open_for_applications = (plan for plan in runs_of_this_week(now) if plan.selection == "lottery")
        assert drawn.closes_at < now < open_for_applications.closes_at
        for plan in (drawn, open_for_applications):
            assert plan.first_day - plan.closes_at.date() >= timedelta(days=8), now


@pytest.mark.parametrize("now", SOME_DAYS)
def test_seats_are_drawn_applied_for_and_waiting_for_a_decision(now) -> None:
    load_demo(now=now, extent=SMALL)

    drawn, open_for_applications = Draw.objects.order_by("pk")
    assert drawn.drawn_at < now
    assert drawn.lots.filter(is_won=True).exists()
    assert drawn.lots.filter(is_won=False).exists()
    assert open_for_applications.listed_at is None
    assert open_for_applications.run.reception_is_open(now)
    to_decide = CourseRun.objects.get(selection=CourseRun.Selection.COUNTER)
    assert to_decide.decided_at is None
    assert to_decide.reception_closes_at < now
    assert to_decide.seats.waiting > to_decide.capacity


def test_whatever_happened_was_done_by_the_deeds_at_its_moment() -> None:
    load_demo(now=WEDNESDAY, extent=SMALL)

    made = AuditEntry.objects.filter(action="registration.made")
    assert made.count() == Registration.objects.count()
    assert not made.filter(at__gt=WEDNESDAY).exists()
    assert made.filter(at__lt=WEDNESDAY - timedelta(days=7)).exists()
    assert Consultation.objects.filter(held_on__gt=WEDNESDAY.date()).count() == 0


def test_practice_people_have_numbers_that_nobody_owns() -> None:
    load_demo(now=WEDNESDAY, extent=SMALL)

    assert not Resident.objects.real().exists()
    assert PhoneLine.objects.exists()
    assert all(line.phone.is_practice for line in PhoneLine.objects.all())


def test_the_practice_sign_ins_open_the_door(client) -> None:
    load_demo(now=WEDNESDAY, extent=SMALL)

    assert {role for sign_in in SIGN_INS for role in sign_in.roles} == set(Role)
    for sign_in in SIGN_INS:
        assert client.login(username=sign_in.username, password=PASSWORD)


def test_a_larger_city_has_other_people_with_numbers_that_nobody_owns() -> None:
    loaded = load_demo(now=WEDNESDAY, extent=SMALL, scale=3)

    originals = Registration.objects.order_by("pk")[: loaded.registrations // 3]
    assert loaded.residents % 3 == loaded.runs % 3 == loaded.consultations % 3 == 0
    assert Registration.objects.exclude(resident__in=originals.values("resident")).count() == originals.count() * 2
    mobiles = PhoneLine.objects.filter(number__startswith="+8190").values_list("number", flat=True)
    assert len(mobiles) == len(set(mobiles))
    assert all(line.phone.is_practice for line in PhoneLine.objects.all())


def test_in_a_larger_city_everybody_comes_with_people_of_the_same_run() -> None:
    load_demo(now=WEDNESDAY, extent=SMALL, scale=3)

    in_company, with_a_lot = (Registration.objects.exclude(**{name: None}) for name in ("party", "lot"))
    assert in_company.exists()
    assert not in_company.exclude(party__run=F("run")).exists()
    assert not with_a_lot.exclude(lot__draw__run=F("run")).exists()
    assert not CourseRun.objects.filter(selection=CourseRun.Selection.LOTTERY, draw=None).exists()
    assert Draw.objects.count() == Draw.objects.values("seed").distinct().count() > 2
    assert Offer.objects.open().count() % 3 == 0 != Offer.objects.open().count()


def test_loading_twice_changes_nothing() -> None:
    first = load_demo(now=WEDNESDAY, extent=SMALL)

    assert load_demo(now=WEDNESDAY + timedelta(days=1), extent=SMALL) == first


# Never among real people ----------------------------------------------------------------------------------


def test_a_database_with_a_real_person_is_refused_untouched() -> None:
    make_reminders.real_textable()

    with pytest.raises(RealPeopleInside):
        load_demo(extent=SMALL)

    assert Resident.objects.count() == 1
    assert CityProfile.current().practice is None


def test_a_database_declared_real_is_refused() -> None:
    declare_real()

    with pytest.raises(RealInstallation):
        load_demo(extent=SMALL)

    assert not User.objects.exists()


def test_real_settings_are_refused_before_the_database_is_declared(settings) -> None:
    settings.PRACTICE = False

    with pytest.raises(RealInstallation):
        load_demo(extent=SMALL)

    assert CityProfile.current().practice is None


def test_the_command_says_so_in_a_sentence() -> None:
    declare_real()

    with pytest.raises(CommandError, match="練習"):
        call_command("demo")


def test_the_command_is_quiet_where_people_are(capsys) -> None:
    make_residents.resident()

    call_command("demo", if_empty=True)

    assert capsys.readouterr().out == ""


def test_production_does_not_start_on_a_practice_database(settings) -> None:
    declare(practice=True)
    settings.PRACTICE = False

    with pytest.raises(ImproperlyConfigured, match="practice installation"):
        refuse_other_installations_database()


def test_practice_does_not_start_on_a_real_database() -> None:
    declare_real()

    with pytest.raises(ImproperlyConfigured, match="real installation"):
        refuse_other_installations_database()


def declare_real() -> None:
    declare(practice=False)


# Moments --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2026-11-25 16:00", "2026-11-25 15:00"),
        ("2026-11-25 15:05", "2026-11-25 10:00"),
        ("2026-11-25 09:10", "2026-11-25 09:00"),
        ("2026-11-25 09:09", "2026-11-24 16:50"),
        ("2026-11-29 00:00", "2026-11-28 16:50"),
    ],
)
def test_texts_went_out_early_enough_for_their_fate_to_be_known(now, sent) -> None:
    assert texts_at(at(now)) == at(sent)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-11-25 10:00", "2026-11-25 09:50"),
        ("2026-11-25 22:00", "2026-11-25 16:50"),
        ("2026-11-25 09:05", "2026-11-24 16:50"),
        ("2026-11-23 12:00", "2026-11-20 16:50"),
        ("2027-01-02 12:00", "2026-12-28 16:50"),
    ],
)
def test_somebody_last_sat_at_the_desk(now, moment) -> None:
    assert last_office_moment(at(now)) == at(moment)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)
