import pytest
from django.utils import timezone
from django.utils.translation import gettext, pgettext

from classes.models import CourseRun, Registration
from classes.people_list import people_list
from classes.roster import roster_of
from classes.roster_printing import people_pdf, roster_pdf
from residents.models import Resident
from tests.make import classes as make
from tests.make import paper
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

NUMBER = "0745-00-1834"


def somebody(**fields):
    return make_residents.resident(phone=NUMBER, address="葛城市忍海1番地", **fields)


def test_the_sheet_of_the_hall_has_slip_need_and_device_and_no_number() -> None:
    run = make.run(loan_devices=1)
    person = somebody(accommodation="右耳が遠い", accommodation_consent=True, birth_year=1948)
    registration = make.registration(run, person, borrowing=[person])

    words = paper.words(roster_pdf(roster_of(run.lessons.get())))

    for wanted in (registration.slip, "髙橋茂", "タカハシ", paper.squeezed(gettext("Loan device")), "右耳が遠い"):
        assert wanted in words
    for hidden in (NUMBER, "忍海1番地", "1948", "昭和"):
        assert hidden not in words


def test_somebody_with_a_device_of_their_own_has_no_device_on_the_sheet() -> None:
    run = make.run(loan_devices=1)
    make.registration(run, somebody())

    assert paper.squeezed(gettext("Loan device")) not in paper.words(roster_pdf(roster_of(run.lessons.get())))


def test_the_list_of_the_office_has_the_numbers_and_says_that_it_stays_there() -> None:
    run = make.run(capacity=1)
    seated, waiting = make.registration(run, somebody()), make.registration(run, somebody())

    pdf = people_pdf(people_list(run))

    words = paper.words(pdf)
    assert words.count(NUMBER) == 2
    assert paper.squeezed(gettext("Within the office only")) in words
    assert (
        words.index(seated.slip)
        < words.index(paper.squeezed(pgettext("list of people", "Waiting")))
        < words.index(waiting.slip)
    )


def test_before_the_draw_the_list_of_the_office_tells_no_place_in_line() -> None:
    run = make.run(selection=CourseRun.Selection.LOTTERY)
    make.registration(run, somebody())

    words = paper.words(people_pdf(people_list(run)))

    assert paper.squeezed(gettext("Waits for the decision")) in words
    assert paper.squeezed(pgettext("list of people", "Waiting")) not in words


def test_five_hundred_people_are_all_on_the_list() -> None:
    run, clerk, now = make.run(capacity=600), make.clerk(), timezone.now()
    people = [Resident(family_name=f"氏{number:03}名", family_kana="ウジ", notice_at=now) for number in range(500)]
    Resident.objects.bulk_create(people)
    run.registrations.bulk_create(
        Registration(run=run, resident=person, state="confirmed", channel="phone", slip_number=number, taken_by=clerk)
        for number, person in enumerate(people, start=1)
    )

    words = paper.words(people_pdf(people_list(run)))

    assert [number for number in range(500) if f"氏{number:03}名" not in words] == []


def test_blank_lines_take_no_sheet_of_their_own() -> None:
    run, clerk, now = make.run(capacity=600), make.clerk(), timezone.now()
    people = [Resident(family_name=f"氏{number:03}名", family_kana="ウジ", notice_at=now) for number in range(28)]
    Resident.objects.bulk_create(people)
    sheets = []
    for number, person in enumerate(people, start=1):
        facts = {"state": "confirmed", "channel": "phone", "slip_number": number, "taken_by": clerk}
        run.registrations.create(resident=person, **facts)
        if number >= 14:
            pages = paper.read(roster_pdf(roster_of(run.lessons.get()))).pages
            sheets.append([page.extract_text().count("氏0") for page in pages])

    assert max(map(len, sheets)) == 2
    assert all(all(found) for found in sheets)


def test_the_sheet_bears_number_code_and_the_address_where_both_are_typed(settings) -> None:
    settings.PUBLIC_BASE_URL = "https://kakehashi.city.katsuragi.nara.jp"
    lesson = make.run().lessons.get()

    words = paper.words(roster_pdf(roster_of(lesson), code="1234-5678"))

    for wanted in (f"{lesson.run_id}-{lesson.ordinal}", "1234-5678", "kakehashi.city.katsuragi.nara.jp/sheet/"):
        assert wanted in words


def test_where_nobody_has_told_the_address_the_sheet_names_none(settings) -> None:
    settings.PUBLIC_BASE_URL = ""

    words = paper.words(roster_pdf(roster_of(make.run().lessons.get()), code="1234-5678"))

    assert "1234-5678" in words
    assert "/sheet/" not in words


def test_a_sheet_without_a_code_says_nothing_of_telephones() -> None:
    words = paper.words(roster_pdf(roster_of(make.run().lessons.get())))

    assert "/sheet/" not in words
