"""Forms of the bookshelf: searching it, and writing the guides on it."""

from datetime import datetime
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.expiry import LEFT_BEHIND
from core.fields import OneLineField, WarekiDateField
from core.forms import FilterForm, IdempotencyKeyField, choice_field
from core.refusal import Refusal
from core.stale import SeenForm, as_it_stands
from materials.models import Edition, Guide, Picture, Procedure, Step, System, Term, Topic
from materials.pictures import make_safe
from materials.writing import EditionDetails, GuideDetails, StepDetails

NOTATION_HINT = _(
    "Words on the screen are written [[OK]]. "
    "A reading is written 暗証番号《あんしょうばんごう》; ｜ marks where its words begin: ｜お札《おさつ》."
)


class LinesField(forms.CharField):
    """Several lines, kept as lines."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = rows

    def to_python(self, value: Any) -> Any:
        # A browser ends each line with two characters, the library with one; the same lines are the same text.
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text


class GuideSearchForm(FilterForm):
    """Words, topic and device to look for on the shelf."""

    q = OneLineField(label=_("Words"), max_length=60)
    topic = forms.ChoiceField(label=_("Topic"))
    system = forms.ChoiceField(label=_("Your device"), choices=[("", _("All")), *System.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "topic").choices = [("", _("All")), *_topics_with_guides()]


def _topics_with_guides() -> list[tuple[str, str]]:
    published = Guide.objects.published().values("topic")
    return list(Topic.objects.filter(pk__in=published).values_list("key", "name"))


class GuideForm(forms.Form):
    """What a guide is about."""

    title = OneLineField(
        label=_("Title"), max_length=60, help_text=_("What the reader wants to do: 住民票をコンビニで取る.")
    )
    summary = OneLineField(label=_("Who and what for"), max_length=160, required=False)
    topic = forms.ModelChoiceField(label=_("Topic"), queryset=Topic.objects.none(), empty_label=_("Choose"))
    procedure = forms.ModelChoiceField(
        label=_("Procedure"),
        queryset=Procedure.objects.none(),
        required=False,
        empty_label=_("None (a basic skill)"),
        help_text=_("What is needed, the cost and the counter are then taken from the procedure."),
    )
    system = forms.ChoiceField(label=_("Device"), choices=System.choices, widget=forms.RadioSelect)
    needs = LinesField(
        label=_("What you need"),
        max_length=400,
        required=False,
        help_text=_("One thing a line. Empty: as the procedure says."),
    )
    duration = OneLineField(label=_("Time it takes"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.filter(parent__isnull=False)  # type: ignore[attr-defined]
        self.fields["procedure"].queryset = Procedure.objects.all()  # type: ignore[attr-defined]

    def details(self) -> GuideDetails:
        """What was typed."""
        return GuideDetails(**{name: self.cleaned_data[name] for name in GuideDetails.__dataclass_fields__})


class GuideChangeForm(SeenForm, GuideForm):
    """What a guide that exists is about."""

    @classmethod
    def of(cls, guide: Guide, data: QueryDict | None = None) -> Self:
        """As the guide stands now, or as it was sent."""
        initial = {name: getattr(guide, name) for name in GuideDetails.__dataclass_fields__}
        return cls(data, initial=initial, stands=as_it_stands(guide))


class EditionForm(SeenForm, forms.Form):
    """What is new in an edition, and with which screens it was compared."""

    change_note = OneLineField(
        label=_("What changed"),
        max_length=160,
        required=False,
        help_text=_("For the office: why there is a new edition."),
    )
    system_version = OneLineField(
        label=_("Version of the device or application"),
        max_length=60,
        required=False,
        help_text=_("For example: Android 15"),
    )
    checked_on = WarekiDateField(label=_("Compared with the real screens on"), required=False)
    needs_checking = forms.BooleanField(
        label=_("Print the stamp “to be confirmed: compare with the real screens”"), required=False
    )

    @classmethod
    def of(cls, edition: Edition, data: QueryDict | None = None) -> Self:
        """As the draft stands now, or as it was sent."""
        initial = {name: getattr(edition, name) for name in EditionDetails.__dataclass_fields__}
        return cls(data, initial=initial, stands=as_it_stands(edition))

    def details(self) -> EditionDetails:
        """What was typed."""
        return EditionDetails(**{name: self.cleaned_data[name] for name in EditionDetails.__dataclass_fields__})


class CheckForm(forms.Form):
    """That the pictures of a published edition still hold."""

    on = WarekiDateField(label=_("Compared with the real screens on"))
    system_version = OneLineField(label=_("Version of the device or application"), max_length=60, required=False)


class StepForm(forms.Form):
    """The words and the picture of one step."""

    title = OneLineField(label=_("Heading of the step"), max_length=120, help_text=NOTATION_HINT)
    actions = LinesField(
        label=_("Actions, one a line"),
        max_length=1200,
        rows=4,
        required=False,
        help_text=_("Each line gets a number. The marks on the picture carry the same numbers."),
    )
    expected = OneLineField(
        label=_("It worked if"), max_length=300, required=False, help_text=_("What the reader sees when it went well.")
    )
    caution = OneLineField(label=_("Be careful"), max_length=300, required=False)
    plain_text = OneLineField(
        label=_("In plain Japanese"), max_length=300, required=False, help_text=_("The same in even simpler words.")
    )
    upload = forms.FileField(
        label=_("Screenshot"),
        required=False,
        help_text=_("PNG or JPEG, at most 10 MB. Nobody's name or number may be on it."),
    )
    drawing = forms.ModelChoiceField(
        label=_("Or a drawing from the library"), queryset=Picture.objects.none(), required=False, empty_label=_("None")
    )
    description = OneLineField(
        label=_("What the picture shows"),
        max_length=200,
        required=False,
        help_text=_("Read out to those who cannot see it: 暗証番号を入れる画面。右下に「確認」のボタンがある"),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    key = IdempotencyKeyField()

    def __init__(self, *args: Any, step: Step | None = None, **kwargs: Any) -> None:
        self.step = step
        if step:
            kwargs["initial"] = {name: getattr(step, name) for name in StepDetails.__dataclass_fields__} | {
                "description": step.picture.description if step.picture else "",
                "seen": step.changed_at.isoformat(),
            }
        super().__init__(*args, **kwargs)
        self.fields["drawing"].queryset = Picture.objects.drawings()  # type: ignore[attr-defined]
        self.fields["upload"].widget.attrs["accept"] = "image/png,image/jpeg"
        for name in ("title", "expected", "caution", "plain_text", "description"):
            self.fields[name].widget.attrs["class"] = "full"

    def clean_upload(self) -> bytes | None:
        """The screenshot as a picture of our own making, or the reason why it cannot be used."""
        upload: UploadedFile | None = self.cleaned_data["upload"]
        if upload is None and self.data.get(LEFT_BEHIND) == "upload":
            raise ValidationError(_("Please choose the picture again. Everything else you typed is still here."))
        if upload is None:
            return None
        try:
            return make_safe(upload)
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        shows_something = cleaned.get("upload") or cleaned.get("drawing") or (self.step and self.step.picture)
        if shows_something and not cleaned.get("description") and "description" not in self.errors:
            self.add_error("description", _("Write what the picture shows, for those who cannot see it."))
        if cleaned.get("description") and not shows_something and not {"upload", "drawing"} & self.errors.keys():
            self.add_error("upload", _("Choose the picture that you describe, or a drawing from the library."))
        return cleaned

    def ask_for_the_upload_again(self) -> None:
        """Say that a browser never sends a chosen file twice by itself."""
        if self.files.get("upload") and "upload" not in self.errors:
            self.add_error("upload", _("Please choose the picture again. Everything else you typed is still here."))

    def details(self) -> StepDetails:
        """The words that were typed."""
        return StepDetails(**{name: self.cleaned_data[name] for name in StepDetails.__dataclass_fields__})

    @property
    def seen_state(self) -> datetime | None:
        """The state of the step that the author had on the screen."""
        return parse_datetime(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None


class ProcedureForm(SeenForm, forms.ModelForm):
    """The facts of a procedure."""

    name = OneLineField(label=_("Name"), max_length=80)
    needs = LinesField(label=_("What you need"), max_length=600, required=False, help_text=_("One thing a line."))
    cost = OneLineField(label=_("Cost"), max_length=80, required=False)
    duration = OneLineField(label=_("Time it takes"), max_length=60, required=False)
    at_counter = LinesField(
        label=_("At the counter"),
        max_length=600,
        help_text=_("How it is done by those who do not want to do it online. Nobody is sent away."),
    )
    without_card = LinesField(label=_("If you have no card"), max_length=600, required=False)
    owner_office = OneLineField(label=_("Office in charge"), max_length=60, required=False)
    official_url = forms.URLField(label=_("Official page"), max_length=200, required=False, assume_scheme="https")

    class Meta:
        model = Procedure
        fields = [
            "name",
            "topic",
            "owner_office",
            "official_url",
            "needs",
            "cost",
            "duration",
            "at_counter",
            "without_card",
            "is_confirmed",
        ]
        labels = {
            "topic": _("Topic"),
            "is_confirmed": _("The office in charge has checked these facts"),
        }
        help_texts = {"is_confirmed": _("Until it is ticked, every page and paper says that they are to be confirmed.")}

    @classmethod
    def of(cls, procedure: Procedure, data: QueryDict | None = None) -> Self:
        """As the procedure stands now, or as it was sent."""
        return cls(data, instance=procedure, stands=as_it_stands(procedure))


class TermForm(forms.ModelForm):
    """A difficult word and what it means."""

    word = OneLineField(
        label=_("Word"), max_length=40, error_messages={"unique": _("This word has already been explained.")}
    )
    reading = OneLineField(label=_("Reading"), max_length=60, required=False)
    explanation = LinesField(label=_("What it means, in plain words"), max_length=400)
    source = OneLineField(label=_("Source"), max_length=120, required=False)

    class Meta:
        model = Term
        fields = ["word", "reading", "explanation", "source"]


class TermChangeForm(SeenForm, TermForm):
    """A word that has been explained already."""

    @classmethod
    def of(cls, term: Term, data: QueryDict | None = None) -> Self:
        """As the word stands now, or as it was sent."""
        return cls(data, instance=term, stands=as_it_stands(term))
