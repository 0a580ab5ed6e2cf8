"""The pages on which two records are compared, made one, told apart and made two again."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from classes.rescheduling import move
from core.models import AuditEntry
from reminders.models import Request
from residents.matching import likely_same_as
from residents.merging import Side, merge
from residents.models import ContactWish, Merge, Resident
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make import residents as make
from tests.make.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def stays(clerk):
    return make.resident(phone="090-0000-2811", birth_year=None, by=clerk)


@pytest.fixture
def goes(clerk):
    return make.resident(family_name="高橋", phone="0745-00-1834", birth_year=1948, by=clerk)


def address(*pair: Resident, name: str = "resident_merge") -> str:
    return reverse(name, args=[person.pk for person in pair])


def html(client, where: str) -> str:
    return client.get(where).content.decode()


def test_both_records_stand_side_by_side_with_what_they_hold(client, stays, goes) -> None:
    run = make_classes.run(course=make_classes.course("LINE入門"))
    registration = make_classes.registration(run, goes)
    goes.phone_lines.update(relation="household", memo="内線12")

    page = html(client, address(stays, goes))

    for shown in (
        "内線12",
        "自宅",
        "髙橋 茂",
        "高橋 茂",
        "090-0000-2811",
        "0745-00-1834",
        "LINE入門",
        registration.slip,
    ):
        assert shown in page


def test_where_they_differ_the_value_of_the_record_that_stays_is_chosen_unless_it_is_empty(client, stays, goes) -> None:
    form = Page(html(client, address(stays, goes))).form_to(address(stays, goes))

    assert set(form.of_kind("choice")) == {"family_name", "birth_year"}
    assert (form.data["family_name"], form.data["birth_year"]) == ([Side.KEPT], [Side.OTHER])


def test_pressed_they_are_one_and_the_page_says_how_to_go_back(client, clerk, stays, goes) -> None:
    where = address(stays, goes)
    form = Page(html(client, where)).form_to(where).data | {"family_name": Side.OTHER}

    answer = client.post(where, form)

    assert answer.url == reverse("person", args=[stays.pk])
    stays.refresh_from_db()
    assert (stays.family_name, stays.birth_year, stays.phone_lines.count()) == ("高橋", 1948, 2)
    assert reverse("merge_undo", args=[Merge.objects.get().pk]) in html(client, answer.url)


def test_what_goes_another_way_after_a_merge_and_after_its_undoing_is_said_to_the_clerk(client, clerk) -> None:
    stays = make.resident(phone="0745-00-1834", by=clerk)
    goes = make.resident(family_name="高橋", phone=make.mobile(), contact_wish=ContactWish.SMS, by=clerk)
    make_classes.registration(make_classes.run(), stays)
    number, planned = goes.phone_lines.get().phone.national, Request.objects.standing().count()
    where = address(stays, goes)
    wishes = {"contact_wish": Side.OTHER}

    merged = client.post(where, Page(html(client, where)).form_to(where).data | wishes, follow=True)
    undone = client.post(reverse("merge_undo", args=[Merge.objects.get().pk]), follow=True)

    for page, way in ((merged, number), (undone, "0745-00-1834")):
        said = "\n".join(str(message) for message in page.context["messages"])
        assert f"{planned}件" in said
        assert way in said


def test_undoing_a_merge_says_how_much_of_the_other_person_is_planned_anew(client, clerk) -> None:
    stays = make.resident(phone="0745-00-1834", by=clerk)
    goes = make.resident(family_name="高橋", phone=make.mobile(), contact_wish=ContactWish.SMS, by=clerk)
    run = make_classes.run()
    make_classes.registration(run, goes, channel="counter")
    where = address(stays, goes)
    client.post(where, Page(html(client, where)).form_to(where).data, follow=True)
    lesson, day = run.lessons.get(), timedelta(days=1)
    move(lesson, starts_at=lesson.starts_at + day, ends_at=lesson.ends_at + day, venue=lesson.venue, by=clerk)
    unsaid = Request.objects.standing().count()

    undone = client.post(reverse("merge_undo", args=[Merge.objects.get().pk]), follow=True)

    said = "\n".join(str(message) for message in undone.context["messages"])
    assert sum(int(number) for number in re.findall(r"(\d+)件", said)) == unsaid
    assert goes.phone_lines.get().phone.national in said


def test_a_second_press_finds_one_record(client, clerk, stays, goes) -> None:
    where = address(stays, goes)
    form = Page(html(client, where)).form_to(where).data

    client.post(where, form)
    answer = client.post(where, form)

    assert answer.url == reverse("person", args=[stays.pk])
    assert Merge.objects.count() == 1


def test_an_old_page_does_not_merge_with_somebody_whom_nobody_compared(client, clerk, stays, goes) -> None:
    third = make.resident()
    where = address(third, goes)
    form = Page(html(client, where)).form_to(where).data
    merge(goes, stays, by=clerk)

    answer = client.post(where, form)

    assert answer.url == address(third, stays)
    third.refresh_from_db()
    assert third.merged_into is None


def test_a_value_that_is_no_side_is_said_and_nothing_is_merged(client, stays, goes) -> None:
    answer = client.post(address(stays, goes), {"family_name": "abc", "birth_year": Side.KEPT})

    assert answer.status_code == 422
    assert not Merge.objects.exists()


def test_a_refusal_is_a_sentence_on_the_page(client, stays, goes) -> None:
    where = address(stays, goes)
    form = Page(html(client, where)).form_to(where).data
    Resident.objects.filter(pk=goes.pk).update(is_practice=not goes.is_practice)

    answer = client.post(where, form)

    assert answer.status_code == 422
    assert not Merge.objects.exists()


def test_looking_at_two_people_is_two_looks(client, clerk, stays, goes) -> None:
    where = address(stays, goes)
    form = Page(html(client, where)).form_to(where).data | {"family_name": "abc"}
    client.post(where, form)

    looks = AuditEntry.objects.filter(action="resident.opened", by=clerk).values_list("subject_id", flat=True)
    assert sorted(looks) == sorted([str(stays.pk), str(goes.pk)])


def test_one_record_is_not_compared_with_itself(client, stays) -> None:
    assert client.get(address(stays, stays)).url == reverse("person", args=[stays.pk])


def test_undone_from_the_history_both_are_there_again(client, clerk, stays, goes) -> None:
    made = merge(goes, stays, by=clerk)
    where = reverse("merge_undo", args=[made.pk])
    assert stays.name in html(client, where)

    answer = client.post(where, Page(html(client, where)).form_to(where).data)

    assert answer.url == reverse("person", args=[goes.pk])
    assert not Resident.objects.filter(merged_into__isnull=False).exists()
    assert client.post(where).url == reverse("person", args=[stays.pk])


def test_a_merge_that_lies_under_another_offers_no_button(client, clerk, stays, goes) -> None:
    made = merge(goes, stays, by=clerk)
    merge(make.resident(), stays, by=clerk)
    where = reverse("merge_undo", args=[made.pk])

    assert [form for form in Page(html(client, where)).forms if form.method == "post" and not form.action] == []
    assert client.post(where).status_code == 422


def test_told_apart_from_the_page_they_are_not_suggested_again(client, clerk) -> None:
    one, other = make.resident(), make.resident()
    where = address(one, other, name="resident_apart")

    assert client.post(where).url == reverse("person", args=[one.pk])
    assert likely_same_as(one) == []
    assert client.get(where).status_code == 405


def test_the_list_of_pairs_leads_to_each_and_counts_as_a_look(client, clerk) -> None:
    one, other = make.resident(), make.resident()

    page = html(client, reverse("duplicate_list"))

    assert address(one, other) in page
    assert AuditEntry.objects.get(action="resident.duplicates_listed", by=clerk).facts == {"found": 1}


def test_an_empty_list_says_so(client, clerk) -> None:
    make.resident()

    assert client.get(reverse("duplicate_list")).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.RECEPTION])
def test_nobody_but_reception_merges(client, role, stays, goes) -> None:
    client.force_login(make_accounts.user(role))

    for name in ("resident_merge", "resident_apart"):
        assert client.post(address(stays, goes, name=name)).status_code == 403
    assert client.get(reverse("duplicate_list")).status_code == 403
    assert not Merge.objects.exists()
