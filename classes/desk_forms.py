"""What the desk's pages take from the clerk."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from city.codes import choice_lists, choices
from city.models import Code, Venue
from classes.desk import Filters
from classes.devices import taught
from classes.models import Registration
from core.fields import ReasonField
from core.forms import FilterForm, choice_field
from core.kana import is_kana
from core.phone import PhoneNumber, PhoneNumberError
from reminders.routing import texts_leave
from residents.forms import NewResidentForm
from residents.models import ContactWish

WEEKDAYS = [
    (1, pgettext_lazy("weekday", "Monday")),
    (2, pgettext_lazy("weekday", "Tuesday")),
    (3, pgettext_lazy("weekday", "Wednesday")),
    (4, pgettext_lazy("weekday", "Thursday")),
    (5, pgettext_lazy("weekday", "Friday")),
    (6, pgettext_lazy("weekday", "Saturday")),
    (7, pgettext_lazy("weekday", "Sunday")),
]
# Longer than any name with its reading and number; a pasted letter finds nobody.
LONGEST_TYPED = 80
# What stands beside a number and is nobody's name: an extension, what kind of telephone it is, or whose. 内田, 奥 and
# 子安 are names, and so is most of what only begins like one of these words.
_BESIDE_A_NUMBER = re.compile(
    r".*[0-9].*|内線.*|内|ext\.?|代|代表|呼|呼出|呼び出し|携帯|固定|fax|留守電"
    r"|(?:ご|御|お)?(?:本人|家族|自宅|実家|会社|職場|勤務先|施設|ヘルパー|親戚|親類|友人|知人|隣|近所"
    r"|夫|主人|旦那|妻|家内|奥さん|奥さま|奥様|子|子ども|子供|息子|むすこ|ムスコ|娘|むすめ|ムスメ|嫁|婿|孫"
    r"|長男|次男|二男|三男|長女|次女|二女|三女|親|両親|父|母|兄|弟|姉|妹|兄弟|姉妹)(?:さん|さま|様)?(?:の.*)?",
    re.IGNORECASE,
)


class OpenRunsFilter(FilterForm):
    """Which open runs the desk lists. Its controls are sent with the words in the search box, which stay typed."""

    device = forms.ChoiceField(label=_("Device"))
    level = forms.ChoiceField(label=_("Level"))
    venue = forms.TypedChoiceField(label=_("Venue"), coerce=int, empty_value=None)
    weekday = forms.TypedChoiceField(label=_("Weekday"), coerce=int, empty_value=None)
    room = forms.BooleanField(label=_("Only with free seats"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = choice_lists(Code.Kind.DEVICE, Code.Kind.LEVEL)
        venues = Venue.objects.active().values_list("pk", "name")
        choice_field(self, "device").choices = [("", _("All devices")), *taught(lists[Code.Kind.DEVICE])]
        choice_field(self, "level").choices = [("", _("All levels")), *lists[Code.Kind.LEVEL]]
        choice_field(self, "venue").choices = [("", _("All venues")), *venues]
        choice_field(self, "weekday").choices = [("", _("All weekdays")), *WEEKDAYS]
        for field in self.fields.values():
            field.widget.attrs["form"] = "caller"

    @property
    def filters(self) -> Filters:
        """What was chosen; whatever is no choice of ours counts as all."""
        self.is_valid()
        found = self.cleaned_data
        return Filters(
            found.get("device", ""),
            found.get("level", ""),
            found.get("venue"),
            found.get("weekday"),
            with_room=found.get("room", False),
        )

    @classmethod
    def said_in(cls, asked: QueryDict) -> dict[str, str]:
        """What an address or a form says of it, as an address says it; the device also when all were wished for."""
        if not any(name in asked for name in cls.base_fields):
            return {}
        form = cls(asked)
        form.is_valid()
        found = {name: value for name, value in form.cleaned_data.items() if value}
        if "device" in asked and "device" in form.cleaned_data:
            found["device"] = form.cleaned_data["device"]
        return {name: "on" if value is True else str(value) for name, value in found.items()}


class CancelForm(forms.Form):
    """Why a place is given back."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the reason, so that the office can learn from it."),
            # Django's own sentence repeats what was sent, however long.
            "invalid_choice": _("Choose one of the reasons shown."),
        },
    )

    # The numbers of the registrations of those who come together with the person.
    companions = forms.TypedMultipleChoiceField(
        label=_("Applied together with this person"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Somebody who was ticked does not come together with this person. Please look again.")
        },
    )

    in_writing = forms.BooleanField(required=False)

    def __init__(self, *args: Any, companions: Mapping[int, str], number: str = "", **kwargs: Any) -> None:
        """`companions` are told in words, by the numbers of their registrations.

        `number` is where a text reaches the person; without one nothing can be given in writing.
        """
        super().__init__(*args, **kwargs)
        choice_field(self, "reason").choices = choices(Code.Kind.CANCEL_REASON)
        choice_field(self, "companions").choices = list(companions.items())
        if not companions:
            del self.fields["companions"]
        if not number:
            del self.fields["in_writing"]
            return
        self.fields["in_writing"].label = _("Confirm it by a text to %(number)s") % {"number": number}


class OverrideForm(forms.Form):
    """Why somebody gets a seat beyond the capacity."""

    reason = ReasonField(
        label=_("Reason for going over capacity"),
        help_text=_("For example: accompanies a person who cannot come alone. Write no names."),
        error_messages={"required": _("Write the reason. It stays on record with the registration.")},
    )
    channel = forms.ChoiceField(
        label=_("How it was taken"),
        choices=[
            (Registration.Channel.PHONE, Registration.Channel.PHONE.label),
            (Registration.Channel.COUNTER, Registration.Channel.COUNTER.label),
        ],
        widget=forms.RadioSelect,
    )


def new_person(typed: str) -> NewResidentForm:
    """The form of somebody who is not known, with what was typed in the box where it belongs."""
    form = NewResidentForm(initial=_prefilled(typed))
    form.begin_where_nothing_stands()
    return form


def _prefilled(typed: str) -> dict[str, str]:
    """What was typed, in the box where it belongs, and what usually follows from it."""
    number, words = PhoneNumber.split_memo(typed)
    filled = {"phone0": number} if len(PhoneNumber.digits_of(number)) >= 5 else {}
    if filled and _takes_texts(number):
        filled["contact_wish"] = ContactWish.SMS
    name, memo = _name_and_memo(words) if number else (typed.split(), [])
    if memo:
        filled["memo0"] = " ".join(memo)
    family, _space, given = " ".join(name).partition(" ")
    if family and is_kana(family):
        filled |= {"family_kana": family, "given_kana": given}
    elif family:
        filled |= {"family_name": family, "given_name": given}
    return filled


def _name_and_memo(words: str) -> tuple[list[str], list[str]]:
    """The words beside a number that are somebody's name, and those that say which telephone it is or whose."""
    whose = set(Code.objects.of(Code.Kind.RELATION).values_list("label", flat=True))
    name: list[str] = []
    memo: list[str] = []
    for word in words.split():
        is_memo = word in whose or _BESIDE_A_NUMBER.fullmatch(unicodedata.normalize("NFKC", word))
        (memo if is_memo else name).append(word)
    return name, memo


def _takes_texts(number: str) -> bool:
    try:
        return PhoneNumber.parse(number).can_receive_sms and texts_leave()
    except PhoneNumberError:
        return False
