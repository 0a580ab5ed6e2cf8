"""The pages of the texts: what became of each, and what to do about it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from core.models import AuditEntry
from reminders import halts, receipts
from reminders.codes import meaning
from reminders.gateways import Answer
from reminders.models import CallTask, Message
from reminders.tables import MessageTable
from tests.make import accounts as make_accounts
from tests.make import reminders as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

LIST = "message_list"
State = Message.State


@pytest.fixture(autouse=True)
def _noon():
    """The builders' texts are for the days after it, and what is past is planned no more."""
    with time_machine.travel(make.NOON, tick=False):
        yield


@pytest.fixture
def clerk(client):
    clerk = make.clerk()
    client.force_login(clerk)
    return clerk


def rows(page) -> list[Message]:
    return [row.record for row in page.context["table"].rows]


def html(answer) -> str:
    return answer.content.decode()


def fail(message: Message, code: str = "30004") -> Message:
    receipts.apply(message.token, Answer(message.provider_id, "undelivered", code), now=make.NOON)
    message.refresh_from_db()
    return message


def test_what_failed_stands_first(client, clerk):
    fine = make.sent(occasion="lesson:1", due_at=make.NOON)
    failed = fail(make.sent(occasion="lesson:2", due_at=make.NOON - timedelta(days=1)))

    assert rows(client.get(reverse(LIST))) == [failed, fine]


def test_the_list_says_to_whom_what_happened_and_what_to_do(client, clerk):
    message = fail(make.sent())

    page = html(client.get(reverse(LIST)))

    assert message.requests.get().resident.name in page
    assert message.phone.national in page
    assert str(meaning("30004").what) in page


@pytest.mark.parametrize("state", [State.PLANNED, State.FAILED])
def test_the_list_is_narrowed_by_state(client, clerk, state):
    planned, failed = make.message(occasion="lesson:1"), fail(make.sent(occasion="lesson:2"))

    wanted = planned if state == State.PLANNED else failed
    assert rows(client.get(reverse(LIST), {"state": state})) == [wanted]


def test_the_list_is_narrowed_by_day(client, clerk):
    make.message(occasion="lesson:1", due_at=make.NOON - timedelta(days=1))
    that_day = make.message(occasion="lesson:2")

    assert rows(client.get(reverse(LIST), {"day": "2026-12-02"})) == [that_day]
    assert rows(client.get(reverse(LIST), {"day": "令和8年12月2日"})) == [that_day]


def test_the_list_is_narrowed_by_why_what_for_and_what_about(client, clerk):
    refused, silent = fail(make.sent(occasion="lesson:1")), fail(make.sent(occasion="lesson:2"), code="")
    other = make.message(occasion="lesson:3", purpose="gone")

    assert rows(client.get(reverse(LIST), {"reason": "30004"})) == [refused]
    assert rows(client.get(reverse(LIST), {"reason": "none"})) == [silent]
    assert rows(client.get(reverse(LIST), {"purpose": "test-purpose", "occasion": "lesson:2"})) == [silent]
    assert rows(client.get(reverse(LIST), {"occasion": "lesson:3"})) == [other]
    page = html(client.get(reverse("message_detail", args=[other.pk])))
    assert f"{reverse(LIST)}?occasion=lesson%3A3" in page


@pytest.mark.parametrize("asked", [{"state": "nonsense"}, {"day": "2月30日"}, {"day": "あ" * 500}, {"page": "x"}])
def test_a_question_that_makes_no_sense_shows_all_and_says_so(client, clerk, asked):
    message = make.message()

    page = client.get(reverse(LIST), asked)

    assert rows(page) == [message]
    if "page" not in asked:
        assert list(page.context["filter"].errors) == list(asked)


def test_an_empty_list_says_so(client, clerk):
    assert str(MessageTable.empty_text) in html(client.get(reverse(LIST)))


def test_a_day_that_does_not_exist_is_answered_at_the_field_and_still_there(client, clerk):
    page = html(client.get(reverse(LIST), {"day": "2月30日"}))

    assert 'value="2月30日"' in page
    assert 'id="filter_day_error"' in page


