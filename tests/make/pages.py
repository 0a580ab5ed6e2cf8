"""Pages read as a browser reads them: their forms with what stands in each box, and their errors."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

_TEXT = {"text", "tel", "email", "url", "number", "search", "password", "date", "time"}
# The words of the error summary, which has no id of its own.
SUMMARY = "(summary)"
_VOID = {"input", "br", "img", "hr", "link", "meta", "source", "wbr", "area", "col"}


@dataclass
class Control:
    """What one name of a form asks for and holds."""

    name: str
    kind: str  # text, choice, hidden or file
    attrs: dict[str, str]
    values: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)


@dataclass
class PageForm:
    """One form of a page."""

    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        """What a browser would send, without a button."""
        return {name: each.values for name, each in self.controls.items() if each.values and each.kind != "file"}

    def of_kind(self, kind: str) -> list[str]:
        """The names of all boxes of a kind."""
        return [name for name, each in self.controls.items() if each.kind == kind]


def opened(client: Client, address: str) -> dict[str, Any]:
    """What a page holds in its boxes when it opens."""
    return boxes_of(client.get(address), address)


def boxes_of(answer: Any, address: str) -> dict[str, Any]:
    """What the form of a page that was answered would send back as it stands."""
    return Page(answer.content.decode()).form_to(address).data


class Page(HTMLParser):
    """A page with its forms, ids, and words by id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.words: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self._form: PageForm | None = None
        # A control may belong to a form that it does not stand in, by the form's id.
        self._named: dict[str, PageForm] = {}
        self._select: Control | None = None
        self._area: Control | None = None
        self._group = ""
        self.feed(html)

    def form_to(self, action: str) -> PageForm:
        """The form that sends to an address; a form without one sends to the page's own."""
        posted = [form for form in self.forms if form.method == "post"]
        exact = [form for form in posted if form.action.split("?")[0] == action]
        return next(iter(exact or [form for form in posted if not form.action]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        ident = SUMMARY if given.get("class") == "summary" else given.get("id", "")
        if tag not in _VOID:
            self._open.append((tag, ident))
        if ident:
            self.words.setdefault(ident, "")
        if tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
            self._named[ident] = self._form
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given or not self._select.values:
                self._select.values = [given.get("value", "")]
        elif form := self._named.get(given["form"]) if "form" in given else self._form:
            self._in_form(form, tag, given)

    def _in_form(self, form: PageForm, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "button" and "disabled" not in given:
            form.buttons.append((name, given.get("value", "")))
        elif tag == "select":
            self._select = self._control(form, name, "choice", given)
        elif tag == "textarea":
            self._area = self._control(form, name, "text", given)
            self._area.values = [""]
        elif tag == "fieldset":
            self._group = given.get("aria-describedby", "")
        elif tag == "input" and name and "disabled" not in given:
            self._input(form, name, given)

    def _input(self, form: PageForm, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"radio", "checkbox"}:
            control = self._control(form, name, "choice", given)
            control.options.append(given.get("value", "on"))
            if "checked" in given:
                control.values.append(given.get("value", "on"))
        elif kind in _TEXT or kind in {"hidden", "file"}:
            control = self._control(form, name, "text" if kind in _TEXT else kind, given)
            control.values = [given.get("value", "")]

    def _control(self, form: PageForm, name: str, kind: str, given: dict[str, str]) -> Control:
        # What describes a group of boxes describes each of them.
        told = f"{given.get('aria-describedby', '')} {self._group}".strip()
        return form.controls.setdefault(name, Control(name, kind, {**given, "aria-describedby": told}))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in _VOID:
            opened, _ident = self._open.pop()
            if opened == tag:
                break
        if tag == "form":
            self._form = None
        elif tag == "fieldset":
            self._group = ""
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            if self._area is not None:
                # A browser drops one line break after the opening tag, which Django's template writes.
                self._area.values = [self._area.values[0].removeprefix("\r").removeprefix("\n")]
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.values[0] += data
        for _tag, ident in self._open:
            if ident:
                self.words[ident] += data
