"""Whoever is signed in, as every request reads them."""

import pytest

from accounts.adapter import SignInBackend
from accounts.models import RolePolicy
from accounts.roles import Role
from accounts.staffing import close_account
from tests.make import accounts as make

pytestmark = pytest.mark.django_db


def test_a_person_is_read_together_with_their_roles(django_assert_num_queries) -> None:
    made = make.user(Role.RECEPTION, Role.ANALYST)

    with django_assert_num_queries(1):
        read = SignInBackend().get_user(made.pk)
        assert read is not None
        assert read.roles == {Role.RECEPTION, Role.ANALYST}


def test_a_person_without_a_role_may_sign_in_and_do_nothing() -> None:
    read = SignInBackend().get_user(make.user().pk)

    assert read is not None
    assert read.permissions == frozenset()


def test_a_role_that_asks_for_a_second_factor_gives_nothing_before() -> None:
    made = make.user(Role.RECEPTION)
    RolePolicy.objects.update_or_create(role=Role.RECEPTION, defaults={"requires_totp": True})

    read = SignInBackend().get_user(made.pk)

    assert read is not None
    assert read.permissions == frozenset()


def test_nobody_is_found_under_the_sign_in_of_a_closed_account() -> None:
    made = make.user(Role.RECEPTION)
    close_account(made, by=make.user(Role.ADMINISTRATOR))

    assert SignInBackend().get_user(made.pk) is None


def test_nobody_is_found_under_a_number_that_nobody_has() -> None:
    assert SignInBackend().get_user(10**9) is None
