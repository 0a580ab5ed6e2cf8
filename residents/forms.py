"""What the desk asks a person, in the order in which one asks it on the telephone."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from city.codes import choices, labels
from city.models import Code, District
from core.fields import BirthYearField, KanaField, NameField, OneLineField, PhoneField
from core.forms import IdempotencyKeyField, choice_field
from core.kana import fold
from core.stale import SeenForm
from residents.intake import OWN_COLUMNS, AccommodationNeedsConsent, PhoneDetails, ResidentDetails, as_it_stands
from residents.models import Consent, ConsentManner, ContactWish, NoticeManner, Resident

# Three telephones are a household; a fourth is a mistake.
MOST_LINES = 3
# As much as is typed beside a number; what two merged records said of it may be longer.
LONGEST_MEMO = 40


class ResidentForm(forms.Form):
    """A person as they tell it. `lines` is how many telephones are asked for; the desk asks for one."""

    use_required_attribute = False

    family_name = NameField(label=_("Family name"))
    given_name = NameField(label=_("Given name"), required=False)
    family_kana = KanaField(label=_("Family name in kana"))
    given_kana = KanaField(label=_("Given name in kana"), required=False)
    birth_year = BirthYearField(
        label=_("Year of birth"), required=False, help_text=_("S23, 昭和23年 or 1948"), widget=forms.TextInput
    )
    age_band = forms.ChoiceField(label=_("Age band"), required=False)
    district = forms.ModelChoiceField(District.objects.all(), label=_("District"), required=False, empty_label="—")
    device = forms.ChoiceField(label=_("Device"), required=False)
    postal_code = OneLineField(label=_("Postal code"), max_length=12, required=False)
    address = OneLineField(
        label=_("Address"), max_length=120, required=False, widget=forms.TextInput({"class": "full"})
    )
    contact_wish = forms.ChoiceField(
        label=_("How to be reminded"), choices=ContactWish, initial=ContactWish.CALL, widget=forms.RadioSelect
    )
    accommodation = OneLineField(
        label=_("What the instructor should know"),
        required=False,
        max_length=120,
        help_text=_("Hearing, sight, walking: only what is needed to help."),
        widget=forms.TextInput({"class": "full"}),
    )
    accommodation_consent = forms.BooleanField(
        label=_("The person agrees that we write this down and tell the instructor"), required=False
    )
    invitation_consent = forms.BooleanField(label=_("The person wants to be told of other classes"), required=False)

    def __init__(self, *args: Any, lines: int = 1, longest_memo: int = LONGEST_MEMO, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.longest_memo = lines, longest_memo
        choice_field(self, "age_band").choices = choices(Code.Kind.AGE_BAND)
        self.fields["age_band"].initial = "unknown"
        choice_field(self, "device").choices = choices(Code.Kind.DEVICE)
        self.fields["device"].initial = "unknown"
        relations = choices(Code.Kind.RELATION)
        for number in range(lines):
            self._add_line(number, relations)
        # Dynamic fields stand last, and the error summary follows the order of the fields.
        asked = list(self.fields)
        phones = [name for name in asked if name[-1].isdigit()]
        place = asked.index("birth_year")
        self.order_fields([*asked[:place], *phones, *asked[place:]])

    def _add_line(self, number: int, relations: list[tuple[str, str]]) -> None:
        label = _("Telephone number") if not number else _("Another telephone number")
        self.fields[f"phone{number}"] = PhoneField(label=label, required=False)
        self.fields[f"relation{number}"] = forms.ChoiceField(
            label=_("Whose telephone"), choices=relations, initial="self", required=False
        )
        self.fields[f"memo{number}"] = OneLineField(
            label=_("Extension or memo"), max_length=self.longest_memo, required=False
        )

    @property
    def phone_rows(self) -> Iterator[tuple[Any, Any, Any]]:
        """Number, relation and memo of each telephone, for the template."""
        for number in range(self.lines):
            yield self[f"phone{number}"], self[f"relation{number}"], self[f"memo{number}"]

    def clean_postal_code(self) -> str:
        """As the post writes it, however it was typed: 639-2195."""
        typed = str(self.cleaned_data["postal_code"])
        digits = re.sub(r"[〒\s‐−–ー-]", "", unicodedata.normalize("NFKC", typed))
        if not typed:
            return ""
        if not re.fullmatch("[0-9]{7}", digits):
            raise ValidationError(_("A postal code has seven digits, for example 639-2195."))
        return f"{digits[:3]}-{digits[3:]}"

    def clean(self) -> dict[str, Any]:
        """What only shows when two answers are laid side by side."""
        found = super().clean() or {}
        if found.get("accommodation") and not found.get("accommodation_consent"):
            self.add_error("accommodation_consent", AccommodationNeedsConsent.sentence)
        wish = found.get("contact_wish")
        if wish in {ContactWish.SMS, ContactWish.CALL} and not self._phones() and not self._any_phone_error():
            self.add_error("phone0", _("Write a telephone number, or choose a postcard or no reminder."))
        if wish == ContactWish.POSTCARD and not found.get("address") and "address" not in self.errors:
            self.add_error("address", _("Write where the postcard goes to, or choose another way to be reminded."))
        return found

    def details(self, *, notice_manner: str) -> ResidentDetails:
        """The answers as the deeds take them."""
        found = self.cleaned_data
        return ResidentDetails(
            family_name=found["family_name"],
            given_name=found["given_name"],
            family_kana=found["family_kana"],
            given_kana=found["given_kana"],
            phones=self._phones(),
            birth_year=found["birth_year"],
            age_band=found["age_band"] or "unknown",
            district=found["district"],
            device=found["device"] or "unknown",
            contact_wish=found["contact_wish"],
            postal_code=found["postal_code"],
            address=found["address"],
            accommodation=found["accommodation"],
            accommodation_consent=found["accommodation_consent"],
            invitation_consent=found["invitation_consent"],
            notice_manner=notice_manner,
            consent_manner=found.get("consent_manner", ""),
        )

    def _phones(self) -> list[PhoneDetails]:
        found = self.cleaned_data
        return [
            PhoneDetails(found[f"phone{n}"], found.get(f"relation{n}") or "self", found.get(f"memo{n}") or "")
            for n in range(self.lines)
            if found.get(f"phone{n}")
        ]

    def _any_phone_error(self) -> bool:
        return any(f"phone{n}" in self.errors for n in range(self.lines))


class DistrictField(OneLineField):
    """A district as a caller says it: its name, or how its reading begins; cleans to a District, or None when empty."""

    default_error_messages = {
        "unknown": _("“%(typed)s” is no district of the city. Write its name, or how its reading begins."),
        "several": _("“%(typed)s” may be several districts: %(names)s. Write a little more."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> District | None:
        text = super().clean(value)
        if not text:
            return None
        found = _districts_of(text)
        if not found:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"typed": text})
        if len(found) > 1:
            names = "・".join(district.name for district in found[:4])
            raise ValidationError(
                self.error_messages["several"], code="several", params={"typed": text, "names": names}
            )
        return found[0]


class NewResidentForm(ResidentForm):
    """A person who is taken down for the first time, with the notice that was given.

    Filled in while the person speaks, so everything asked can be answered with a digit or by typing what is said.
    """

    # What is asked of everybody, in this order; the rest is asked of few.
    ASKED = (
        "phone0", "relation0", "family_kana", "given_kana", "family_name", "given_name", "age_band", "district",
        "device", "contact_wish", "notice_manner",
    )  # fmt: skip
    # Only of whoever wants a postcard.
    FOR_A_POSTCARD = ("postal_code", "address")

    key = IdempotencyKeyField()
    notice_manner = forms.ChoiceField(
        label=_("The purpose was told"),
        choices=NoticeManner,
        widget=forms.RadioSelect,
        error_messages={"required": _("Read the purpose out or hand it over on paper, then choose which.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("relation0", "age_band", "device"):
            field = choice_field(self, name)
            field.widget = forms.RadioSelect()
            field.widget.choices = field.choices
        district = DistrictField(label=_("District"), required=False, widget=forms.TextInput({"list": "districts"}))
        self.fields["district"] = district
        # A mobile number proposes the text message; the caller has the say.
        self.fields["contact_wish"].help_text = _("Ask first: a text message only for whoever agrees to it.")
        self.order_fields([*self.ASKED, *self.FOR_A_POSTCARD])

    @property
    def asked_for_a_postcard(self) -> Iterator[forms.BoundField]:
        """Where a postcard goes to."""
        return (self[name] for name in self.FOR_A_POSTCARD)

    @property
    def wants_a_postcard(self) -> bool:
        """Whether an address is wanted, or stands there, right or wrong."""
        return self["contact_wish"].value() == ContactWish.POSTCARD or _any_told(self.asked_for_a_postcard)

    @property
    def asked_of_few(self) -> Iterator[forms.BoundField]:
        """What is asked only where it helps."""
        elsewhere = {*self.ASKED, *self.FOR_A_POSTCARD}
        return (field for field in self.visible_fields() if field.name not in elsewhere)

    @property
    def more_was_told(self) -> bool:
        """Whether there is an answer, or a mistake, among what is asked of few."""
        return _any_told(self.asked_of_few)

    @property
    def districts(self) -> list[District]:
        """What may be typed as the district."""
        return list(District.objects.all())

    def begin_where_nothing_stands(self) -> None:
        """Let the first open question take the focus: the number was typed already."""
        name = "relation0" if self.initial.get("phone0") else "phone0"
        self.fields[name].widget.attrs["data-focus"] = ""


class CorrectionForm(SeenForm, ResidentForm):
    """The record of a person who is known, with everything that can be corrected."""

    consent_manner = forms.ChoiceField(
        label=_("How the person agreed or took it back"),
        choices=ConsentManner,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only if texts, what the instructor should know or being told of classes changes."),
    )
    notice_manner = forms.ChoiceField(
        label=_("The purpose was told once more"),
        choices=[("", _("Not this time")), *NoticeManner.choices],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, resident: Resident, **kwargs: Any) -> None:
        stands = as_it_stands(resident)
        kwargs.setdefault("initial", _answers_of(resident, agreed=stands[1]))
        # Whoever was merged may have more telephones; one that is not asked for would be lost.
        standing = resident.phone_lines.all()
        longest = max((len(line.memo) for line in standing), default=0)
        super().__init__(
            *args,
            stands=stands,
            lines=max(MOST_LINES, len(standing)),
            longest_memo=max(LONGEST_MEMO, longest),
            **kwargs,
        )
        # A key that the city no longer offers stays with whoever has it.
        for name, kind in (("age_band", Code.Kind.AGE_BAND), ("device", Code.Kind.DEVICE)):
            field = choice_field(self, name)
            kept = getattr(resident, name)
            if not field.valid_value(kept):
                field.choices = [*choices(kind), (kept, labels(kind).get(kept, kept))]


def _answers_of(resident: Resident, *, agreed: Mapping[str, bool]) -> dict[str, Any]:
    """What the form shows before anything is corrected."""
    answers: dict[str, Any] = {name: getattr(resident, name) for name in OWN_COLUMNS}
    answers["accommodation_consent"] = agreed.get(Consent.Kind.ACCOMMODATION, False)
    answers["invitation_consent"] = agreed.get(Consent.Kind.INVITATION, False)
    for number, line in enumerate(resident.phone_lines.all()):
        answers |= {f"phone{number}": line.phone, f"relation{number}": line.relation, f"memo{number}": line.memo}
    return answers


def _any_told(fields: Iterator[forms.BoundField]) -> bool:
    """Whether there is an answer, or a mistake, among these."""
    return any(field.value() or field.errors for field in fields)


def _districts_of(typed: str) -> list[District]:
    """The district of this name or reading, else all whose name or reading begins so."""
    wanted = fold(typed)
    keys = [(district, {fold(district.name), fold(district.kana)} - {""}) for district in District.objects.all()]
    named = [district for district, names in keys if wanted in names]
    return named or [district for district, names in keys if any(name.startswith(wanted) for name in names)]