def test_what_hinders_sending_stands_over_the_list(client, clerk):
    halts.halt("20003", now=make.NOON)

    page = client.get(reverse(LIST))

    assert page.context["conditions"].troubles
    assert str(page.context["conditions"].troubles[0].what) in html(page)


@pytest.mark.parametrize("texts", [2, 45])
def test_the_list_costs_the_same_for_any_number_of_texts(client, clerk, texts, django_assert_max_num_queries):
    for number in range(texts):
        fail(make.sent(occasion=f"lesson:{number}"), "30003" if number % 2 else "30004")

    with django_assert_max_num_queries(18):
        page = client.get(reverse(LIST), {"state": "failed"})

    assert len(rows(page)) == texts


def test_looking_at_the_list_is_on_record_by_number_only(client, clerk):
    make.message()

    client.get(reverse(LIST))

    assert AuditEntry.objects.get(action="messages.listed").facts == {"count": 1}


# One text -------------------------------------------------------------------------------------------------


def test_one_text_shows_its_words_its_people_and_its_history(client, clerk):
    message = fail(make.sent())

    page = client.get(reverse("message_detail", args=[message.pk]))

    assert make.BODY in html(page)
    person = message.requests.get().resident
    assert person.name in html(page)
    assert reverse("person", args=[person.pk]) in html(page)
    assert len(page.context["story"]) >= 4
    assert AuditEntry.objects.get(action="message.opened").subject_id == str(message.pk)


def test_both_tries_point_at_each_other(client, clerk):
    first = fail(make.sent(), "30003")

    assert reverse("message_detail", args=[first.retry.pk]) in html(
        client.get(reverse("message_detail", args=[first.pk]))
    )
    assert reverse("message_detail", args=[first.pk]) in html(
        client.get(reverse("message_detail", args=[first.retry.pk]))
    )


def test_a_text_of_somebody_who_was_forgotten_shows_a_dash(client, clerk):
    message = make.sent()
    Message.objects.update(number="", body="-")

    assert client.get(reverse("message_detail", args=[message.pk])).context["number"] == "—"
    assert client.get(reverse(LIST)).status_code == 200


def test_a_text_that_does_not_exist_is_not_found(client, clerk):
    assert client.get(reverse("message_detail", args=[10**6])).status_code == 404


def test_the_call_in_place_of_a_text_is_named_as_the_next_step(client, clerk):
    message = fail(make.sent())
    page = client.get(reverse("message_detail", args=[message.pk]))
    assert str(page.context["standing"].next_step)

    CallTask.objects.update(state=CallTask.State.DONE)
    done = client.get(reverse("message_detail", args=[message.pk]))

    assert str(done.context["standing"].next_step) != str(page.context["standing"].next_step)


def test_a_press_notes_that_the_person_was_told_what_no_call_would_tell(client, clerk, purpose):
    purpose.is_only_written = True
    message = fail(make.sent())
    address = reverse("message_told", args=[message.pk])
    assert address in html(client.get(reverse("message_detail", args=[message.pk])))

    page = client.post(address, follow=True)

    assert address not in html(page)
    assert AuditEntry.objects.filter(action="message.told", subject_id=str(message.pk)).exists()


def test_a_text_in_whose_place_somebody_calls_is_settled_on_the_call_list(client, clerk):
    message = fail(make.sent())

    assert reverse("message_told", args=[message.pk]) not in html(
        client.get(reverse("message_detail", args=[message.pk]))
    )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.RECEPTION])
def test_nobody_but_reception_reads_the_texts(client, role):
    message = make.sent()
    client.force_login(make_accounts.user(role))

    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse("message_detail", args=[message.pk])).status_code == 403
    assert client.post(reverse("message_told", args=[message.pk])).status_code == 403


def test_a_day_that_cannot_be_read_is_said_and_everything_is_shown(client, clerk):
    sent = make.sent(occasion="lesson:1", due_at=make.NOON)

    page = client.get(reverse(LIST), {"day": "きのう"})

    assert rows(page) == [sent]
    assert "<title>エラー：" in html(page)
    assert "読み取れない入力があるため、絞り込まずにすべて表示しています。" in html(page)
