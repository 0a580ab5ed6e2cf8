"""What the pages about people ask for."""

from typing import Any, Self, cast

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Volunteer
from accounts.roles import Role
from accounts.staffing import roles_held
from core.action_names import named_actions
from core.fields import KanaField, NameField
from core.forms import FilterForm
from core.stale import SeenForm, as_it_stands

ROLE_CHOICES = [(role.value, role.label) for role in Role]


class RolesField(forms.MultipleChoiceField):
    """The roles a person holds, as boxes to tick; cleans to a set of Role."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=ROLE_CHOICES, **kwargs)

    def clean(self, value: Any) -> set[Role]:
        return {Role(role) for role in super().clean(value)}


class InviteForm(forms.Form):
    """A new person who signs in."""

    name = NameField(label=_("Name"), max_length=60)
    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        validators=[ASCIIUsernameValidator(message=_("Use only letters of the alphabet, digits and @ . + - _"))],
        help_text=_("Letters and digits, for example nakamura. The person types it at every sign-in."),
    )
    roles = RolesField(label=_("Roles"), error_messages={"required": _("Tick at least one role.")})

    def clean_username(self) -> str:
        return User.normalize_username(self.cleaned_data["username"]).strip().lower()


class RolesForm(SeenForm, forms.Form):
    """The roles of somebody who is already there."""

    roles = RolesField(label=_("Roles"), required=False)

    @classmethod
    def of(cls, person: User, data: QueryDict | None = None) -> Self:
        """The roles as they are held now, or as they were sent."""
        held = roles_held(person)
        return cls(data, initial={"roles": held}, stands=held)


class RoleRulesForm(forms.Form):
    """The roles whose holders must use an authenticator."""

    roles = RolesField(label=_("Roles that sign in with a code as well"), required=False)


class VolunteerForm(forms.ModelForm):
    """Somebody who teaches or helps, and the sign-in of whoever wants one."""

    name = NameField(label=_("Name"), max_length=60)
    kana = KanaField(label=_("Kana"), max_length=60, required=False)
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Sign-in"),
        required=False,
        empty_label=_("Does not sign in"),
        help_text=_("With it an instructor sees the roster of their own lessons on the day."),
        error_messages={"unique": _("This sign-in belongs to another volunteer.")},
    )

    class Meta:
        model = Volunteer
        fields = ["name", "kana", "user", "is_active"]
        labels = {"is_active": _("Teaches or helps at present")}
        help_texts = {"is_active": _("Whoever has stopped is no longer offered for new lessons.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A sign-in that was closed stays with the volunteer who has it.
        offered = User.objects.filter(Q(is_active=True) | Q(pk=self.instance.user_id))
        cast("forms.ModelChoiceField[User]", self.fields["user"]).queryset = offered


class VolunteerChangeForm(SeenForm, VolunteerForm):
    """A volunteer who is known."""

    @classmethod
    def of(cls, volunteer: Volunteer, data: QueryDict | None = None) -> Self:
        """As the record stands now, or as it was sent."""
        return cls(data, instance=volunteer, stands=as_it_stands(volunteer))


class AnswerForm(forms.Form):
    """The invited person's own password."""

    username = forms.CharField(
        label=_("User name"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        help_text=_("The twelve characters on the paper. Hyphens may be left out."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
    password = forms.CharField(
        label=_("New password"),
        max_length=128,
        strip=False,
        help_text=_("Ten characters or more. Several words in a row are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("The same password again"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        password_validation.validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("password_again") and data["password"] != data["password_again"]:
            self.add_error("password_again", _("The two passwords differ. Type the same one twice."))
        return data


def action_choices() -> list[tuple[str, str]]:
    """Every action that has words, to choose one."""
    return [("", str(_("All actions"))), *((action, str(words)) for action, words in named_actions().items())]


class AuditFilterForm(FilterForm):
    """Which entries of the audit log to show."""

    by = forms.ModelChoiceField(
        User.objects.order_by("username"), label=_("Who"), required=False, empty_label=_("Everybody")
    )
    action = forms.ChoiceField(label=_("Action"), choices=action_choices, required=False)
    subject = forms.CharField(label=_("Number of the record"), max_length=64, required=False)
