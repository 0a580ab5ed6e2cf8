"""The page on which a clerk writes down that somebody wants no more texts, or texts again."""

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from core.models import AuditEntry
from reminders import inbound
from reminders.about import KINDS, About
from reminders.models import CallTask, OptOut
from reminders.reasons import Reason
from tests.make import accounts as make_accounts
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]


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


def html(answer) -> str:
    return answer.content.decode()


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def told(line, **more: str) -> dict[str, str]:
    return {"stop-line": str(line.pk), "stop-how": "phone", "stop-about": "everything", **more}


def again(line, about: str = "everything", **more: str) -> dict[str, str]:
    return {"resume-stopped": f"{line.pk}:{about}", "resume-how": "phone", **more}


def test_a_clerk_stops_the_texts_and_writes_how_it_was_told(client, clerk):
    message = make.message()
    person = message.requests.get().resident

    answer = client.post(reverse("texts_stop", args=[person.pk]), told(person.phone_lines.get()))

    assert (answer.status_code, answer.url) == (302, reverse("texts_to_person", args=[person.pk]))
    stopped = OptOut.objects.get()
    assert (stopped.number, stopped.how, stopped.by) == (message.number, OptOut.How.PHONE, clerk)
    assert CallTask.objects.get().state == CallTask.State.OPEN


def test_a_clerk_resumes_them_and_the_history_stays_on_the_page(client, clerk):
    person = make.textable()
    line = person.phone_lines.get()
    client.post(reverse("texts_stop", args=[person.pk]), told(line))

    client.post(reverse("texts_resume", args=[person.pk]), again(line, **{"resume-how": "counter"}))

    ended = OptOut.objects.get()
    assert (ended.ended_how, ended.ended_by) == (OptOut.How.COUNTER, clerk)
    page = client.get(reverse("texts_to_person", args=[person.pk]))
    assert page.context["history"] == [(line.phone, ended)]
    assert page.context["resume"] is None


def test_who_stops_or_resumes_texts_hears_how_much_is_planned_anew(client, clerk):
    number = make_residents.mobile()
    person, other = make.textable(number), make.textable(number)
    make.request(person)
    make.request(other, occasion="lesson:32")
    line = person.phone_lines.get()

    client.cookies["django_language"] = "en"

    for deed, typed in (("texts_stop", told(line)), ("texts_resume", again(line))):
        page = client.post(reverse(deed, args=[person.pk]), typed, follow=True)
        assert "2 reminders and notices to this number were planned anew." in said(page)


@pytest.mark.parametrize(
    "wrong", [{"stop-how": ""}, {"stop-how": "provider"}, {"stop-line": "1000000"}, {"stop-about": "x"}]
)
def test_what_is_missing_is_asked_for_and_nothing_is_changed(client, clerk, wrong):
    person = make.textable()

    answer = client.post(reverse("texts_stop", args=[person.pk]), told(person.phone_lines.get(), **wrong))

    assert answer.status_code == 422
    assert not OptOut.objects.exists()


def test_nobody_stops_a_number_of_somebody_else(client, clerk):
    person, other = make.textable(), make.textable()

    answer = client.post(reverse("texts_stop", args=[person.pk]), told(other.phone_lines.get()))

    assert answer.status_code == 422
    assert not OptOut.objects.exists()


def test_to_resume_what_is_not_stopped_says_so(client, clerk):
    person = make.textable()
    line = person.phone_lines.get()

    page = client.post(reverse("texts_resume", args=[person.pk]), again(line), follow=True)

    assert page.status_code == 200
    assert not AuditEntry.objects.filter(action="texts.resumed").exists()


def test_a_landline_has_nothing_to_stop(client, clerk):
    person = make.callable_()

    page = client.get(reverse("texts_to_person", args=[person.pk]))

    assert page.context["stop"] is None
    assert client.post(reverse("texts_stop", args=[person.pk]), told(person.phone_lines.get())).status_code == 422


def test_opening_the_page_is_on_record(client, clerk):
    person = make.textable()

    client.get(reverse("texts_to_person", args=[person.pk]))

    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(person.pk)).count() == 1


def test_the_persons_page_says_which_number_takes_no_texts(client, clerk):
    phone = make_residents.mobile()
    person = make.textable(phone)
    inbound.receive({"MessageSid": "SM1", "From": phone.e164, "Body": "停止"})

    page = client.get(reverse("person", args=[person.pk]))

    stopped = [each.about for telephone in page.context["record"].telephones for each in telephone.stopped]
    assert stopped == [About.EVERYTHING]
    assert reverse("texts_to_person", args=[person.pk]) in html(page)


def test_one_kind_is_stopped_and_taken_back_and_the_other_stays(client, clerk):
    person = make.textable()
    line = person.phone_lines.get()
    for about in KINDS:
        client.post(reverse("texts_stop", args=[person.pk]), told(line, **{"stop-about": about}))

    page = client.get(reverse("texts_to_person", args=[person.pk]))
    client.post(reverse("texts_resume", args=[person.pk]), again(line, About.REMINDERS))

    assert [key for key, _label in page.context["resume"].fields["stopped"].widget.choices] == [
        f"{line.pk}:{about}" for about in KINDS
    ]
    assert OptOut.objects.standing().get().about == About.BOOKED


def test_the_desk_and_the_persons_page_say_which_kind_is_stopped(client, clerk):
    person = make.textable()
    OptOut.objects.create(number=person.phone_lines.get().number, about=About.REMINDERS, how=OptOut.How.PHONE)

    desk = client.get(reverse("desk"), {"person": person.pk})
    page = client.get(reverse("person", args=[person.pk]))

    assert desk.context["stopped"] == [About.REMINDERS.label]
    assert desk.context["way"].reason == Reason.STOPPED
    reached = page.context["record"].reached
    assert f"電話 {person.phone_lines.get().phone.national}" in reached
    assert f"SMS {person.phone_lines.get().phone.national}" in reached


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ANALYST, Role.INSTRUCTOR])
def test_only_reception_stops_texts(client, role):
    person = make.textable()
    client.force_login(make_accounts.user(role))

    assert client.get(reverse("texts_to_person", args=[person.pk])).status_code == 403
    assert client.post(reverse("texts_stop", args=[person.pk]), told(person.phone_lines.get())).status_code == 403
