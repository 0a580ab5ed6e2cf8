"""What an instructor taps on the day, and what reception types from the paper sheet afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from city.codes import age_band_of, choices
from city.models import Code
from classes.attendance import Typed
from classes.models import Attendance
from classes.roster import Line, Roster
from core.fields import BirthYearField, KanaField, PhoneField
from core.forms import IdempotencyKeyField, Tiles, choice_field
from core.kana import is_kana
from residents.intake import PhoneDetails, ResidentDetails
from residents.matching import likely_same
from residents.models import ContactWish, NoticeManner, Resident

# On paper there are three boxes; the rest is told apart on the page.
ON_PAPER = [
    (Attendance.Mark.PRESENT, pgettext_lazy("attendance", "Present")),
    (Attendance.Mark.LATE, pgettext_lazy("attendance", "Late")),
    (Attendance.Mark.ABSENT, pgettext_lazy("attendance", "Absent")),
]


def _digits_keys() -> forms.TextInput:
    """A box for which a telephone shows its large digits; the hyphen, which is not among them, may be left out."""
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "num"})


class SheetForm(forms.Form):
    """What stands on the sheet of a lesson, typed in whatever width and with or without the hyphens."""

    number = forms.CharField(label=_("Sheet number"), max_length=40, widget=_digits_keys())
    code = forms.CharField(label=pgettext_lazy("on the sheet", "Code"), max_length=40, widget=_digits_keys())


# So long a tap may be on its way where there is hardly a signal; a clock that is further off is wrong.
ON_ITS_WAY = timedelta(minutes=1)


class MarkForm(forms.Form):
    """One tap: the mark, when it was tapped, a key under which it counts once, and what the page showed.

    A page without scripts sends neither time nor key, and the tap counts when it arrives. What was tapped without
    signal arrives later: `sent` is what the telephone's clock shows then, so that a clock that is wrong does no harm.
    `by` is for whom the page was made, when it says so: another page of the browser may have signed somebody else in.
    """

    mark = forms.ChoiceField(choices=Attendance.Mark.choices, required=False)
    at = forms.CharField(required=False, max_length=40)
    sent = forms.CharField(required=False, max_length=40)
    key = forms.UUIDField(required=False)
    seen = forms.CharField(required=False, max_length=12)
    settles = forms.CharField(required=False, max_length=18)
    by = forms.CharField(required=False, max_length=18)

    def is_of_another_than(self, user: User | AnonymousUser) -> bool:
        """Whether the page is somebody's who is not signed in any more; a sheet's is whoever's holds it."""
        return self.cleaned_data["by"] not in ("", "sheet", str(user.pk))

    def clean_at(self) -> datetime | None:
        return self._moment("at")

    def clean_sent(self) -> datetime | None:
        """When it was sent. Where the telephone's clock is wrong, the time since the tap is counted back from now."""
        at, sent, now = self.cleaned_data.get("at"), self._moment("sent"), timezone.now()
        if at and sent and abs(now - sent) > ON_ITS_WAY:
            self.cleaned_data["at"] = now - max(sent - at, timedelta())
        return sent

    def _moment(self, name: str) -> datetime | None:
        try:
            at = parse_datetime(self.cleaned_data[name])
        except ValueError:
            return None
        return at if at and timezone.is_aware(at) else None

    def clean_seen(self) -> str | None:
        """None where the page did not say what it showed."""
        return self.cleaned_data["seen"] if "seen" in self.data else None

    def clean_settles(self) -> int:
        """The newest question that the page showed; nonsense is none."""
        typed = self.cleaned_data["settles"]
        return int(typed) if typed.isascii() and typed.isdigit() else 0

    def clean_key(self) -> UUID | None:
        return self.cleaned_data["key"] or None


class WalkInForm(forms.Form):
    """Somebody who came without having called: as little as the office needs, at the door.

    Not even the last digits of a telephone number: in a hall others listen, and a roster has none.
    """

    # Stands as the name too, until somebody learns how it is written, and a name is shorter than a reading may be.
    family_kana = KanaField(label=_("Family name in kana"), max_length=40)
    given_kana = KanaField(label=_("Given name in kana"), max_length=40, required=False)
    age_band = forms.ChoiceField(label=_("Age band"), widget=Tiles(attrs={"class": "three"}))
    device = forms.ChoiceField(label=_("Device"), widget=Tiles(attrs={"class": "three"}))
    key = IdempotencyKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "age_band").choices = choices(Code.Kind.AGE_BAND)
        choice_field(self, "device").choices = choices(Code.Kind.DEVICE)

    def details(self) -> ResidentDetails:
        """The person as the office takes them down; reached by nobody until they say how."""
        data = self.cleaned_data
        return ResidentDetails(
            family_name=data["family_kana"],
            given_name=data["given_kana"],
            family_kana=data["family_kana"],
            given_kana=data["given_kana"],
            age_band=data["age_band"],
            device=data["device"],
            contact_wish=ContactWish.NONE,
            notice_manner=NoticeManner.SPOKEN,
        )


