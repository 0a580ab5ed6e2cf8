"""Marks as an author places them: rows of figures in hundredths of the picture, with or without a pointer to click
with.
"""

import unicodedata
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.scene import Mark, SceneError
from materials.pictures import stored


class PercentField(forms.DecimalField):
    """A place on the picture in hundredths of its width or height; figures of any width."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, required=False, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # as in Django's own DecimalField
        return super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)


class MarkForm(forms.Form):
    """One mark on the picture: a ring, a frame, an arrow, or a number alone."""

    kind = forms.ChoiceField(
        label=_("Mark"),
        required=False,
        choices=[
            ("", _("No mark")),
            ("frame", _("Frame")),
            ("tap", _("Ring: touch here")),
            ("arrow", _("Arrow")),
            ("number", _("Number alone")),
        ],
    )
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=20, required=False)
    x = PercentField(label=_("From the left"))
    y = PercentField(label=_("From the top"))
    to_x = PercentField(label=_("To: from the left"))
    to_y = PercentField(label=_("To: from the top"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget = forms.TextInput(
            attrs={"inputmode": "numeric", "class": "short", "autocomplete": "off"}
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind and not self.errors:
            self._ask_for_places(kind)
            if not self.errors:
                self._draw(kind)
        return cleaned

    def _ask_for_places(self, kind: str) -> None:
        asked = ["x", "y", "to_x", "to_y"] if kind in {"frame", "arrow"} else ["x", "y"]
        for name in asked:
            if self.cleaned_data.get(name) is None:
                self.add_error(name, _("Write a place between 0 and 100."))

    def _draw(self, kind: str) -> None:
        try:
            self.mark = _mark(kind, self.cleaned_data)
        except SceneError:
            self.add_error("to_x", _("The frame has no size. Write its right lower corner."))

    mark: Mark | None = None


def _mark(kind: str, typed: dict[str, Any]) -> Mark:
    """A mark from places in hundredths; a frame is given by two opposite corners."""
    x, y, to_x, to_y = (float(typed[name] or 0) / 100 for name in ("x", "y", "to_x", "to_y"))
    if kind == "frame":
        left, top, width, height = min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y)
        if not (width and height):
            raise SceneError("mark frame: no size")
        return Mark(kind, left, top, w=round(width, 4), h=round(height, 4), number=typed["number"])
    if kind == "arrow":
        return Mark(kind, x, y, to_x=to_x, to_y=to_y, number=typed["number"])
    return Mark(kind, x, y, number=typed["number"])


class BaseMarkFormSet(forms.BaseFormSet):
    """The marks of one picture."""

    def marks(self) -> list[dict[str, Any]]:
        """The marks as a step keeps them."""
        return [stored(form.mark) for form in self.forms if form.mark]


MarkFormSet = cast(
    "type[BaseMarkFormSet]",
    forms.formset_factory(MarkForm, formset=BaseMarkFormSet, extra=2, max_num=20, absolute_max=20),
)


def typed_marks(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored marks as an author types them, in hundredths."""
    typed = []
    for mark in marks:
        x, y = mark.get("x", 0), mark.get("y", 0)
        to_x, to_y = mark.get("to_x"), mark.get("to_y")
        if mark["kind"] == "frame":
            to_x, to_y = x + mark.get("w", 0), y + mark.get("h", 0)
        places = {"x": x, "y": y, "to_x": to_x, "to_y": to_y}
        typed.append(
            {"kind": mark["kind"], "number": mark.get("number")}
            | {name: f"{place * 100:.1f}".removesuffix(".0") for name, place in places.items() if place is not None}
        )
    return typed
