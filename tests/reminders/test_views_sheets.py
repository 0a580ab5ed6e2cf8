"""The pages of the printed call list: printing it and typing it back."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.roles import Role
from core.models import AuditEntry
from reminders import call_list, outbox, sheets
from reminders.models import CallAttempt, CallSheet, CallTask, Outcome
from tests.make import accounts as make_accounts
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = CallTask.State


@pytest.fixture
def clerk(client):
    clerk = make.clerk()
    client.force_login(clerk)
    return clerk


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    time_machine.move_to(make.NOON, tick=False)


def printed(clerk) -> CallSheet:
    return sheets.print_sheet(by=clerk, now=make.NOON)


def send(client, sheet: CallSheet, *outcomes: str, made_at: str = "12:00", **more):
    ticks = {f"outcome-{number}": outcome for number, outcome in enumerate(outcomes, start=1)}
    return client.post(reverse("call_sheet_type", args=[sheet.pk]), {"made_at": made_at, **ticks, **more})


def html(answer) -> str:
    return answer.content.decode()


def test_printing_makes_a_sheet_and_shows_it(client, clerk) -> None:
    make.call()

    answer = client.post(reverse("call_sheet_print"))

    sheet = CallSheet.objects.get()
    assert answer.url == reverse("call_sheet_pdf", args=[sheet.pk])
    paper = client.get(answer.url)
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert AuditEntry.objects.get(action="calls.printed").facts == {"count": 1}
    assert AuditEntry.objects.get(action="call_sheet.opened").facts == {"count": 1}


def test_with_nothing_to_print_nothing_is_printed(client, clerk) -> None:
    answer = client.post(reverse("call_sheet_print"))

    assert answer.url == reverse("call_list")
    assert len(list(get_messages(answer.wsgi_request))) == 1
    assert not CallSheet.objects.exists()


def test_the_list_shows_whose_sheet_a_call_stands_on_and_leads_there(client, clerk) -> None:
    make.call()
    sheet = printed(make.clerk("吉川"))

    page = html(client.get(reverse("call_list")))

    assert page.count(reverse("call_sheet_type", args=[sheet.pk])) == 2
    assert "吉川" in page
    assert f'action="{reverse("call_sheet_print")}"' not in page


def test_a_sheet_is_typed_in_at_once(client, clerk, purpose) -> None:
    tasks = [make.call(occasion=f"lesson:{number}") for number in range(3)]
    sheet = printed(clerk)

    answer = send(client, sheet, Outcome.SELF, Outcome.NO_ANSWER, "")

    assert answer.url == reverse("call_list")
    assert [CallTask.objects.get(pk=task.pk).outcome for task in tasks] == ["self", "no_answer", ""]


def test_a_sheet_sent_twice_is_recorded_once(client, clerk) -> None:
    make.call()
    sheet = printed(clerk)

    answers = [send(client, sheet, Outcome.NO_ANSWER) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert CallAttempt.objects.count() == 1


def test_what_was_recorded_on_the_screen_is_shown_beside_what_was_ticked(client, clerk) -> None:
    task, _other = make.call(), make.call(occasion="lesson:32")
    sheet = printed(clerk)
    call_list.record(task, Outcome.ABSENCE, by=make.clerk("吉川"), now=make.NOON)

    answer = send(client, sheet, Outcome.SELF, Outcome.FAMILY)

    assert answer.status_code == 422
    page = html(answer)
    assert "吉川" in page
    assert 'name="outcome-1"' in page
    assert "checked" in page.split('name="outcome-1" value="self"')[1].split(">")[0]
    assert 'name="outcome-2"' not in page
    assert CallTask.objects.get(pk=task.pk).outcome == "absence"
    assert CallTask.objects.exclude(pk=task.pk).get().outcome == "family"


@pytest.mark.parametrize(
    "wrong",
    [{"made_at": ""}, {"made_at": "23:59"}, {"made_at": "11:59"}, {"made_at": "いつか"}, {"outcome-2": "nobody"}],
)
def test_bad_input_records_nothing_and_keeps_what_was_typed(client, clerk, wrong) -> None:
    for number in range(2):
        make.call(occasion=f"lesson:{number}")
    sheet = printed(clerk)

    answer = send(client, sheet, Outcome.SELF, **wrong)

    assert answer.status_code == 422
    assert CallAttempt.objects.count() == 0
    assert "checked" in html(answer).split('name="outcome-1" value="self"')[1].split(">")[0]
    assert answer.context["form"].errors


def test_who_of_a_household_will_not_come_is_asked_at_the_line(client, clerk, purpose) -> None:
    number = make_residents.landline()
    his, hers = (make.request(make_residents.resident(phone=number, given_name=name)) for name in ("茂", "キヨ"))
    sheet = printed(clerk)

    asked = send(client, sheet, Outcome.ABSENCE)
    told = send(client, sheet, Outcome.ABSENCE, **{"absent-1": [hers.pk]})

    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["absent-1"])
    assert told.status_code == 302
    assert purpose.heard == [(his.key, "self"), (hers.key, "absence")]


def test_who_left_the_line_meanwhile_is_named_and_the_other_one_keeps_the_seat(client, clerk, purpose) -> None:
    number = make_residents.landline()
    his, hers = (make.request(make_residents.resident(phone=number, given_name=name)) for name in ("茂", "キヨ"))
    sheet = printed(clerk)
    outbox.withdraw_each([his.key], by=clerk)

    refused = send(client, sheet, Outcome.ABSENCE, **{"absent-1": [his.pk]})
    told = send(client, sheet, Outcome.ABSENCE, **{"absent-1": [hers.pk]})

    errors = refused.context["form"].errors
    assert (refused.status_code, list(errors)) == (422, ["absent-1"])
    assert his.resident.name in errors["absent-1"][0]
    assert f'<span class="tag amber">{his.resident.name}</span>' in html(refused)
    assert (told.status_code, purpose.heard) == (302, [(hers.key, "absence")])


def test_a_sheet_of_yesterday_asks_when_the_calls_were_made(client, clerk, time_machine) -> None:
    make.call()
    sheet = printed(clerk)
    today = client.get(reverse("call_sheet_type", args=[sheet.pk])).context["form"]
    time_machine.move_to(make.NOON + timedelta(days=1), tick=False)
    client.force_login(clerk)

    form = client.get(reverse("call_sheet_type", args=[sheet.pk])).context["form"]

    assert today["made_at"].value() == "12:00"
    assert form["made_at"].value() is None


def test_opening_a_sheet_is_on_record_once(client, clerk) -> None:
    make.call()
    sheet = printed(clerk)

    client.get(reverse("call_sheet_type", args=[sheet.pk]))
    send(client, sheet, made_at="")

    assert AuditEntry.objects.filter(action="call_sheet.opened").count() == 1


@pytest.mark.parametrize("calls", [1, 12])
def test_the_sheet_costs_the_same_for_any_number_of_calls(client, clerk, calls, django_assert_max_num_queries) -> None:
    for number in range(calls):
        make.call(occasion=f"lesson:{number}")
    sheet = printed(clerk)

    with django_assert_max_num_queries(15):
        client.get(reverse("call_sheet_type", args=[sheet.pk]))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.RECEPTION])
def test_nobody_but_reception_prints_or_types_sheets(client, role) -> None:
    make.call()
    sheet = printed(make.clerk())
    client.force_login(make_accounts.user(role))

    for name in ("call_sheet_pdf", "call_sheet_type"):
        assert client.get(reverse(name, args=[sheet.pk])).status_code == 403
    assert client.post(reverse("call_sheet_print")).status_code == 403
    assert send(client, sheet, Outcome.SELF).status_code == 403
    assert CallAttempt.objects.count() == 0


@pytest.mark.parametrize("name", ["call_sheet_pdf", "call_sheet_type"])
def test_a_sheet_that_is_gone_is_not_found(client, clerk, name) -> None:
    assert client.get(reverse(name, args=[10**6])).status_code == 404
