"""What the help desk asks for."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from city.codes import choice_lists
from city.models import Code, Venue
from core import wareki
from core.fields import FreeTextDateField, OneLineField
from core.forms import IdempotencyKeyField, Tile, Tiles, choice_field
from helpdesk.note_guard import NoteRefused, refuse_secrets, warnings
from materials.models import Edition, Procedure, Step, Topic
from materials.notation import plain

NOBODY = "none"
MINUTES = [(5, "5"), (10, "10"), (15, "15"), (30, "30"), (45, "45"), (60, "60"), (90, "90"), (120, "120")]
LISTS = (
    Code.Kind.CAUSE,
    Code.Kind.OPERATOR,
    Code.Kind.OUTCOME,
    Code.Kind.CHANNEL,
    Code.Kind.AGE_BAND,
    Code.Kind.DEVICE,
)
# What a consultation takes over from the one before it, so that it is asked only when it changes.
KEPT = ("channel", "venue", "minutes", "age_band", "device")


class GuardedField(OneLineField):
    """A line of free text in which no secret may stand."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            refuse_secrets(text)
        except NoteRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return text


class ConsultationForm(forms.Form):
    """One consultation: tiles for what happened, and one line of circumstances that seldom change."""

    stuck_at = forms.ChoiceField(
        label=_("Where did it stop?"),
        widget=Tiles(attrs={"class": "steps"}),
        error_messages={"required": _("Tap the step at which it stopped, or that nothing stopped them.")},
    )
    cause = forms.ChoiceField(
        label=_("Why?"),
        widget=Tiles,
        error_messages={"required": _("Tap why it stopped. “Other” is an answer too.")},
    )
    operator = forms.ChoiceField(
        label=_("Who operated?"),
        widget=Tiles(attrs={"class": "three"}),
        error_messages={"required": _("Tap who operated the device.")},
    )
    outcome = forms.ChoiceField(
        label=_("How far did it get?"),
        widget=Tiles(attrs={"class": "three"}),
        error_messages={"required": _("Tap how far it got.")},
    )
    referred_to = GuardedField(label=_("Sent where"), max_length=60, required=False)
    follow_up_on = FreeTextDateField(
        label=_("Look into it again on"),
        required=False,
        coming=True,
        help_text=_("For example 12/3 or 令和8年12月3日."),
    )
    note = GuardedField(
        label=_("Note"),
        max_length=400,
        required=False,
        help_text=_("No names, no numbers of cards, no PINs. What happened is enough."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note_confirmed = forms.BooleanField(label=_("I have read the note again and it may stay as it is."), required=False)
    held_on = FreeTextDateField(label=_("Day"))
    channel = forms.ChoiceField(label=_("Way"), widget=Tiles)
    venue = forms.ModelChoiceField(Venue.objects.active(), label=_("Place"), required=False, empty_label=_("Town hall"))
    minutes = forms.TypedChoiceField(label=_("Minutes"), choices=MINUTES, coerce=int, widget=Tiles)
    age_band = forms.ChoiceField(label=_("Age band"), widget=Tiles)
    device = forms.ChoiceField(label=_("Device"), widget=Tiles)
    form_key = IdempotencyKeyField()

    def __init__(self, *args: Any, edition: Edition | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.steps: list[Step] = list(edition.steps.order_by("ordinal")) if edition else []
        for kind, offered in choice_lists(*LISTS).items():
            # A form's field is called as the list it offers.
            choice_field(self, kind).choices = offered
        choice_field(self, "stuck_at").choices = self._places()
        # Where nothing stopped anybody, there is no reason to ask for.
        self.fields["cause"].required = self.data.get("stuck_at") != NOBODY
        if not self.is_bound or not self._note_needs_confirming():
            self.fields["note_confirmed"].widget = forms.HiddenInput()

    def _places(self) -> list[tuple[str, Tile]]:
        nobody = (NOBODY, Tile(_("Nothing stopped them"), none=True))
        if self.edition is None:
            return [("somewhere", Tile(_("They got stuck"))), nobody]
        return [*((str(step.ordinal), Tile(plain(step.title), number=step.ordinal)) for step in self.steps), nobody]

    def _note_needs_confirming(self) -> bool:
        return bool(warnings(str(self.data.get("note", ""))))

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Enter the day on which it was held."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        held_on, follow_up_on = data.get("held_on"), data.get("follow_up_on")
        if held_on and follow_up_on and follow_up_on < held_on:
            self.add_error("follow_up_on", _("This day lies before the consultation. Enter a later one."))
        found = warnings(data.get("note") or "")
        if found and not data.get("note_confirmed"):
            sentences = " ".join(str(sentence) for sentence in found)
            self.add_error("note", lazystr(sentences))
            self.add_error("note_confirmed", _("Take it out, or tick that the note may stay as it is."))
        return data

    @property
    def stuck(self) -> list[tuple[Step | None, str]]:
        """Where it stopped and why, as the deed takes it."""
        place = self.cleaned_data["stuck_at"]
        if place == NOBODY:
            return []
        step = self.steps[int(place) - 1] if self.edition is not None else None
        return [(step, self.cleaned_data["cause"])]

    @property
    def circumstances(self) -> list[str]:
        """The one line of what is assumed, in words: day, way, place, minutes, age band, device."""
        words = [self._day_in_words(), self._chosen("channel")]
        if self["venue"].value():
            words.append(self._chosen("venue"))
        words.append(_("%(minutes)s minutes") % {"minutes": self._chosen("minutes")})
        return [*words, self._chosen("age_band"), self._chosen("device")]

    @property
    def circumstances_are_wrong(self) -> bool:
        """True when something in that line must be mended, so that it has to stand open."""
        return any(self.has_error(name) for name in ("held_on", *KEPT))

    @property
    def more_is_open(self) -> bool:
        """True when what is seldom needed holds something or must be mended."""
        names = ("referred_to", "follow_up_on", "note")
        return any(self.has_error(name) or self[name].value() for name in names)

    def _day_in_words(self) -> str:
        typed = self["held_on"].value()
        return str(_("today")) if typed == wareki.wareki(timezone.localdate()) else str(typed or "")

    def _chosen(self, name: str) -> str:
        field = self.fields[name]
        chosen = str(self[name].value())
        return next((str(text) for value, text in getattr(field, "choices", []) if str(value) == chosen), chosen)


class SubjectForm(forms.Form):
    """What the consultation is about, from the address of the page."""

    edition = forms.ModelChoiceField(Edition.objects.published().select_related("guide__procedure"), required=False)
    procedure = forms.ModelChoiceField(Procedure.objects.all(), required=False)
    topic = forms.ModelChoiceField(Topic.objects.all(), required=False)
