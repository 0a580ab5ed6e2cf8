"""One person's page: everything the office holds, and who looked."""

import html
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from core.models import AuditEntry
from core.phone import PhoneNumber
from office.person import chapters, record_of
from residents.holdings import holdings
from residents.intake import PhoneDetails, correct
from residents.matching import Sign
from residents.merging import merge, undo
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make import helpdesk as make_helpdesk
from tests.make import residents as make

pytestmark = pytest.mark.django_db


def page_of(person) -> str:
    return reverse("person", args=[person.pk])


def test_every_part_of_the_office_has_its_chapter_even_when_it_holds_nothing() -> None:
    found = chapters(make.resident())

    assert [chapter.title for chapter in found] == [holding.label for holding in holdings()]
    assert [] in [chapter.lines for chapter in found]


def test_registrations_and_consultations_stand_on_the_page(client, clerk) -> None:
    person = make.resident()
    run = make_classes.run(course=make_classes.course("LINE入門"))
    make_classes.registration(run, person)
    make_helpdesk.consultation(resident=person)

    page = client.get(page_of(person)).content.decode()

    assert person.name in page
    assert "LINE入門" in page
    assert "10月5日" in page


def test_opening_the_page_is_on_record_each_time(client, clerk) -> None:
    person = make.resident()

    client.get(page_of(person))
    client.get(page_of(person))

    looks = AuditEntry.objects.filter(action="resident.opened", by=clerk, subject_id=str(person.pk))
    assert looks.count() == 2
    assert {str(look.facts) for look in looks} == {"{}"}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.RECEPTION])
def test_nobody_but_reception_opens_it_and_a_refusal_is_no_look(client, role) -> None:
    person = make.resident()
    client.force_login(make_accounts.user(role))

    assert client.get(page_of(person)).status_code == 403
    assert not AuditEntry.objects.filter(action="resident.opened").exists()


def test_nobody_of_that_number_is_a_page_that_does_not_exist(client, clerk) -> None:
    assert client.get(reverse("person", args=[0])).status_code == 404


def test_numbers_stand_with_whose_they_are_and_who_shares_them(client, clerk) -> None:
    home, own = make.landline(), make.mobile()
    person = make.resident(phones=[PhoneDetails(own), PhoneDetails(home, "household", "内線12")])
    wife = make.resident(given_name="キヨ", given_kana="キヨ", phone=home)

    record = record_of(person)
    page = client.get(page_of(person)).content.decode()

    assert record.household == [wife]
    assert [telephone.line.relation for telephone in record.telephones] == ["self", "household"]
    for shown in (own.national, home.national, "自宅", "内線12", page_of(wife)):
        assert shown in page


def test_a_number_that_is_a_slip_away_from_the_familys_is_pointed_out(client, clerk) -> None:
    make.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1835")
    person = make.resident(phone="0745-00-1834")

    [telephone] = record_of(person).telephones

    assert [line.phone.national for line in telephone.near] == ["0745-00-1835"]
    assert "0745-00-1835" in client.get(page_of(person)).content.decode()


def test_somebody_who_may_be_the_same_is_one_click_away(client, clerk) -> None:
    person, twin = make.resident(phone="0745-00-1834"), make.resident(phone="0745-00-1834")

    [likely] = record_of(person).likely_same

    assert (likely.person, likely.signs) == (twin, (Sign.NUMBER, Sign.READING, Sign.BIRTH_YEAR))
    compare = reverse("resident_merge", args=[person.pk, twin.pk])
    assert compare in client.get(page_of(person)).content.decode()


def test_notice_and_consents_stand_with_version_and_manner(client, clerk) -> None:
    person = make.resident(notice_manner="written", invitation_consent=True)

    lines = next(chapter.lines for chapter in chapters(person) if chapter.name == "residents")

    assert len(lines) == 2
    assert all(person.notice_version in line.text for line in lines)
    assert str(person.consents.get().get_manner_display()) in lines[0].text
    assert str(person.get_notice_manner_display()) == lines[1].state


def test_what_was_corrected_stands_under_the_fold_with_who_did_it(client, clerk) -> None:
    person = make.resident()
    correct(person, make.details(family_name="吉川", phone=None), by=clerk)

    page = client.get(page_of(person)).content.decode()

    assert "<del>髙橋</del>" in page
    assert page.index("<details") < page.index("<del>髙橋</del>") < page.index("</details>")


def test_only_the_merge_on_top_can_be_undone_from_the_page(client, clerk) -> None:
    person, first, second = make.resident(), make.resident(), make.resident()
    below, above = merge(first, person, by=clerk), merge(second, person, by=clerk)
    assert record_of(person).undoable == above

    undo(above, by=clerk)

    assert record_of(person).undoable == below


def test_the_address_of_a_merged_record_shows_the_one_that_stayed(client, clerk) -> None:
    person, twin = make.resident(phone="0745-00-1834"), make.resident(family_name="吉川")
    merge(twin, person, by=clerk)

    answer = client.get(page_of(twin))

    assert answer.context["resident"] == person
    assert PhoneNumber.parse("0745-00-1834").national in answer.content.decode()


def test_after_a_merge_two_classes_at_one_time_are_pointed_out(client, clerk) -> None:
    person, twin = make.resident(), make.resident()
    ours = make_classes.registration(make_classes.run(), person)
    assert record_of(person).clashes == []
    theirs = make_classes.registration(make_classes.run(), twin)

    merge(twin, person, by=clerk)

    [clash] = record_of(person).clashes
    assert {each.slip for each in clash.registrations} == {ours.slip, theirs.slip}
    assert clash.sentence in html.unescape(client.get(page_of(person)).content.decode())


def test_the_page_asks_no_more_of_the_database_for_a_longer_history(client, clerk) -> None:
    person, numbers = make.resident(phone="0745-00-1834"), count()
    correct(person, make.details(phone="0745-00-1834", family_name="吉川"), by=clerk)
    client.get(page_of(person))

    def queries(number: int) -> int:
        for _each in range(number):
            make_classes.registration(make_classes.run(), person, despite_clash=True)
            make_helpdesk.consultation(resident=person)
            correct(person, make.details(phone=None, address=f"忍海{next(numbers)}"), by=clerk)
            make.resident()
        with CaptureQueriesContext(connection) as asked:
            client.get(page_of(person))
        return len(asked)

    assert queries(2) == queries(20)
