"""The question at the head of the analysis: which year, where, whose, with what, in which guide.

It stands in the address of the page, so that it can be sent to a colleague; whatever nonsense stands there, a question
comes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.codes import word_lists
from city.models import Code, Venue
from core import wareki
from core.forms import FilterForm, choice_field
from helpdesk.insights import used_editions
from helpdesk.tally import Scope, Tally, count_held, fiscal_years, tally
from materials.models import Edition
from materials.notation import plain

ALL_YEARS = "all"


class QuestionForm(FilterForm):
    """Five choices that the page sets into one sentence."""

    fiscal_year = forms.ChoiceField(label=gettext_lazy("Year"))
    venue = forms.ChoiceField(label=gettext_lazy("Place"))
    age_band = forms.ChoiceField(label=gettext_lazy("Age band"))
    device = forms.ChoiceField(label=gettext_lazy("Device"))
    edition = forms.ChoiceField(label=gettext_lazy("Guide"))

    def __init__(self, *args: Any, words: dict[str, dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # Inside a sentence there is no room for a label above.
            field.widget.attrs["aria-label"] = field.label
        venues = [(str(venue.pk), str(venue)) for venue in Venue.objects.all()]
        self.offer("venue", [("", _("all places")), *venues])
        self.offer("age_band", [("", _("all ages")), *words[Code.Kind.AGE_BAND].items()])
        self.offer("device", [("", _("all devices")), *words[Code.Kind.DEVICE].items()])

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """What may be chosen in one place of the sentence."""
        choice_field(self, name).choices = choices

    def offer_years(self, years: list[int]) -> None:
        """Offer the years in which there were consultations."""
        labelled = [(str(year), wareki.fiscal_year_label(year)) for year in years]
        self.offer("fiscal_year", [*labelled, (ALL_YEARS, _("all years"))])

    def offer_editions(self, editions: list[Edition]) -> None:
        """Offer the guides that lay on the table, known only when the rest of the question is."""
        self.offer("edition", [(str(edition.pk), edition_label(edition)) for edition in editions])

    @property
    def in_words(self) -> dict[str, str]:
        """The words chosen in each place, for paper."""
        words = {}
        for name, field in self.fields.items():
            chosen = str(self[name].value() or "")
            choices = getattr(field, "choices", [])
            words[name] = next((str(text) for value, text in choices if str(value) == chosen), "")
        return words


@dataclass(frozen=True)
class Question:
    """What is asked: the form as the page shows it, what was counted, and the edition whose steps are shown."""

    form: QuestionForm
    counted: Tally
    edition: Edition | None
    # Key to words: age bands, devices and causes.
    words: dict[str, dict[str, str]]

    @property
    def scope(self) -> Scope:
        """Which consultations are counted."""
        return self.counted.scope


def read_question(asked: Mapping[str, str]) -> Question:
    """The question of an address. What is missing or makes no sense is taken as this year, everywhere, everybody."""
    # Entries no longer offered included: what happened under them can still be asked about.
    words = word_lists(Code.Kind.AGE_BAND, Code.Kind.DEVICE, Code.Kind.CAUSE)
    form = QuestionForm(asked, words=words)
    form.is_valid()
    answered = {name: form.cleaned_data.get(name, "") for name in ("venue", "age_band", "device")}
    everywhen = Scope(
        venue=int(answered["venue"]) if answered["venue"] else None,
        age_band=answered["age_band"] or None,
        device=answered["device"] or None,
    )
    held = count_held(everywhen)
    this_year = wareki.fiscal_year(timezone.localdate())
    years = fiscal_years(held) or [this_year]
    form.offer_years(years)
    year = _year(asked.get("fiscal_year", ""), years, this_year)
    counted = tally(replace(everywhen, fiscal_year=year), held)
    editions = {str(edition.pk): edition for edition in used_editions(counted)}
    edition = editions.get(asked.get("edition", "")) or next(iter(editions.values()), None)
    form.offer_editions(list(editions.values()))
    form.data = {**answered, "fiscal_year": str(year or ALL_YEARS), "edition": str(edition.pk) if edition else ""}
    form.full_clean()
    return Question(form, counted, edition, words)


def _year(asked: str, years: list[int], this_year: int) -> int | None:
    """The year that is asked for, None for all; where none of those is, this one or the newest there is."""
    if asked == ALL_YEARS:
        return None
    offered = {str(year): year for year in years}
    return offered.get(asked, this_year if this_year in years else years[0])


def edition_label(edition: Edition) -> str:
    """A guide with its edition, as it is named on the page and in the file."""
    return _("%(guide)s, edition %(number)s") % {"guide": plain(str(edition.guide)), "number": edition.number}
