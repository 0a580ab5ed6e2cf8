import pytest

from accounts.invitation import answer, invite
from accounts.roles import Permission, Role
from accounts.staffing import LastAdministrator, ask_for_totp, close_account, give_roles, reopen_account, roles_held
from core.models import AuditEntry
from core.stale import ChangedMeanwhile, fingerprint
from tests.make import accounts as make

pytestmark = pytest.mark.django_db


def test_a_person_holds_exactly_the_roles_given_last():
    admin = make.user(Role.ADMINISTRATOR)
    person = make.user(Role.RECEPTION, Role.ANALYST)

    give_roles(person, [Role.ANALYST, Role.AUTHOR], by=admin)

    assert person.roles == {Role.ANALYST, Role.AUTHOR}
    assert person.may(Permission.WRITE)
    assert not person.may(Permission.RECEIVE)


def test_giving_the_same_roles_again_changes_and_records_nothing():
    admin = make.user(Role.ADMINISTRATOR)
    person = make.user(Role.RECEPTION)
    before = AuditEntry.objects.count()

    give_roles(person, [Role.RECEPTION], by=admin)

    assert AuditEntry.objects.count() == before


def test_roles_that_a_colleague_gave_meanwhile_are_not_taken_by_an_older_page():
    admin = make.user(Role.ADMINISTRATOR)
    person = make.user(Role.RECEPTION)
    seen = fingerprint(roles_held(person))
    for _press in range(2):
        give_roles(person, [Role.RECEPTION, Role.AUTHOR], by=admin, seen=seen)

    with pytest.raises(ChangedMeanwhile):
        give_roles(person, [Role.RECEPTION, Role.ANALYST], by=admin, seen=seen)

    assert person.roles == {Role.RECEPTION, Role.AUTHOR}


def test_the_last_administrator_keeps_the_role_and_the_sign_in():
    admin = make.user(Role.ADMINISTRATOR)

    with pytest.raises(LastAdministrator):
        give_roles(admin, [Role.RECEPTION], by=admin)
    with pytest.raises(LastAdministrator):
        close_account(admin, by=admin)

    admin.refresh_from_db()
    assert admin.is_active
    assert admin.roles == {Role.ADMINISTRATOR}


def test_an_administrator_whose_sign_in_is_closed_does_not_count():
    admin = make.user(Role.ADMINISTRATOR)
    other = make.user(Role.ADMINISTRATOR)
    close_account(other, by=admin)

    with pytest.raises(LastAdministrator):
        give_roles(admin, [], by=admin)


def test_an_administrator_who_has_not_answered_the_invitation_does_not_count():
    admin = make.user(Role.ADMINISTRATOR)
    invited, code = invite("suzuki", "鈴木", {Role.ADMINISTRATOR}, by=admin)

    with pytest.raises(LastAdministrator):
        close_account(admin, by=admin)
    with pytest.raises(LastAdministrator):
        give_roles(admin, [Role.RECEPTION], by=admin)

    answer(invited.username, code, make.PASSWORD)
    close_account(admin, by=admin)
    assert not admin.is_active


def test_a_closed_account_has_no_permissions_until_it_is_opened_again():
    admin = make.user(Role.ADMINISTRATOR)
    person = make.user(Role.RECEPTION)

    close_account(person, by=admin)
    assert person.permissions == frozenset()

    reopen_account(person, by=admin)
    assert person.may(Permission.RECEIVE)


def test_a_role_that_asks_for_an_authenticator_is_owed_one_until_it_is_set_up():
    admin = make.user(Role.ADMINISTRATOR)
    clerk = make.user(Role.RECEPTION)
    author = make.user(Role.AUTHOR)

    ask_for_totp([Role.RECEPTION], by=admin)

    assert clerk.owes_totp
    assert not author.owes_totp
    clerk.authenticator_set.create(type="totp", data={"secret": "x"})
    assert not clerk.owes_totp
