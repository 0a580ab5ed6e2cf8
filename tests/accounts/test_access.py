import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.views.generic import TemplateView

from accounts.access import ANYONE, SIGNED_IN, allow, declaration, holds, may_use
from accounts.models import RolePolicy, User
from accounts.roles import Permission, Role
from tests.make import accounts as make
from tests.make import accounts as make_accounts


def test_a_view_without_a_declaration_is_refused_to_everybody():
    assert not may_use(AnonymousUser(), None)


def test_a_function_and_a_class_based_view_declare_alike():
    @allow(Permission.RECEIVE)
    def desk(request):
        """A desk."""

    @allow(Permission.PLAN, Permission.TEACH)
    class Runs(TemplateView):
        pass

    assert declaration(desk) == {Permission.RECEIVE}
    assert declaration(Runs.as_view()) == {Permission.PLAN, Permission.TEACH}


def test_anyone_and_signed_in_stand_alone():
    with pytest.raises(ImproperlyConfigured):
        allow(ANYONE, Permission.RECEIVE)
    with pytest.raises(ImproperlyConfigured):
        allow()


def test_a_view_may_open_for_what_somebody_holds_and_for_no_other_reason(rf):
    @allow(Permission.TEACH, or_holder=lambda request, pk: request.GET.get("paper") == str(pk))
    def roster(request, pk):
        """A roster."""

    @allow(Permission.TEACH)
    def desk(request, pk):
        """A desk."""

    assert declaration(roster) == {Permission.TEACH}
    assert holds(rf.get("/?paper=3"), roster, {"pk": 3})
    assert not holds(rf.get("/?paper=3"), roster, {"pk": 4})
    assert not holds(rf.get("/?paper=3"), desk, {"pk": 3})


@pytest.mark.django_db
def test_one_of_several_permissions_is_enough():
    instructor = make.user(Role.INSTRUCTOR)

    assert may_use(instructor, frozenset({Permission.PLAN, Permission.TEACH}))
    assert not may_use(instructor, frozenset({Permission.PLAN}))
    assert may_use(instructor, SIGNED_IN)
    assert not may_use(AnonymousUser(), SIGNED_IN)


@pytest.mark.django_db
def test_a_policy_that_asks_for_no_code_asks_for_none():
    user = make_accounts.user(Role.RECEPTION)
    RolePolicy.objects.update_or_create(role=Role.RECEPTION, defaults={"requires_totp": False})

    assert User.objects.with_grants(user.pk).grants_with_policy == [(Role.RECEPTION, False)]
    RolePolicy.objects.update(requires_totp=True)
    assert User.objects.with_grants(user.pk).grants_with_policy == [(Role.RECEPTION, True)]
