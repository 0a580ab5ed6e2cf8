"""What the pages of the files of texts ask."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.refusal import Refusal
from reminders.carried_results import MOST_BYTES, Result, read


class MakeForm(forms.Form):
    """Until when the texts are due that go into the file."""

    until = forms.ChoiceField(
        label=_("Which texts"),
        choices=[("today", _("Those due today")), ("next", _("Those due until the end of the next working day"))],
        initial="today",
        widget=forms.RadioSelect,
    )


class TakeForm(forms.Form):
    """In which form the file is taken, and whether somebody knows that it was taken before."""

    encoding = forms.ChoiceField(
        label=_("Characters"),
        choices=[("utf-8-sig", _("UTF-8 (most programs)")), ("cp932", _("Shift_JIS (older programs)"))],
        initial="utf-8-sig",
        widget=forms.RadioSelect,
    )
    again = forms.BooleanField(label=_("I know that it was taken before, and that nobody has sent it."), required=False)

    def __init__(self, *args: Any, was_taken: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not was_taken:
            del self.fields["again"]


class ResultsForm(forms.Form):
    """What came back: a file, or its lines pasted in."""

    upload = forms.FileField(
        label=_("File with the results"),
        required=False,
        help_text=_("CSV with the columns token, status and code, in UTF-8 or Shift_JIS; at most 2 MB."),
    )
    pasted = forms.CharField(
        label=_("Or its lines, pasted in"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "full"}),
        help_text=_("The first line names the columns."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].widget.attrs["accept"] = ".csv,text/csv,text/plain"
        self.results: list[Result] = []

    def clean_upload(self) -> UploadedFile | None:
        """The file, its lines read; or the sentence that says what is wrong with it."""
        upload: UploadedFile | None = self.cleaned_data["upload"]
        if upload is not None:
            # Never read what is too long to be taken anyway.
            self.results += _read(upload.read() if (upload.size or 0) <= MOST_BYTES else b"x" * (MOST_BYTES + 1))
        return upload

    def clean_pasted(self) -> str:
        """The lines, read."""
        pasted: str = self.cleaned_data["pasted"]
        if pasted.strip():
            self.results += _read(pasted.encode(errors="replace"))
        return pasted

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("upload") and not (cleaned.get("pasted") or "").strip():
            self.add_error("upload", _("Choose the file with the results, or paste its lines."))
        return cleaned


def _read(content: bytes) -> list[Result]:
    try:
        return read(content)
    except Refusal as refusal:
        raise ValidationError(str(refusal), code=refusal.code) from refusal
