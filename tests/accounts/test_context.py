"""The navigation that a person's roles give."""

import pytest
from django.urls import reverse

from accounts.context import ENTRIES, MOST, navigation
from accounts.roles import ROLE_PERMISSIONS, Role
from tests.make import accounts as make

pytestmark = pytest.mark.django_db


def links(rf, user, path: str = "/"):
    request = rf.get(path)
    request.user = user
    return navigation(request)["navigation"]


@pytest.mark.parametrize("role", Role)
def test_nothing_is_left_out_for_whoever_has_one_role(rf, role):
    allowed = ROLE_PERMISSIONS[role]
    entries = [entry for entry in ENTRIES if entry.permission is None or entry.permission in allowed]

    shown = links(rf, make.user(role))

    assert len(entries) <= MOST
    assert [link.url for link in shown] == [reverse(entry.url_name) for entry in entries]


@pytest.mark.parametrize("role", Role)
def test_every_entry_opens_for_whoever_sees_it(client, rf, role):
    user = make.user(role)
    client.force_login(user)

    for link in links(rf, user):
        assert client.get(link.url).status_code == 200, link.url


def test_whoever_has_every_role_finds_the_rest_on_the_page_of_the_day(client, rf):
    user = make.user(*Role)
    client.force_login(user)

    page = client.get("/").content.decode()

    assert len(links(rf, user)) == MOST
    assert [entry.url_name for entry in ENTRIES if f'href="{reverse(entry.url_name)}"' not in page] == []


@pytest.mark.parametrize(
    ("path", "current"), [("/", "/"), ("/desk/", "/desk/"), ("/people/3/", "/desk/"), ("/lessons/3/move/", "/runs/")]
)
def test_the_entry_to_which_a_page_belongs_is_marked(rf, path, current):
    marked = [link.url for link in links(rf, make.user(Role.RECEPTION), path) if link.current]

    assert marked == [current]


def test_a_visitor_has_none(client):
    assert client.get(reverse("guide_list")).context["navigation"] == []
