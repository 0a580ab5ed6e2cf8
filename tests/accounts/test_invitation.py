from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils import timezone

from accounts.invitation import TRIES, InvitationNotAccepted, answer, as_typed, invite, issue_code
from accounts.models import Invitation
from accounts.roles import Role
from core.models import AuditEntry
from tests.make import accounts as make

pytestmark = pytest.mark.django_db
PASSWORD = "five words are easy enough"


def test_an_invited_person_chooses_a_password_with_the_code_on_the_paper():
    admin = make.user(Role.ADMINISTRATOR)
    user, code = invite("nakamura", "中村 花子", {Role.RECEPTION}, by=admin)
    assert not user.has_usable_password()

    answered = answer("nakamura", code, PASSWORD)

    assert answered == user
    answered.refresh_from_db()
    assert answered.check_password(PASSWORD)
    assert answered.roles == {Role.RECEPTION}


def test_the_code_is_stored_hashed_and_never_in_the_audit_log():
    admin = make.user(Role.ADMINISTRATOR)
    _user, code = invite("nakamura", "中村", set(), by=admin)

    stored = Invitation.objects.get().code_hash
    assert as_typed(code) not in stored
    assert code not in str(list(AuditEntry.objects.values()))


def test_a_code_works_once():
    _user, code = invite("nakamura", "中村", set(), by=None)
    answer("nakamura", code, PASSWORD)

    with pytest.raises(InvitationNotAccepted):
        answer("nakamura", code, "another password of mine")


def test_a_code_expires():
    _user, code = invite("nakamura", "中村", set(), by=None)

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)), pytest.raises(InvitationNotAccepted):
        answer("nakamura", code, PASSWORD)


def test_a_code_dies_after_five_wrong_tries_although_each_was_refused():
    _user, code = invite("nakamura", "中村", set(), by=None)
    for _try in range(TRIES):
        with pytest.raises(InvitationNotAccepted):
            answer("nakamura", "AAAA-AAAA-AAAA", PASSWORD)

    with pytest.raises(InvitationNotAccepted):
        answer("nakamura", code, PASSWORD)


def test_a_new_code_stops_the_old_one():
    admin = make.user(Role.ADMINISTRATOR)
    user, old = invite("nakamura", "中村", set(), by=admin)

    new = issue_code(user, by=admin)

    with pytest.raises(InvitationNotAccepted):
        answer("nakamura", old, PASSWORD)
    assert answer("nakamura", new, PASSWORD) == user


@pytest.mark.parametrize("typed", ["abcd-34ef-gh67", "ＡＢＣＤ３４ＥＦＧＨ６７", " ABCD 34EF GH67 ", "abcd34efgh67"])
def test_a_code_is_read_in_whatever_way_it_is_typed(typed):
    assert as_typed(typed) == "ABCD34EFGH67"


def test_codes_are_read_aloud_without_doubt():
    codes = "".join(invite(f"user-{number}", "x", set(), by=None)[1] for number in range(30))

    assert not set(codes) & set("0O1IL2Z5S8B")


class CountingHasher(MD5PasswordHasher):
    """Counts how often something was hashed, which is what takes the time."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.hashed += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("username", ["nakamura", "nobody"])
def test_a_wrong_code_takes_as_long_for_a_stranger_as_for_an_invited_person(settings, username):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    invite("nakamura", "中村", set(), by=None)
    CountingHasher.hashed = 0

    with pytest.raises(InvitationNotAccepted):
        answer(username, "AAAA-AAAA-AAAA", PASSWORD)

    assert CountingHasher.hashed == 1