class OfficeWalkInForm(WalkInForm):
    """The same at the office, where a number or a year tells people of one name apart."""

    phone = PhoneField(label=_("Telephone number"), required=False)
    birth_year = BirthYearField(
        label=_("Year of birth"), required=False, help_text=_("S23, 昭和23年 or 1948"), widget=forms.TextInput
    )

    def __init__(self, *args: Any, typed: str = "", **kwargs: Any) -> None:
        """`typed` is what the person was looked for by; a reading need not be typed twice."""
        family, _space, given = " ".join(typed.split()).partition(" ")
        if is_kana(typed):
            kwargs["initial"] = {"family_kana": family, "given_kana": given}
        super().__init__(*args, **kwargs)
        self.order_fields(["family_kana", "given_kana", "phone", "birth_year"])
        self.fields["age_band"].required = False

    def clean(self) -> dict[str, Any]:
        """Whoever has told the year of birth is not asked how old they are."""
        data = super().clean() or {}
        if not self.errors and data["birth_year"] is None and not data["age_band"]:
            self.add_error("age_band", _("Please choose the age band, or write the year of birth."))
        return data

    def details(self) -> ResidentDetails:
        number, year = self.cleaned_data["phone"], self.cleaned_data["birth_year"]
        phones = (PhoneDetails(number),) if number else ()
        told = replace(super().details(), phones=phones, birth_year=year)
        # The year is what was told; a band tapped beside it may contradict it.
        return replace(told, age_band=age_band_of(timezone.localdate().year - year)) if year else told

    def likely_same(self) -> list[Resident]:
        """People of the register who may be this one, the likeliest first."""
        details = self.details()
        return likely_same(
            family_kana=details.family_kana,
            given_kana=details.given_kana,
            numbers=[phone.number for phone in details.phones],
            birth_year=details.birth_year,
            age_band=details.age_band,
        )


class PaperForm(forms.Form):
    """The whole sheet at once, in the order of the sheet."""

    def __init__(self, *args: Any, roster: Roster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {f"mark-{line.registration.pk}": line for line in roster.lines}
        for name, line in self.lines.items():
            field = forms.ChoiceField(
                choices=self._offered(name, line),
                label=f"{line.number} {line.resident.name} {line.resident.kana}",
                required=False,
                widget=forms.RadioSelect,
                initial=line.mark,
                # The page says what stood on it: what an instructor ticks meanwhile is no change of the clerk's.
                show_hidden_initial=True,
            )
            self.fields[name] = field
            if line.contradiction:
                decided = forms.BooleanField(label=_("The mark chosen here is right"), required=False)
                self.fields[f"decided-{line.registration.pk}"] = decided

    def _offered(self, name: str, line: Line) -> list[tuple[str, Any]]:
        """The three boxes, and the mark that stands when it is none of them, so that saving does not lose it.

        Of a page opened before somebody ticked again, the mark that stood on it, too: the line may be untouched.
        """
        kept = {line.mark, self._shown(name)} - dict(ON_PAPER).keys()
        own = [(mark.value, mark.label) for mark in Attendance.Mark if mark in kept]
        return [*ON_PAPER, *own, ("", _("Not known"))]

    def rows(self) -> Iterator[tuple[Line, forms.BoundField, forms.BoundField | None]]:
        """Each person with the boxes, and the one to tick where two people ticked differently."""
        for name, line in self.lines.items():
            decided = f"decided-{line.registration.pk}"
            yield line, self[name], self[decided] if decided in self.fields else None

    def changes(self) -> Iterator[Typed]:
        """The lines on which another mark was chosen than the page showed, or a question answered.

        An empty mark takes it back; another mark answers the question as well.
        """
        for name, line in self.lines.items():
            if name in self.changed_data or self.cleaned_data.get(f"decided-{line.registration.pk}"):
                seen = self._shown(name)
                settles = line.contradiction.newest if line.contradiction else 0
                yield Typed(line.registration, self.cleaned_data[name], seen=seen, settles=settles)

    def _shown(self, name: str) -> str:
        """The mark that stood on the page when it was opened."""
        return str(self.data.get(self.add_initial_prefix(name), ""))
