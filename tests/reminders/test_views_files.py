"""The pages of the files of texts: made, taken once, and what came back."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import gettext

from accounts.roles import Role
from city.models import CityProfile
from office.home import sections
from reminders import carrying
from reminders.models import CarriedFile, CarriedLine, Message
from tests.make import accounts as make_accounts
from tests.make import reminders as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State
UTF8 = {"encoding": "utf-8-sig"}


@pytest.fixture(autouse=True)
def _carried(settings):
    settings.SMS_GATEWAY = "file"
    with time_machine.travel(make.NOON, tick=False):
        yield


@pytest.fixture
def clerk(client):
    clerk = make.clerk()
    client.force_login(clerk)
    return clerk


@pytest.fixture
def file(clerk) -> CarriedFile:
    make.message(make.real_textable())
    return carrying.make_file(due_by=make.NOON, by=clerk, now=make.NOON)


def test_a_clerk_makes_the_file_and_takes_it(client, clerk):
    message = make.message(make.real_textable())

    answer = client.post(reverse("carried_file_make"), {"until": "today"})
    file = CarriedFile.objects.get()
    taken = client.post(reverse("carried_file_take", args=[file.pk]), UTF8)

    assert answer.url == reverse("carried_file", args=[file.pk])
    assert taken["Content-Disposition"] == f'attachment; filename="texts-{file.pk}-utf8.csv"'
    assert taken["Cache-Control"] == "no-store"
    assert message.number in taken.content.decode("utf-8-sig")


def test_a_second_time_asks_first(client, clerk, file):
    take = reverse("carried_file_take", args=[file.pk])
    first = client.post(take, UTF8)

    refused = client.post(take, UTF8)
    again = client.post(take, UTF8 | {"again": "on"})

    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"again"}
    assert again.content == first.content


def test_the_lines_to_take_out_are_named_before_the_file_is_taken_and_afterwards(client, clerk, file):
    page = reverse("carried_file", args=[file.pk])
    assert client.get(page).context["unwanted"] == []

    make.asked_again(Message.objects.get().requests.get(), body=make.BODY + "変更")

    before = client.get(page)
    client.post(reverse("carried_file_take", args=[file.pk]), UTF8)
    assert [each.context["unwanted"] for each in (before, client.get(page))] == [[1], [1]]
    assert gettext("Lines to take out") in before.content.decode()


def test_nothing_to_carry_is_said(client, clerk):
    page = client.post(reverse("carried_file_make"), {"until": "next"}, follow=True)

    assert [str(message) for message in page.context["messages"]] == [str(carrying.NothingToCarry())]


def test_results_come_as_a_file(client, clerk, file):
    token = CarriedLine.objects.get().token
    upload = SimpleUploadedFile("results.csv", f"token,status\n{token},delivered\n".encode())

    answer = client.post(reverse("carried_results"), {"upload": upload})

    assert answer.url == reverse("carried_files")
    assert Message.objects.get().state == State.DELIVERED


def test_lines_that_cannot_be_used_are_named_and_what_was_pasted_stays(client, clerk, file):
    pasted = f"token,status\n{CarriedLine.objects.get().token},delivered\nZZ,delivered\n"

    page = client.post(reverse("carried_results"), {"pasted": pasted})

    assert page.context["taken"].strangers == [3]
    assert page.context["form"]["pasted"].value() == pasted
    assert Message.objects.get().state == State.DELIVERED


@pytest.mark.parametrize("sent", [{}, {"pasted": "番号\n1"}, {"pasted": " "}, {"pasted": "a\x00b"}])
def test_what_cannot_be_read_is_answered_with_a_sentence(client, clerk, sent):
    page = client.post(reverse("carried_results"), sent)

    assert page.status_code == 422
    assert page.context["form"].errors


def test_a_huge_file_is_answered_with_a_sentence(client, clerk):
    page = client.post(reverse("carried_results"), {"upload": SimpleUploadedFile("r.csv", b"x" * 3 * 1024 * 1024)})

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"upload"}


def test_an_office_without_files_says_so(client, clerk, settings):
    settings.SMS_GATEWAY = "memory"

    assert client.get(reverse("carried_files")).context["is_carried"] is False
    assert not CarriedFile.objects.exists()
    client.post(reverse("carried_file_make"), {"until": "today"})
    assert not CarriedFile.objects.exists()


def test_the_day_says_how_many_texts_are_to_be_carried(clerk, settings):
    make.message(make.real_textable())
    page = reverse("carried_files")

    def counts() -> list[int]:
        return [each.count for each in sections(clerk, city=CityProfile.current()) if each.url == page]

    assert counts() == [1]
    settings.SMS_GATEWAY = "memory"
    assert counts() == []


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ANALYST, Role.INSTRUCTOR])
def test_only_whoever_makes_calls_sees_the_files(client, role, file):
    client.force_login(make_accounts.user(role))

    assert client.get(reverse("carried_file", args=[file.pk])).status_code == 403
    assert client.post(reverse("carried_file_take", args=[file.pk]), UTF8).status_code == 403
