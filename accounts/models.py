"""Who does it: the people who sign in, their roles, and the volunteers, who sign in only if they want to."""

from functools import cached_property

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission, Role, permissions_of

# No person can have it: the brackets are refused in a user name.
SHEET_HOLDER = "(sheet)"


class UserManager(BaseUserManager["User"]):
    """Makes users without asking for an e-mail address."""

    def create_user(self, username: str, name: str, password: str | None = None) -> "User":
        """A new person who signs in; without a password until the invitation is answered."""
        user = self.model(username=self.model.normalize_username(username), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def people(self) -> models.QuerySet["User"]:
        """Those who sign in, or did; all but the one that stands for a paper."""
        return self.filter(is_person=True)

    def holder_of_a_sheet(self) -> "User":
        """Whoever opened a lesson's roster with the code on its sheet: nobody knows who held it."""
        with translation.override(settings.LANGUAGE_CODE):
            name = str(_("Sheet and code"))
        nobody = {"name": name, "is_person": False, "is_active": False, "password": make_password(None)}
        return self.get_or_create(username=SHEET_HOLDER, defaults=nobody)[0]

    def one_press_at_a_time(self, by: "User") -> None:
        """Wait, until this transaction ends, for what the same person has just set going: a button pressed twice."""
        self.select_for_update(no_key=True).get(pk=by.pk)

    def with_grants(self, pk: int) -> "User | None":
        """The person of that number with their roles at hand, in one query: every page of ours asks for both.

        Written by hand, because it stands before every page, and Django took half a millisecond to put it together.
        """
        rows = list(self.raw(_WITH_GRANTS, [pk]))
        for user in rows[:1]:
            held = [(vars(row)["granted"], bool(vars(row)["asks"])) for row in rows]
            user.grants_with_policy = [(role, asks) for role, asks in held if role]
            return user
        return None


# A row for each role held, or one without a role.
_WITH_GRANTS = """
    SELECT u.*, g.role AS granted, p.id IS NOT NULL AS asks
    FROM accounts_user u
    LEFT JOIN accounts_rolegrant g ON g.user_id = u.id
    LEFT JOIN accounts_rolepolicy p ON p.role = g.role AND p.requires_totp
    WHERE u.id = %s
"""


class User(AbstractBaseUser):
    """A person who signs in. No e-mail is asked of anybody."""

    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        validators=[ASCIIUsernameValidator()],
        error_messages={"unique": _("This user name is already taken.")},
    )
    name = models.CharField(_("name"), max_length=60)
    # allauth keeps addresses elsewhere and reads this one; it stays empty here.
    email = models.EmailField(_("e-mail"), blank=True, editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    # False for the one that stands for whoever held a sheet, so that what they did is on record as everybody's is.
    is_person = models.BooleanField(_("is a person"), default=True, editable=False)
    date_joined = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_person=True) | models.Q(is_active=False), name="only_people_sign_in"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def grants_with_policy(self) -> list[tuple[str, bool]]:
        """Each role held, and whether the city asks its holders for a second factor; one query for both."""
        if not self.is_active:
            return []
        policy = RolePolicy.objects.filter(role=models.OuterRef("role"), requires_totp=True)
        return list(self.grants.values_list("role", models.Exists(policy)))

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles this person holds."""
        return frozenset(Role(role) for role, _asks in self.grants_with_policy)

    @property
    def owes_totp(self) -> bool:
        """True when one of this person's roles asks for a second factor that has not been set up yet."""
        asked = any(asks for _role, asks in self.grants_with_policy)
        return asked and not Authenticator.objects.filter(user=self, type=Authenticator.Type.TOTP).exists()

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything this person may do: nothing while a second factor is asked for and not set up."""
        return frozenset() if self.owes_totp else permissions_of(set(self.roles))

    def may(self, permission: Permission) -> bool:
        """True when one of this person's roles allows it."""
        return permission in self.permissions


class RoleGrant(models.Model):
    """A role given to a person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    granted_at = models.DateTimeField(_("given"), default=timezone.now)
    granted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="grants_made", verbose_name=_("given by")
    )

    class Meta:
        verbose_name = _("role of a user")
        verbose_name_plural = _("roles of users")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="each_role_is_held_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="the_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class RolePolicy(models.Model):
    """What the city asks of everybody who holds a role."""

    role = models.CharField(_("role"), max_length=20, choices=Role, unique=True)
    requires_totp = models.BooleanField(_("sign-in needs a code from an authenticator"), default=False)

    class Meta:
        verbose_name = _("rule for a role")
        verbose_name_plural = _("rules for roles")

    def __str__(self) -> str:
        return self.role


class VolunteerQuerySet(models.QuerySet["Volunteer"]):
    """Questions about those who teach and help."""

    def active(self) -> "VolunteerQuerySet":
        """Those who can still be asked to teach or help."""
        return self.filter(is_active=True)


class Volunteer(models.Model):
    """A person who teaches or helps: staff, supporter or sent by a carrier. A user only if they want to be one."""

    name = models.CharField(_("name"), max_length=60)
    kana = models.CharField(_("kana"), max_length=60, blank=True)
    user = models.OneToOneField(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="volunteer",
        verbose_name=_("sign-in"),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        ordering = ["kana", "name"]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """A one-time code on paper with which an invited person chooses a password. Only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("user"))
    code_hash = models.CharField(_("hash of the code"), max_length=128)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = models.ForeignKey(
        User,
        null=True,
        on_delete=models.PROTECT,
        related_name="invitations_issued",
        verbose_name=_("issued by"),
    )
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    failed_tries = models.PositiveSmallIntegerField(_("wrong codes"), default=0)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.user_id} {self.issued_at:%Y-%m-%d}"
