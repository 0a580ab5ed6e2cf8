import pytest

from accounts.roles import ROLE_PERMISSIONS, Permission, Role, permissions_of


def test_every_role_has_a_line_in_the_table():
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_every_permission_is_given_by_some_role():
    assert permissions_of(set(Role)) == set(Permission)


def test_a_person_with_two_roles_may_do_what_both_may():
    both = permissions_of({Role.ANALYST, Role.AUTHOR})

    assert both == {Permission.ANALYSE, Permission.WRITE}


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.ADVISER, Role.AUTHOR, Role.ANALYST])
def test_those_who_need_no_telephone_numbers_cannot_reach_the_pages_that_show_them(role):
    assert not permissions_of({role}) & {Permission.RECEIVE, Permission.CALL, Permission.KEEP_ROSTERS}
