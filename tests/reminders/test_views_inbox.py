"""The pages of texts from residents: who may have written, what they may be answering, what came of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from city.models import CityProfile
from classes.reminding import plan
from core.models import AuditEntry
from office.home import sections
from reminders import inbound
from reminders.models import InboundText, Message, OptOut
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = InboundText.State


@pytest.fixture
def clerk(client):
    clerk = make.clerk()
    client.force_login(clerk)
    return clerk


def received(body: str = "行けません", number: str = "+819000011111") -> InboundText:
    text = inbound.receive({"MessageSid": f"SM{InboundText.objects.count()}", "From": number, "Body": body})
    text.refresh_from_db()
    return text


def html(answer) -> str:
    return answer.content.decode()


def test_the_list_shows_what_nobody_has_looked_at_and_what_was_settled(client, clerk):
    person = make.textable()
    new = received(number=person.phone_lines.get().number)
    settled = inbound.settle(received("ありがとう"), State.CLOSED, by=clerk)

    page = client.get(reverse("inbox"))

    assert list(page.context["texts"]) == [new]
    assert page.context["lately"] == [settled]
    assert person.name in html(page)


def test_opening_the_list_is_a_look_at_everybody_on_it(client, clerk):
    received()

    client.get(reverse("inbox"))

    assert AuditEntry.objects.get(action="inbox.listed").facts == {"count": 1}


def test_a_longer_list_asks_the_database_no_more(client, clerk, django_assert_max_num_queries):
    for _each in range(12):
        received(number=make.textable().phone_lines.get().number)
    client.get(reverse("inbox"))

    with django_assert_max_num_queries(14):
        client.get(reverse("inbox"))


def test_one_text_stands_with_its_writers_and_what_it_may_answer(client, clerk):
    phone = make_residents.mobile()
    people = [make.textable(phone), make.textable(phone)]
    message = make.sent(people[0], at=timezone.now())

    text = received(number=phone.e164)
    page = client.get(reverse("inbox_detail", args=[text.pk]))

    shown = html(page)
    assert {person.name for person in people} <= {person.name for person in page.context["people"]}
    assert [reverse("person", args=[person.pk]) in shown for person in people] == [True, True]
    assert reverse("message_detail", args=[message.pk]) in shown
    entry = AuditEntry.objects.get(action="text.opened")
    assert sorted(entry.facts["people"]) == [person.pk for person in people]


def test_an_absence_is_recorded_on_the_registrations_own_page(client, clerk):
    person = make.textable()
    registration = make_classes.registration(make_classes.run(starts_at=make_classes.days_ahead(9)), person, by=clerk)
    plan(registration, by=clerk)
    Message.objects.update(state=Message.State.SENT, sent_at=timezone.now(), claimed_at=timezone.now())

    text = received(number=person.phone_lines.get().number)

    assert reverse("registration_cancel", args=[registration.pk]) in html(
        client.get(reverse("inbox_detail", args=[text.pk]))
    )


def test_what_came_of_it_is_pressed_and_recorded(client, clerk):
    text = received()

    answer = client.post(reverse("inbox_settle", args=[text.pk]), {"state": "answered"})

    assert (answer.status_code, answer.url) == (302, reverse("inbox"))
    text.refresh_from_db()
    assert (text.state, text.settled_by) == (State.ANSWERED, clerk)


@pytest.mark.parametrize("state", ["", "new", "promised"])
def test_another_answer_is_asked_for_again(client, clerk, state):
    text = received()

    assert client.post(reverse("inbox_settle", args=[text.pk]), {"state": state}).status_code == 422

    text.refresh_from_db()
    assert text.state == State.NEW


def test_who_comes_second_hears_who_was_first(client, clerk):
    text = received()
    inbound.settle(text, State.ANSWERED, by=make.clerk("田中"))

    page = client.post(reverse("inbox_settle", args=[text.pk]), {"state": "closed"}, follow=True)

    assert "田中" in html(page)


def test_a_text_that_is_not_there_is_not_found(client, clerk):
    assert client.get(reverse("inbox_detail", args=[10**6])).status_code == 404


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ANALYST, Role.INSTRUCTOR])
def test_only_whoever_makes_calls_reads_them(client, role):
    client.force_login(make_accounts.user(role))

    assert client.get(reverse("inbox")).status_code == 403


def test_the_day_says_how_many_wait_and_is_silent_where_none_can_come(settings):
    clerk = make.clerk()

    def counts() -> list[int]:
        return [each.count for each in sections(clerk, city=CityProfile.current()) if each.url == reverse("inbox")]

    assert counts() == []
    settings.SMS_RECEIVES = True
    assert counts() == [0]
    settings.SMS_RECEIVES = False
    received()
    assert counts() == [1]


def test_what_the_machine_did_stands_under_settled(client, clerk):
    text = received("停止")

    page = client.get(reverse("inbox"))

    assert page.context["lately"] == [text]
    assert OptOut.objects.get().text == text
