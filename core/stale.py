"""Pages that are older than what they show: a colleague corrected the same record between opening and saving.

A page that sends a whole record sends back every word it showed, also those that nobody touched. What must never
happen: what somebody wrote a minute ago replaced, unsaid, by what an older page still showed.

The page carries a fingerprint of the record, which the deed compares under its lock, and one of each box, by which the
page that comes back tells what was typed from what merely stood there.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from typing import Any, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.fields import WarekiDateField
from core.forms import BoundField
from core.refusal import Refusal
from core.wareki import wareki

# Enough to tell two words apart; many boxes go along with every page.
_SHORT = 8


class ChangedMeanwhile(Refusal):
    """The record is not what the page showed."""

    sentence = gettext_lazy(
        "Somebody changed this after you had opened the page. What they wrote is shown on this page. "
        "Please look at it, then save again."
    )


def fingerprint(stands: Any) -> str:
    """What a record says, in a few letters that tell nothing of it; the same words have the same fingerprint."""
    told = json.dumps(stands, sort_keys=True, default=str)
    return sha256(told.encode(errors="surrogatepass")).hexdigest()


def refuse_stale(seen: str | None, stands: Any) -> None:
    """Raise ChangedMeanwhile where a page showed something else; with None nobody looked at a page."""
    if seen is not None and seen != fingerprint(stands):
        raise ChangedMeanwhile


def as_it_stands(record: Model) -> dict[str, Any]:
    """What people write of a record, as a page shows it and as it is compared before it is changed."""
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields if field.editable}


def refuse_overwriting(before: Model, record: Model, *, seen: str | None) -> None:
    """Raise ChangedMeanwhile where a whole record would replace what its page did not show.

    `before` is its row, which the deed has locked. Whoever asks for what stands already is not refused.
    """
    stands = as_it_stands(before)
    if as_it_stands(record) != stands:
        refuse_stale(seen, stands)


@dataclass(frozen=True)
class Seen:
    """What a page showed: the fingerprint of the record, and a short one of each box by its name."""

    record: str = ""
    boxes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join([self.record, *(f"{name}:{short}" for name, short in self.boxes)])

    @classmethod
    def parse(cls, sent: str) -> Self:
        """What the form brought back; of what was tampered with nothing fits, so that everything counts as changed."""
        record, *boxes = sent.split() or [""]
        pairs = (each.partition(":") for each in boxes)
        return cls(record, tuple((name, short) for name, _colon, short in pairs))


class SeenField(forms.Field):
    """The hidden field in which a form brings back what its page showed; cleans to a Seen, and refuses nothing."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Seen:
        """Nobody types this field, so nobody could mend it."""
        return Seen.parse(str(value or ""))


@dataclass(frozen=True)
class Changed:
    """A box whose words somebody else changed; `typed` where they were changed on this page as well."""

    label: str
    stands: str
    typed: str
    anchor: str


class SeenForm(forms.BaseForm):
    """A form that shows a whole record, and notices that its page is older than the record. To be named first.

    `stands` is what the deed compares, as it is now.
    """

    # What the notice on the page lists; components/changed_meanwhile.html.
    changed: tuple[Changed, ...] = ()

    def __init__(self, *args: Any, stands: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"] = SeenField(required=False)
        boxes = (
            tuple((bound.name, _short(_sent(bound))) for bound in self.visible_fields()) if not self.is_bound else ()
        )
        self.initial = {"seen": str(Seen(fingerprint(stands), boxes)), **(self.initial or {})}

    @property
    def seen(self) -> str:
        """The fingerprint of the record as the page showed it, for the deed."""
        seen: Seen = self.cleaned_data["seen"]
        return seen.record

    def bring_up_to(self, now: "SeenForm", *, because: object) -> None:
        """Let every box that nobody touched show what stands now, keep what was typed in the others, and say why.

        `now` is the form as it would open at this moment; it is what the next press is compared with.
        """
        known = dict(Seen.parse(str(self["seen"].value() or "")).boxes)
        data, changed = cast("QueryDict", self.data).copy(), list[Changed]()
        # Where a colleague took a row away, its boxes are gone from the page, and nothing stands in them.
        gone = [each for each in self.visible_fields() if each.name not in now.fields and not each.field.required]
        for bound in [*now.visible_fields(), *gone]:
            if bound.name not in self.fields:
                continue
            typed, stands = _sent(self[bound.name]), _sent(bound) if bound.name in now.fields else []
            # A box that the page did not have was empty.
            shown = known.get(bound.name, _short([]))
            is_touched = shown != _short(typed)
            if typed != stands and shown != _short(stands):
                words = _in_words(bound, typed) if is_touched else ""
                anchor = cast("BoundField", bound).anchor
                changed.append(Changed(str(bound.label), _in_words(bound, stands), words, anchor))
            if not is_touched:
                _put(data, bound, stands)
        data[self.add_prefix("seen")] = now.initial["seen"]
        self.data, self.changed = data, tuple(changed)
        # Whatever was wrong is judged by what stands in the boxes now, so the reason is said behind that.
        self.full_clean()
        self.add_error(None, str(because))


def _sent(bound: Any) -> list[str]:
    """What a browser sends for a box as it stands."""
    value, widget = bound.value(), bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else []
    if isinstance(widget, forms.MultiWidget):
        # Each in its place: the month of one day is the day of another.
        told = value if isinstance(value, list) else widget.decompress(value) or []
        return [str(each or "") for each in told] if any(told) else []
    told = widget.format_value(value)
    told = told if isinstance(told, list | tuple) else [told]
    return sorted(str(each).replace("\r\n", "\n") for each in told if each not in {None, ""})


def _put(data: QueryDict, bound: Any, stands: list[str]) -> None:
    """Let a box show what stands, as if a browser had sent it."""
    widget = bound.field.widget
    if not isinstance(widget, forms.MultiWidget):
        data.setlist(bound.html_name, stands)
        return
    endings = widget.widgets_names  # type: ignore[attr-defined]  # django-stubs do not name it
    for ending, each in zip_longest(endings, stands, fillvalue=""):
        data[bound.html_name + ending] = each


def _short(sent: list[str]) -> str:
    return fingerprint(sent)[:_SHORT]


def _in_words(bound: Any, sent: list[str]) -> str:
    """What is sent, as it reads on the page."""
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return _("ticked") if sent else _("not ticked")
    if isinstance(bound.field, WarekiDateField):
        return _day_in_words(bound.field, sent)
    labels = {str(key): str(label) for key, label in getattr(bound.field, "choices", ())}
    return pgettext("between two choices", ", ").join(labels.get(each, each) for each in sent) or _("nothing")


def _day_in_words(field: WarekiDateField, sent: list[str]) -> str:
    """The day in full; what is none reads as it was typed."""
    try:
        day = field.to_python(sent) if sent else None
    except ValidationError:
        return " ".join(filter(None, sent))
    return wareki(day) if day else _("nothing")
