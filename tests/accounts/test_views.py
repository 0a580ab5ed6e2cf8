import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.staffing import ask_for_totp, close_account, roles_held
from tests.make import accounts as make
from tests.make.pages import boxes_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    admin = make.user(Role.ADMINISTRATOR)
    client.force_login(admin)
    return admin


def test_inviting_shows_the_code_once_and_the_person_can_sign_in_with_it(client, admin):
    page = client.post(reverse("user_create"), {"name": "吉川", "username": "Yoshikawa", "roles": ["adviser"]})
    code = page.context["code"]
    client.logout()

    client.post(
        reverse("invitation_answer"),
        {
            "username": "yoshikawa",
            "code": code.lower(),
            "password": "tea at three o'clock",
            "password_again": "tea at three o'clock",
        },
    )
    answer = client.post(reverse("account_login"), {"login": "yoshikawa", "password": "tea at three o'clock"})

    assert answer.status_code == 302
    assert User.objects.get(username="yoshikawa").roles == {Role.ADVISER}


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "あ" * 61), ("username", "中村"), ("username", ""), ("username", "a b"), ("roles", [])],
)
def test_a_wrong_invitation_is_answered_at_the_field_and_keeps_what_was_typed(client, admin, field, value):
    good = {"name": "吉川 健", "username": "yoshikawa", "roles": ["adviser"]}

    page = client.post(reverse("user_create"), {**good, field: value})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    for name, kept in good.items():
        if name != field:
            assert page.context["form"][name].value() == kept
    assert User.objects.count() == 1


@pytest.mark.parametrize(("code", "again"), [("X", "tea at three o'clock"), ("X", "tea at four"), ("", "")])
def test_a_password_that_was_typed_stands_on_no_page_and_no_browser_keeps_one(client, code, again):
    told = {"username": "yoshikawa", "code": code, "password": "tea at three o'clock", "password_again": again}

    pages = [client.get(reverse("invitation_answer")), client.post(reverse("invitation_answer"), told)]

    assert [page.status_code for page in pages] == [200, 422]
    for page in pages:
        assert "tea at" not in page.content.decode()
        assert "no-store" in page["Cache-Control"]


def test_too_many_codes_from_one_place_are_stopped(client):
    answers = [
        client.post(
            reverse("invitation_answer"),
            {
                "username": "nobody",
                "code": "X",
                "password": "tea at three o'clock",
                "password_again": "tea at three o'clock",
            },
        ).status_code
        for _try in range(7)
    ]

    assert answers[-1] == 429


def test_too_many_wrong_passwords_lock_the_door_even_for_the_right_one(client):
    user = make.user(Role.RECEPTION)
    for _try in range(6):
        client.post(reverse("account_login"), {"login": user.username, "password": "wrong"})

    page = client.post(reverse("account_login"), {"login": user.username, "password": make.PASSWORD})

    assert page.status_code == 422
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_or_resets_by_email(client):
    for path in ("/accounts/signup/", "/signup/", "/password/reset/", "/accounts/email/"):
        assert client.get(path).status_code == 404


def test_who_owes_an_authenticator_sets_it_up_before_anything_else(client, admin):
    ask_for_totp([Role.ADMINISTRATOR], by=admin)

    answer = client.get(reverse("user_list"))

    assert answer.url == reverse("mfa_activate_totp")


@pytest.mark.parametrize("page", ["home", "form_resume", "user_list"])
def test_without_the_authenticator_that_is_owed_only_ones_own_sign_in_opens(client, admin, page):
    ask_for_totp([Role.ADMINISTRATOR], by=admin)

    live = client.get(reverse(page), headers={"hx-request": "true"})

    assert client.get(reverse(page)).url == reverse("mfa_activate_totp")
    assert (live.status_code, live["HX-Redirect"]) == (401, reverse("mfa_activate_totp"))
    assert client.get(reverse("mfa_index")).status_code == 200
    assert [entry.url for entry in client.get(reverse("guide_list")).context["navigation"]] == ["/", "/guides/"]


@pytest.mark.parametrize(
    ("ticked", "afterwards"),
    [(["reception"], {Role.RECEPTION, Role.AUTHOR}), (["reception", "analyst"], {Role.RECEPTION, Role.ANALYST})],
    ids=["untouched", "typed"],
)
def test_a_page_older_than_the_roles_takes_none_away_unseen(client, admin, ticked, afterwards):
    person = make.user(Role.RECEPTION)
    address = reverse("user_edit", args=[person.pk])
    stale = opened(client, address)
    client.post(address, stale | {"roles": ["reception", "author"]})

    answer = client.post(address, stale | {"roles": ticked})

    assert answer.status_code == 422
    assert roles_held(person) == ["author", "reception"]
    (changed,) = answer.context["form"].changed
    assert (str(Role.AUTHOR.label) in changed.stands, bool(changed.typed)) == (True, len(ticked) > 1)
    client.post(address, boxes_of(answer, address))
    assert set(roles_held(person)) == afterwards


def test_the_page_of_a_closed_sign_in_shows_the_roles_it_had_and_saving_keeps_them(client, admin):
    person = make.user(Role.RECEPTION)
    close_account(person, by=admin)
    address = reverse("user_edit", args=[person.pk])

    shown = opened(client, address)
    answer = client.post(address, shown)

    assert (shown["roles"], answer.status_code, roles_held(person)) == (["reception"], 302, ["reception"])


def test_the_paper_prints_only_the_code_that_is_valid_now(client, admin):
    page = client.post(reverse("user_create"), {"name": "吉川", "username": "yoshikawa", "roles": ["adviser"]})
    person = page.context["invited"]

    printed = client.post(reverse("invitation_slip", args=[person.pk]), {"code": page.context["code"]})
    refused = client.post(reverse("invitation_slip", args=[person.pk]), {"code": "<b>anything</b>"})

    assert printed["Content-Type"] == "application/pdf"
    assert refused.status_code == 302


def test_the_list_of_people_asks_no_more_of_the_database_for_more_people(client, admin, django_assert_max_num_queries):
    def queries(number):
        for _person in range(number):
            make.user(Role.RECEPTION, Role.ANALYST)
        with django_assert_max_num_queries(30) as counted:
            client.get(reverse("user_list"))
        return len(counted)

    # The first page of a new installation also writes the city's row.
    client.get(reverse("user_list"))

    assert queries(2) == queries(40)


def test_the_audit_log_narrows_by_action_and_survives_nonsense(client, admin):
    page = client.get(reverse("audit_log"), {"action": "user.roles", "by": admin.pk})
    nonsense = client.get(reverse("audit_log"), {"by": "x", "page": "99999", "sort": "by__password"})

    assert all(row.record.action == "user.roles" for row in page.context["table"].rows)
    assert nonsense.status_code == 200
