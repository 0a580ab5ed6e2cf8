"""Calls of other applications, pointed to from the call list."""

import pytest
from django.urls import reverse

from accounts.roles import Permission, Role
from reminders import other_calls
from reminders.other_calls import Beside, OtherList, beside, other_lists, register_other_calls
from tests.make import accounts as make_accounts
from tests.make import reminders as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]


class Errands:
    """Two calls to three people, who work at a town hall that knows no seats."""

    name = "errands"
    permission = Permission.RECEIVE
    beside_a_name = "also an errand"

    def __init__(self, people=None) -> None:
        self.people = people or {}

    def in_words(self, number):
        return f"{number} errands"

    def page(self):
        return "/errands/"

    def to_make(self, now):
        return self.people


@pytest.fixture
def errands(monkeypatch):
    def are_made(people) -> None:
        monkeypatch.setattr(other_calls, "_LISTS", {})
        register_other_calls(Errands(people))

    return are_made


def test_only_those_who_make_such_calls_are_led_there_and_only_to_something(errands) -> None:
    clerk, analyst = make_accounts.user(Role.RECEPTION), make_accounts.user(Role.ANALYST)
    errands({1: "/errands/1/", 2: "/errands/1/", 3: "/errands/3/"})

    assert [each.words for each in other_lists(clerk, make.NOON)] == ["2 errands"]
    assert other_lists(analyst, make.NOON) == []
    errands({})
    assert other_lists(clerk, make.NOON) == []


def test_two_of_a_household_who_are_called_about_one_thing_are_pointed_out_once() -> None:
    lists = [OtherList("2 errands", "/errands/", "also an errand", {1: "/errands/1/", 2: "/errands/1/"})]

    assert beside([1, 2, 9], lists) == [Beside("also an errand", "/errands/1/")]
    assert beside([9], lists) == []


def test_a_name_belongs_to_one_list(errands) -> None:
    errands({})

    with pytest.raises(ValueError, match="twice"):
        register_other_calls(type("Impostor", (Errands,), {})())


def test_the_call_list_and_a_call_say_what_else_the_person_is_called_about(client, errands, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    client.force_login(make.clerk())
    task, alone = make.call(), make.call(occasion="lesson:32")
    errands({task.requests.get().resident_id: "/errands/7/"})

    listed = client.get(reverse("call_list")).content.decode()

    assert listed.count('href="/errands/7/"') == 1
    assert 'href="/errands/">1 errands<' in listed
    assert 'href="/errands/7/"' in client.get(reverse("call_detail", args=[task.pk])).content.decode()
    assert "errand" not in client.get(reverse("call_detail", args=[alone.pk])).content.decode()
