"""How every form is drawn: label over the control, ※必須 or ※任意 in words, hint and error tied to the field.

Forms say what they ask; this module and templates/django/forms say how it looks. What must never happen: a field
without a visible label, an error that a screen reader cannot find, or the browser's own bubbles in place of ours.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_noop, ngettext_lazy

# Django's own sentences, named here so that locale/ja can say them as a clerk would: a project's catalogue is read
# before Django's.
DJANGO_SENTENCES = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid value."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid time."),
    gettext_noop("Enter a valid date/time."),
    gettext_noop("Enter a valid URL."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_noop("%(model_name)s with this %(field_label)s already exists."),
    gettext_noop("%(model_name)s with this %(field_labels)s already exists."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)


class BoundField(forms.BoundField):
    """A field as the field template draws it."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        # The label says ※必須 in words. With the attribute, the browser would stop the form with a bubble of its own,
        # in its own language, that vanishes before a slow reader has read it.
        built.pop("required", None)
        if isinstance(self.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            # WAI-ARIA knows no invalid radio button; the group's description carries the error.
            built.pop("aria-invalid", None)
        return built

    def label_tag(self, contents: Any = None, attrs: Any = None, label_suffix: Any = None, tag: Any = None) -> Any:
        return super().label_tag(contents, attrs, label_suffix or "", tag)

    @property
    def label_follows(self) -> bool:
        """True for a single checkbox, whose words stand behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def says_required(self) -> bool:
        """True when the label says ※必須."""
        return self.field.required and not self.field.disabled

    @property
    def says_optional(self) -> bool:
        """True when the label says ※任意; a checkbox left empty is an answer, not an omission."""
        return not (self.field.required or self.field.disabled or self.label_follows)

    @property
    def unit(self) -> str:
        """The word behind the control (分, 名), given as the widget's attribute data-unit."""
        return self.field.widget.attrs.get("data-unit", "")

    @property
    def anchor(self) -> str:
        """The id of the first thing in this field that can take the focus."""
        widget, id_ = self.field.widget, self.auto_id
        if not id_:
            return ""
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.MultiWidget):
            return f"{id_}_0"
        return self.id_for_label or id_


class FormRenderer(TemplatesSetting):
    """Django's renderer with our templates; named in settings as FORM_RENDERER."""

    bound_field_class = BoundField


class FilterForm(forms.Form):
    """Controls that narrow a list by GET: nothing is required, and the labels are small. Never for finding people."""

    template_name = "django/forms/filter.html"
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A page may hold a form of its own beside the list, and its labels must not point in here.
        super().__init__(*args, **{"auto_id": "filter_%s", **kwargs})
        for field in self.fields.values():
            field.required = False


def choice_field(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """A form's field of choices, to be given what it offers today; raises TypeError for a field of another kind."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name!r} is no field of choices")
    return field


@dataclass(frozen=True)
class Tile:
    """The words on a tile: text, and optionally a number in a circle, a small note, a picture's URL."""

    text: Any
    number: int | None = None
    note: Any = ""
    picture: str = ""
    none: bool = False
    """True for the tile that means none of the others (「止まらずにできた」)."""

    def __str__(self) -> str:
        return str(self.text)


class Tiles(forms.RadioSelect):
    """One choice from large tiles; attrs={"class": "three"} or {"class": "steps"} lays them out.

    The class belongs to the group, not to each input.
    """

    template_name = "django/forms/widgets/tiles.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        own = context["widget"]["attrs"].get("class", "")
        context["widget"]["attrs"]["class"] = f"tiles {own}".strip()
        return context

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"].pop("class", None)
        if not isinstance(option["label"], Tile):
            option["label"] = Tile(option["label"])
        return option


class IdempotencyKeyField(forms.UUIDField):
    """A hidden key that makes a button pressed twice one deed: new with each form, kept when the form comes back."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "initial": uuid.uuid4, **kwargs})

    def clean(self, value: Any) -> uuid.UUID:
        try:
            return super().clean(value) or uuid.uuid4()
        except ValidationError:
            # Nobody types this field, so nobody could mend it.
            return uuid.uuid4()


def standing_record(form: forms.ModelForm) -> Any:
    """The record that says exactly this already, when nothing else is wrong with a new one: it was sent twice.

    None while the form is not sent, is whole, or has to be mended.
    """
    wrong = {error.code for errors in form.errors.as_data().values() for error in errors}
    if form.instance.pk or not wrong or not wrong <= {"unique", "unique_together"}:
        return None
    said = {name: getattr(form.instance, name) for name in form._meta.fields or ()}
    return type(form.instance).objects.filter(**said).first()


@dataclass(frozen=True)
class FormError:
    """One line of the error summary."""

    label: str
    text: str
    anchor: str


def errors_anchor(form: forms.BaseForm) -> str:
    """The id of the place where a form's own errors (not a field's) stand."""
    return f"{form.prefix}-errors" if form.prefix else "form-errors"


def summary_of(*asked: Any) -> Iterator[FormError]:
    """Every error of these forms and formsets, in reading order; what is no bound form is passed over."""
    for each in asked:
        if isinstance(each, forms.BaseFormSet):
            if each.is_bound:
                yield from (FormError("", str(text), "") for text in each.non_form_errors())
                yield from summary_of(*each.forms)
        elif isinstance(each, forms.BaseForm) and each.is_bound:
            yield from (FormError("", str(text), errors_anchor(each)) for text in each.non_field_errors())
            for bound in each:
                anchor = getattr(bound, "anchor", bound.auto_id)
                yield from (FormError(str(bound.label), str(text), anchor) for text in bound.errors)
