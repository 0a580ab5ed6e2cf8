import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import Role
from accounts.staffing import roles_held
from core.stale import fingerprint
from tests.make import accounts as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make.user(Role.ADMINISTRATOR, username="admin")


def sign_in(client, user, **extra):
    return client.post(
        reverse("account_login"), {"login": user.username, "password": make.PASSWORD, **extra}, follow=False
    )


def let_the_sign_in_expire(client):
    client.cookies.pop("sessionid")


def typed(target):
    ticked = [Role.RECEPTION.value, Role.ANALYST.value]
    return {"roles": ticked, "seen": fingerprint(roles_held(target)), "note": "葛󠄀城 𠮷田\r\n二行目"}


def test_a_form_sent_after_the_sign_in_ended_goes_on_after_signing_in_again(client, admin):
    person = make.user(Role.AUTHOR)
    address = reverse("user_edit", args=[person.pk])
    sign_in(client, admin)
    let_the_sign_in_expire(client)

    page = client.post(address, typed(person))

    assert page.status_code == 401
    answer = sign_in(client, admin, carried_form=page.context["carried_form"])
    assert answer.url == reverse("form_resume")
    resumed = client.get(answer.url)
    form = resumed.context["form_to_send"]
    assert form.path == address
    assert ("note", typed(person)["note"]) in form.fields
    client.post(form.path, {name: [value for key, value in form.fields if key == name] for name in ("roles", "seen")})
    assert set(RoleGrant.objects.filter(user=person).values_list("role", flat=True)) == {"reception", "analyst"}


def test_whoever_signs_in_again_may_be_somebody_else_and_the_browser_forgets_the_roster_it_kept(client, admin):
    sign_in(client, admin)
    let_the_sign_in_expire(client)

    page = client.post(reverse("user_edit", args=[admin.pk]), typed(admin)).content.decode()

    [form] = re.findall(f'<form [^>]*action="{reverse("account_login")}"[^>]*>', page)
    assert "data-forgets" in form


def test_what_was_typed_does_not_stand_readable_in_the_page(client, admin):
    sign_in(client, admin)
    let_the_sign_in_expire(client)

    page = client.post(reverse("user_create"), {"name": "髙橋"})

    assert "髙橋" not in page.content.decode()


def test_somebody_else_who_signs_in_gets_nothing_of_it(client, admin):
    other = make.user(Role.ADMINISTRATOR)
    sign_in(client, admin)
    let_the_sign_in_expire(client)
    page = client.post(reverse("user_create"), {"name": "髙橋"})

    sign_in(client, other, carried_form=page.context["carried_form"])

    assert client.get(reverse("form_resume")).status_code == 302


def test_after_half_an_hour_the_form_is_gone(client, admin):
    sign_in(client, admin)
    let_the_sign_in_expire(client)
    page = client.post(reverse("user_create"), {"name": "髙橋"})

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        sign_in(client, admin, carried_form=page.context["carried_form"])
        assert client.get(reverse("form_resume")).status_code == 302


def test_a_forged_form_is_ignored(client, admin):
    sign_in(client, admin, carried_form="gAAAAABnonsense")

    assert client.get(reverse("form_resume")).status_code == 302


def test_a_browser_in_which_nobody_sat_is_sent_to_the_plain_sign_in(client, admin):
    answer = client.post(reverse("user_create"), {"name": "髙橋"})

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_after_a_proper_sign_out_nothing_is_carried_on(client, admin):
    sign_in(client, admin)
    client.post(reverse("account_logout"))

    answer = client.post(reverse("user_create"), {"name": "髙橋"})

    assert answer.status_code == 302


def test_a_wrong_password_in_between_loses_nothing(client, admin):
    sign_in(client, admin)
    let_the_sign_in_expire(client)
    page = client.post(reverse("user_create"), {"name": "髙橋"})

    wrong = client.post(
        reverse("account_login"),
        {"login": "admin", "password": "wrong", "carried_form": page.context["carried_form"]},
    )

    assert page.context["carried_form"] in wrong.content.decode()


def test_a_form_of_our_own_page_with_an_old_key_is_offered_again(admin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)

    page = client.post(reverse("user_create"), {"name": "髙橋"}, headers={"origin": "http://testserver"})

    assert page.status_code == 403
    assert page.context["form_to_send"].fields == [("name", "髙橋")]


def test_a_form_of_another_site_is_refused(admin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)

    page = client.post(reverse("user_create"), {"name": "髙橋"}, headers={"origin": "http://elsewhere.example"})

    assert page.status_code == 403
    assert "髙橋" not in page.content.decode()


def test_a_password_never_comes_back_in_a_page(admin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)

    page = client.post(
        reverse("account_login"),
        {"login": "admin", "password": make.PASSWORD},
        headers={"origin": "http://testserver"},
    )

    assert page.status_code == 403
    assert make.PASSWORD not in page.content.decode()


@pytest.mark.parametrize("field", ["password", "oldpassword", "password1", "code"])
def test_a_form_with_a_secret_in_it_is_not_carried_on(client, admin, field):
    sign_in(client, admin)
    let_the_sign_in_expire(client)

    answer = client.post(reverse("account_change_password"), {field: "never to be kept"})

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_a_live_search_after_the_sign_in_ended_sends_the_window_to_the_sign_in(client, admin):
    answer = client.post(
        reverse("user_create"),
        headers={"hx-request": "true", "hx-current-url": "http://testserver/desk/"},
    )

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=/desk/"


@pytest.mark.parametrize("broken", ["http://[", "http://[::1", "null", ""])
def test_a_broken_address_in_a_header_is_nobodys_page(client, admin, broken):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(reverse("user_create"), headers={"origin": broken}).status_code == 403
    live = client.post(reverse("user_create"), headers={"hx-request": "true", "hx-current-url": broken})
    assert live.status_code == 401
