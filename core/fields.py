"""Form fields that take what people type and give values: numbers, readings, names, days and times.

Each says in the words of the desk what is wrong and how to mend it, and what was typed stands in the box again. What
must never happen: a typed character silently lost from a name, or a date corrected to a day nobody named.
"""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Input
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.kana import clean_name, first_not_kana, has_a_word, in_full_width, is_kana, to_katakana
from core.phone import PhoneNumber
from core.refusal import Refusal
from core.wareki import TOKYO, DayMissing, era_year, parse_date, parse_time, parse_year

# Longer than any number or date with all its trimmings; a pasted letter would fill the page with its own error.
_LONGEST_TYPED = 60


class OneLineField(forms.CharField):
    """Text of one line: pasted line breaks become spaces, invisible characters go, everything else stays as typed."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_name(text) if text else text


class ReasonField(OneLineField):
    """A reason that stays on record: a word at least, since signs alone tell nobody anything.

    It may be read out, texted or printed, so ｱﾒ becomes アメ.
    """

    def __init__(self, *, max_length: int = 160, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.TextInput({"class": "full"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(in_full_width(value) if isinstance(value, str) else value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not has_a_word(value):
            raise ValidationError(self.error_messages["required"], code="required")


class NameField(OneLineField):
    """A name as its owner writes it, rare kanji and their forms included."""

    default_error_messages = {
        "required": _("Write the name."),
        "sign": _("“%(sign)s” cannot stand in a name. Write the name without it."),
        "private": _(
            "Character %(place)d of the name is a private character that other machines cannot show. "
            "Write its usual form here and the official form in the memo."
        ),
    }

    def __init__(self, *, max_length: int = 40, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def validate(self, value: Any) -> None:
        super().validate(value)
        for place, letter in enumerate(value, 1):
            if unicodedata.category(letter) == "Co":
                raise ValidationError(self.error_messages["private"], code="private", params={"place": place})
            if _is_pictogram(letter):
                raise ValidationError(self.error_messages["sign"], code="sign", params={"sign": letter})


class KanaField(OneLineField):
    """A reading in kana of any width or script; cleans to full-width katakana."""

    default_error_messages = {
        "required": _("Write the reading in kana."),
        "not_kana": _("“%(sign)s” is not kana. Write the reading in katakana or hiragana, without kanji or letters."),
        "no_kana": _("Write the reading in kana, for example ヤマダ."),
    }

    def __init__(self, *, max_length: int = 60, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return text
        stranger = first_not_kana(text)
        if stranger:
            raise ValidationError(self.error_messages["not_kana"], code="not_kana", params={"sign": stranger})
        if not is_kana(text):
            raise ValidationError(self.error_messages["no_kana"], code="no_kana")
        return to_katakana(text)


class TypedField(forms.Field):
    """One box whose text is read as a value; a refusal of the reader becomes the field's error."""

    widget: type[Input] = forms.TextInput
    default_error_messages = {
        "too_long": _("This is too long: %(count)d characters. Write only what is asked for here."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def read(self, text: str) -> Any:
        """The value of a text; raises Refusal."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, str):
            return value
        text = clean_name(value)
        if not text:
            return None
        if len(text) > _LONGEST_TYPED:
            raise ValidationError(self.error_messages["too_long"], code="too_long", params={"count": len(text)})
        return _or_error(self.read, text)


class PhoneField(TypedField):
    """A telephone number in any usual form; cleans to a PhoneNumber, or None when left empty."""

    widget = forms.TelInput
    default_error_messages = {"required": _("Write the telephone number.")}

    def read(self, text: str) -> PhoneNumber:
        return PhoneNumber.parse(text)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("+81"):
            # What a row keeps is shown as people write it; what a person typed is shown as typed.
            try:
                return PhoneNumber.from_e164(value).national
            except ValueError:
                return value
        return value.national if isinstance(value, PhoneNumber) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class TimeField(TypedField):
    """A time of day: 10:00, 1000, 午前10時半; cleans to a time."""

    default_error_messages = {"required": _("Write the time, for example 10:00.")}

    def read(self, text: str) -> time:
        return parse_time(text)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(TOKYO)
        return f"{value:%H:%M}" if isinstance(value, time | datetime) else value


class FreeTextDateField(TypedField):
    """A day in any usual form in one box; cleans to a date. With coming=True, 12/3 is the next such day."""

    default_error_messages = {"required": _("Write the date, for example R8.12.3.")}

    def __init__(self, *, coming: bool = False, **kwargs: Any) -> None:
        self.coming = coming
        super().__init__(**kwargs)

    def read(self, text: str) -> date:
        return parse_date(text, today=datetime.now(TOKYO).date() if self.coming else None)

    def prepare_value(self, value: Any) -> Any:
        return "".join(_in_boxes(value, units="年月日")) if isinstance(value, date) else value


class BirthYearField(TypedField):
    """A year of birth: S12, 昭和12年, 1937; cleans to the western year."""

    default_error_messages = {
        "required": _("Write the year of birth, for example S12 or 1937."),
        "unlikely": _("%(year)d cannot be a year of birth. Please check the era."),
    }

    def read(self, text: str) -> int:
        return parse_year(text)

    def validate(self, value: Any) -> None:
        super().validate(value)
        this_year = datetime.now(TOKYO).year
        # The oldest person whose age was ever proved lived 122 years.
        if value is not None and not this_year - 122 <= value <= this_year:
            raise ValidationError(self.error_messages["unlikely"], code="unlikely", params={"year": value})


class DateBoxes(forms.MultiWidget):
    """Year, month and day in three boxes, each with its word; a day is shown in its era."""

    template_name = "django/forms/widgets/date_boxes.html"
    units = (pgettext_lazy("date box", "year"), pgettext_lazy("date box", "month"), pgettext_lazy("date box", "day"))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # The year's box takes R8 and 令和8 too, for which a keypad of figures has no keys.
        figures = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            "year": forms.TextInput({"autocomplete": "off", "maxlength": 24}),
            "month": forms.TextInput(figures),
            "day": forms.TextInput(figures),
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[str]:
        return _in_boxes(value) if isinstance(value, date) else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for box, unit in zip(context["widget"]["subwidgets"], self.units, strict=True):
            box["unit"] = unit
        return context


class WarekiDateField(forms.Field):
    """A day in three boxes, the year as 令和8, R8 or 2026, or a whole date in the first; cleans to a date."""

    widget = DateBoxes
    default_error_messages = {
        "required": _("Write the year, the month and the day."),
        "no_year": _("The year is missing. Write it like R8 or 2026."),
        "no_month": _("The month is missing."),
        "no_day": _("The day is missing."),
        "too_long": _("This is too long for a date. Write the year, the month and the day."),
    }

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value
        boxes = [clean_name(str(box or "")) for box in value]
        if not any(boxes):
            return None
        if sum(map(len, boxes)) > _LONGEST_TYPED:
            raise ValidationError(self.error_messages["too_long"], code="too_long")
        year, month, day = (box.rstrip(unit) for box, unit in zip(boxes, "年月日", strict=True))
        if year and not month and not day:
            whole = self._whole(boxes[0])
            if whole:
                return whole
        missing = [
            ValidationError(self.error_messages[code], code=code)
            for box, code in ((year, "no_year"), (month, "no_month"), (day, "no_day"))
            if not box
        ]
        if missing:
            raise ValidationError(missing)
        return _or_error(parse_date, f"{year}年{month}月{day}日")

    def _whole(self, text: str) -> date | None:
        """The day in the box of the year, or None when only a year stands there."""
        try:
            return parse_date(text)
        except DayMissing:
            return None
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal


class RecordsField(forms.ModelMultipleChoiceField):
    """Any number of records from a list. A number that no record can have is an unknown choice, not a crash."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as too_large:
            code = "invalid_choice"
            raise ValidationError(self.error_messages[code], code=code, params={"value": "…"}) from too_large


def _or_error(read: Callable[[str], Any], text: str) -> Any:
    """What the reader makes of a text, its refusal turned into a form's error."""
    try:
        return read(text)
    except Refusal as refusal:
        raise ValidationError(str(refusal), code=refusal.code) from refusal


def _in_boxes(day: date, units: str = "") -> list[str]:
    """Year, month and day as a clerk would type them, without the weekday, which would contradict a changed day."""
    if (get_language() or "ja").startswith("en"):
        return [day.isoformat()] if units else [str(day.year), str(day.month), str(day.day)]
    year, month, last = era_year(day).removesuffix("年"), str(day.month), str(day.day)
    return [box + unit for box, unit in zip((year, month, last), units or ("", "", ""), strict=True)]


def _is_pictogram(letter: str) -> bool:
    """Emoji and their modifiers; ㈱ and ㍿ are letters in a firm's name."""
    return unicodedata.category(letter) in {"So", "Sk"} and not "\u3200" <= letter <= "\u33ff"
