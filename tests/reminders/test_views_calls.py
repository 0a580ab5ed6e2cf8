"""The pages of the call list, as a clerk uses them."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from classes.models import Attendance
from core.models import AuditEntry
from reminders import call_list, outbox
from reminders.models import CallAttempt, CallTask, Outcome
from residents.models import PhoneLine
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

LIST = "call_list"
State = CallTask.State


@pytest.fixture
def clerk(client):
    clerk = make.clerk()
    client.force_login(clerk)
    return clerk


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    time_machine.move_to(make.NOON, tick=False)


def household(*names: str) -> CallTask:
    number = make_residents.landline()
    requests = [make.request(make_residents.resident(phone=number, given_name=name)) for name in names]
    return requests[0].call


def press(client, task: CallTask, outcome: str, **more):
    return client.post(reverse("call_record", args=[task.pk]), {"outcome": outcome, **more})


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def html(answer) -> str:
    return answer.content.decode()


# The list -------------------------------------------------------------------------------------------------


def test_the_list_shows_who_until_when_and_why(client, clerk):
    task = make.call()
    person = task.requests.get().resident

    page = html(client.get(reverse(LIST)))

    for wanted in (person.name, person.kana, task.phone.national, str(task.get_reason_display()), "午前10時"):
        assert wanted in page


def test_the_list_says_which_call_is_urgent_and_in_which_order_they_stand(client, clerk):
    make.call(occasion="lesson:32")
    assert "急ぎ</span>" not in html(client.get(reverse(LIST)))

    make.call(occasion="broadcast:1", is_urgent=True)

    page = html(client.get(reverse(LIST)))
    assert page.count("急ぎ</span>") == 1
    assert "今日の教室の方が先、次に急ぎのお電話、そのあとは教室の日時の早い順です。" in page


def test_the_list_says_what_each_call_is_about(client, clerk):
    make.call()

    assert f'<p class="soft">{make.TestPurpose.label}</p>' in html(client.get(reverse(LIST)))


def test_an_empty_list_says_so(client, clerk):
    page = client.get(reverse(LIST))

    assert list(page.context["calls"]) == []
    assert reverse("message_list") in html(page)


def test_calls_of_other_days_are_counted_and_not_shown(client, clerk):
    make.call(due_at=make.NOON + timedelta(days=1))

    page = client.get(reverse(LIST))

    assert (list(page.context["calls"]), page.context["later"]) == ([], 1)


def test_earlier_attempts_stand_with_the_call(client, clerk):
    task = make.call()
    call_list.record(task, Outcome.VOICEMAIL, by=clerk)

    page = html(client.get(reverse(LIST)))

    assert str(Outcome.VOICEMAIL.label) in page


def test_a_call_that_a_colleague_is_making_shows_the_name_and_no_button(client, clerk):
    task = make.call()
    call_list.take(task, by=make.clerk("吉川"))

    page = html(client.get(reverse(LIST)))

    assert "吉川" in page
    assert reverse("call_take", args=[task.pk]) not in page


def test_a_number_that_a_colleague_has_on_the_line_is_not_to_be_rung_about_anything_else(client, clerk):
    first = make.call()
    second = make.call(first.requests.get().resident, occasion="broadcast:1")
    call_list.take(first, by=make.clerk("吉川"))

    listed, page = (html(client.get(at)) for at in (reverse(LIST), reverse("call_detail", args=[second.pk])))

    assert listed.count("吉川さんが電話中") == 2
    assert reverse("call_take", args=[second.pk]) not in listed
    assert "吉川" in page
    assert reverse("call_record", args=[second.pk]) not in page


def test_looking_at_the_list_is_on_record_by_number_only(client, clerk):
    make.call()

    client.get(reverse(LIST))

    entry = AuditEntry.objects.get(action="calls.listed")
    assert (entry.by_id, entry.facts) == (clerk.pk, {"count": 1})


@pytest.mark.parametrize("calls", [2, 45])
def test_the_list_costs_the_same_for_any_number_of_calls(client, clerk, calls, django_assert_max_num_queries):
    for number in range(calls):
        # Tried in the morning, and again just now.
        tried = make.NOON - timedelta(hours=23)
        call_list.record(make.call(occasion=f"lesson:{number}"), Outcome.NO_ANSWER, by=clerk, now=tried)
        call_list.record(make.call(occasion=f"lesson:{number}"), Outcome.NO_ANSWER, by=clerk)

    with django_assert_max_num_queries(25):
        page = client.get(reverse(LIST))

    assert len(page.context["calls"]) == len(page.context["resting"]) == calls


def test_a_list_of_more_than_fifty_has_pages(client, clerk):
    for number in range(51):
        make.call(occasion=f"lesson:{number}")

    assert len(client.get(reverse(LIST)).context["calls"]) == 50
    assert len(client.get(reverse(LIST), {"page": 2}).context["calls"]) == 1


# One call -------------------------------------------------------------------------------------------------


def test_taking_a_call_opens_it_with_what_to_say(client, clerk):
    task = make.call()

    page = client.post(reverse("call_take", args=[task.pk]), follow=True)

    assert page.redirect_chain == [(reverse("call_detail", args=[task.pk]), 302)]
    assert page.context["scripts"] == [f"葛城市です。講座のご確認です。（{task.requests.get().key}）"]
    assert CallTask.objects.get().held_by == clerk


def test_a_call_that_a_colleague_took_first_is_refused_with_the_name(client, clerk):
    task = make.call()
    call_list.take(task, by=make.clerk("吉川"))

    answer = client.post(reverse("call_take", args=[task.pk]))

    assert answer.url == reverse(LIST)
    assert "吉川" in said(answer)[0]


def test_a_call_that_a_colleague_is_making_offers_no_answers(client, clerk):
    task = make.call()
    call_list.take(task, by=make.clerk("吉川"))

    page = html(client.get(reverse("call_detail", args=[task.pk])))

    assert "吉川" in page
    assert reverse("call_record", args=[task.pk]) not in page


def test_a_call_let_go_is_free_again(client, clerk):
    task = make.call()
    call_list.take(task, by=clerk)

    client.post(reverse("call_let_go", args=[task.pk]))

    assert CallTask.objects.get().held_by is None


def test_opening_a_call_is_on_record(client, clerk):
    task = make.call()

    client.get(reverse("call_detail", args=[task.pk]))

    assert AuditEntry.objects.get(action="call.opened").subject_id == str(task.pk)


@pytest.mark.parametrize("since", ["a call lasts", "it was withdrawn"])
def test_a_look_at_a_call_that_was_once_ones_own_is_on_record(client, clerk, since):
    task = make.call()
    if since == "a call lasts":
        call_list.take(task, by=clerk, now=timezone.now() - call_list.HOLD_FOR)
    else:
        call_list.take(task, by=clerk)
        CallTask.objects.update(state=CallTask.State.WITHDRAWN)

    client.get(reverse("call_detail", args=[task.pk]))

    assert AuditEntry.objects.filter(action="call.opened", by=clerk).count() == 1


def test_a_call_that_was_just_taken_is_one_look_with_it(client, clerk):
    task = make.call()

    client.post(reverse("call_take", args=[task.pk]), follow=True)

    assert not AuditEntry.objects.filter(action="call.opened").exists()


@pytest.mark.parametrize("outcome", Outcome)
def test_every_answer_is_one_press(client, clerk, outcome):
    task = make.call()
    page = html(client.get(reverse("call_detail", args=[task.pk])))
    assert f'name="outcome" value="{outcome}"' in page

    answer = press(client, task, outcome)

    assert answer.url == reverse(LIST)
    assert str(outcome.label) in said(answer)[0]
    assert CallAttempt.objects.get().outcome == outcome


def test_what_else_the_person_is_called_about_is_told_in_the_same_call(client, clerk):
    task = make.call()
    person = task.requests.get().resident
    told, kept = make.call(person, occasion="broadcast:1"), make.call(person, occasion="lesson:32")

    page = html(client.get(reverse("call_detail", args=[task.pk])))

    assert page.count(f"同じ方に、「{make.TestPurpose.label}」の電話もあります。一度にお伝えください。") == 2
    assert f"（{told.requests.get().key}）" in page
    assert f'name="also" value="{told.pk}"' in page
    assert " checked" not in page

    press(client, task, Outcome.SELF, also=[told.pk])

    assert list(CallTask.objects.open()) == [kept]


def test_a_tick_at_what_a_colleague_told_meanwhile_keeps_nobody_from_recording_the_call(client, clerk):
    task = make.call()
    told = make.call(task.requests.get().resident, occasion="broadcast:1")
    call_list.record(told, Outcome.FAMILY, by=make.clerk("吉川"))

    answers = [press(client, task, Outcome.SELF, also=[told.pk]) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert [(call.state, call.outcome) for call in CallTask.objects.order_by("pk")] == [
        (State.DONE, Outcome.SELF),
        (State.DONE, Outcome.FAMILY),
    ]


def test_a_tick_at_a_call_to_somebody_else_is_refused(client, clerk):
    task, elses = make.call(), make.call()

    page = press(client, task, Outcome.SELF, also=[elses.pk])

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["also"])
    assert 'id="id_also_error"' in html(page)
    assert CallTask.objects.open().count() == 2


def test_an_absence_pressed_here_stands_on_the_roster(client, clerk):
    make_classes.registration(make_classes.run(lessons=2), by=clerk)
    task = CallTask.objects.first()

    press(client, task, Outcome.ABSENCE)

    assert Attendance.objects.get().mark == Attendance.Mark.ABSENT_TOLD


@pytest.mark.parametrize("sent", [{}, {"outcome": ""}, {"outcome": "no_such_outcome"}, {"outcome": "📞" * 500}])
def test_no_answer_is_answered_at_the_buttons_and_keeps_the_ticks(client, clerk, sent):
    task = household("茂", "キヨ")
    his, hers = task.requests.order_by("pk")

    page = client.post(reverse("call_record", args=[task.pk]), {**sent, "absent": [hers.pk]})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["outcome"]
    assert f'href="#{page.context["form"]["outcome"].auto_id}"' in html(page)
    assert f'id="{page.context["form"]["outcome"].auto_id}"' in html(page)
    assert f'value="{hers.pk}" id="id_absent_1" checked' in html(page)
    assert f'value="{his.pk}" id="id_absent_0" checked' not in html(page)
    assert CallAttempt.objects.count() == 0


def test_who_of_a_household_will_not_come_is_asked_at_the_names(client, clerk):
    task = household("茂", "キヨ")

    page = press(client, task, Outcome.ABSENCE)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["absent"]
    assert 'id="id_absent_error"' in html(page)
    assert CallTask.objects.get().state == State.OPEN


def test_who_of_a_household_will_not_come_is_recorded(client, clerk, purpose):
    task = household("茂", "キヨ")
    _his, hers = task.requests.order_by("pk")

    press(client, task, Outcome.ABSENCE, absent=[hers.pk])

    assert (hers.key, "absence") in purpose.heard
    assert CallTask.objects.get().state == State.DONE


def test_who_gave_the_seat_back_while_the_page_was_open_is_named_and_the_other_one_keeps_theirs(client, clerk, purpose):
    task = household("茂", "キヨ")
    his, hers = task.requests.select_related("resident").order_by("pk")
    outbox.withdraw_each([his.key], by=clerk)

    page = press(client, task, Outcome.ABSENCE, absent=[his.pk])

    assert (page.status_code, purpose.heard) == (422, [])
    assert his.resident.name in page.context["form"].errors["absent"][0]
    assert str(his.pk) not in page.context["form"].errors["absent"][0]
    assert f'name="absent" value="{hers.pk}"' in html(page)
    assert f'name="absent" value="{his.pk}"' not in html(page)

    press(client, task, Outcome.ABSENCE, absent=[hers.pk])

    assert purpose.heard == [(hers.key, "absence")]


@pytest.mark.parametrize("absent", ["x", "", "99999999999999999999", str(10**6)])
def test_a_tick_that_belongs_to_nobody_is_refused(client, clerk, purpose, absent):
    task = household("茂", "キヨ")

    page = press(client, task, Outcome.ABSENCE, absent=[absent])

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["absent"]
    assert purpose.heard == []


def test_a_button_pressed_twice_is_one_answer(client, clerk):
    task = make.call()

    answers = [press(client, task, Outcome.SELF), press(client, task, Outcome.SELF)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert CallAttempt.objects.count() == 1


def test_a_page_that_lay_open_while_a_colleague_called_changes_nothing(client, clerk):
    task = make.call()
    call_list.record(task, Outcome.SELF, by=make.clerk("吉川"))

    answer = press(client, task, Outcome.ABSENCE)

    assert len(said(answer)) == 1
    assert CallTask.objects.get().outcome == Outcome.SELF


def test_a_wrong_number_leads_to_the_person(client, clerk):
    press(client, make.call(), Outcome.WRONG_NUMBER)

    again = CallTask.objects.open().get()
    page = html(client.get(reverse("call_detail", args=[again.pk])))

    assert PhoneLine.objects.get().is_doubtful
    assert reverse("person", args=[again.requests.get().resident_id]) in page
    assert 'name="outcome"' not in page


def test_a_postcard_is_posted_from_the_list(client, clerk):
    task = make.postcard(due_at=make.NOON, useless_after=make.NOON + timedelta(days=7))
    assert reverse("call_posted", args=[task.pk]) in html(client.get(reverse(LIST)))

    answer = client.post(reverse("call_posted", args=[task.pk]))

    assert answer.url == reverse(LIST)
    assert CallTask.objects.get().state == State.DONE


def test_whoever_has_no_number_and_was_told_otherwise_was_not_posted_a_card(client, clerk):
    task = make.call(make_residents.resident(phone=None))

    answer = client.post(reverse("call_posted", args=[task.pk]))

    assert said(answer) == ["ほかの方法でお伝えしたことを記録しました。"]


@pytest.mark.parametrize("name", ["call_detail", "call_take", "call_let_go", "call_record", "call_posted"])
def test_a_call_that_is_gone_is_not_found(client, clerk, name):
    answer = client.get if name == "call_detail" else client.post

    assert answer(reverse(name, args=[10**6])).status_code == 404


@pytest.mark.parametrize("name", ["call_take", "call_let_go", "call_record", "call_posted"])
def test_only_a_press_changes_anything(client, clerk, name):
    assert client.get(reverse(name, args=[make.call().pk])).status_code == 405


# Permission -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.RECEPTION])
def test_nobody_but_reception_sees_or_makes_calls(client, role):
    task = make.call()
    client.force_login(make_accounts.user(role))

    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse("call_detail", args=[task.pk])).status_code == 403
    assert press(client, task, Outcome.SELF).status_code == 403
    assert CallAttempt.objects.count() == 0


def test_a_call_held_longer_than_a_call_lasts_is_free(client, clerk):
    task = make.call()
    call_list.take(task, by=make.clerk("吉川"), now=timezone.now() - call_list.HOLD_FOR)

    assert reverse("call_take", args=[task.pk]) in html(client.get(reverse(LIST)))
