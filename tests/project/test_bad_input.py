"""Whatever is sent to any form: a sentence at the field and in the summary, all that was typed, never a crash."""

import re
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler

from core.charset import without_odd_charset
from core.fields import KanaField, TypedField, WarekiDateField
from tests.make.office import Office
from tests.make.pages import SUMMARY, Control, Page
from tests.project.form_pages import STANDS, Stand
from tests.project.test_access import PATTERNS

pytestmark = pytest.mark.django_db

# Only read, whatever is sent. A new address stands here or among the forms.
READ_ONLY = {
    *("home", "person", "duplicate_list", "calendar", "calendar_ics", "calendar_run", "calendar_run_ics"),
    *("course_list", "course_detail", "run_list", "run_detail", "run_copy"),
    *("run_draw", "draw_stage", "draw_result"),
    *("draw_list_pdf", "draw_list_text", "draw_result_pdf", "draw_result_text"),
    *("registration_slip", "registration_slip_by_post", "registration_letter"),
    *("run_papers", "run_flyer", "run_announcement", "run_announcement_cp932"),
    *("run_people_pdf", "run_invitations_pdf", "run_letters_seat", "run_letters_no_seat"),
    *("broadcast_list", "broadcast_detail", "broadcast_door_notice"),
    *("offer_list", "offer_detail", "offer_sheet_pdf", "roster", "roster_pdf", "roster_worker"),
    "todays_lessons",
    *("wording_list", "text_leaflet", "text_leaflet_pdf"),
    *("consultation_list", "consultation_recorded", "insights", "insights_voices", "insights_csv"),
    *("guide_list", "guide", "guide_pdf", "glossary", "picture", "guide_desk", "edition_preview", "edition_pdf"),
    *("procedure_list", "term_list", "call_list", "call_sheet_pdf", "call_detail", "message_list", "message_detail"),
    *("inbox", "inbox_detail", "texts_to_person", "carried_files", "carried_file"),
    *("postcards_pdf", "postcard_pdf", "number_list", "message_costs", "message_costs_csv"),
    *("venue_list", "district_list", "user_list", "volunteer_list", "audit_log"),
    *("account_inactive", "form_resume"),
}
# Posted to otherwise than by a form that can be read from a page, and tried by tests of their own.
OTHERWISE = {
    "desk_people", "desk_hold", "desk_lend", "carried_file_make", "twilio_inbound", "twilio_status", "invitation_slip",
    "sheet_leave",
}  # fmt: skip
# allauth's own pages about the second factor, whose forms exist only in the middle of a sign-in.
SECOND_FACTOR = {
    *("mfa_authenticate", "mfa_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp"),
    *("mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
}

LONG = "あ" * 10_000
HUGE = "1" + "0" * 30
TEXTS = {
    "empty": "",
    "blank": " 　\t",
    "long": LONG,
    "line breaks": "一行目\r\n二行目\r\n\r\n",
    "full width": "１２",
    "half-width kana": "ﾀｶﾊｼ ｼｹﾞﾙ",
    "emoji": "👨‍👩‍👧😀",
    "rare kanji": "𠮷葛󠄀髙﨑",
    "private use": "\ue000",
    "null": "a\x00b",
    "control": "\x1b\x07\u202e\u200b",
    "script": "<script>alert(1)</script>",
    "attribute": "\"'><img src=x onerror=alert(1)>",
    "formula": "=1+1",
    "huge number": HUGE,
    "thousands of digits": "9" * 5000,
    "negative": "-1",
    "letters": "abc",
    "percent": "%s%(x)d{0}{{ 7|add:7 }}",
    "replacement": "\ufffd",
    "month 13": "令和8年13月1日",
    "30 February": "R8.2.30",
    "after its era": "平成31年5月1日",
    "hour 25": "25:61",
    "short number": "0745-12",
    "full-width number": "０７４５－００－２８１１",
}
# What is neither a day, a time, a number, a reading nor an address, and what no choice of ours is called.
NONSENSE = ["long", "emoji", "null", "script", "attribute", "huge number", "thousands of digits", "percent"]
CHOICES = ["abc", HUGE, "9" * 5000, "a\x00b", "<script>alert(1)</script>", ""]
STRICT = (TypedField, KanaField, WarekiDateField, forms.IntegerField, forms.DecimalField, forms.URLField)


def stands() -> Any:
    return pytest.mark.parametrize("stand", STANDS, ids=[each.to for each in STANDS])


def test_every_address_is_walked_with_its_form_or_only_read() -> None:
    walked = {stand.to for stand in STANDS}

    assert walked | READ_ONLY | OTHERWISE | SECOND_FACTOR == {pattern.name for pattern in PATTERNS}
    assert not walked & READ_ONLY


@stands()
def test_a_form_that_is_whole_is_accepted(stand: Stand, at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    if not stand.signed_in:
        client.logout()
    form, _page = stand.form(client, made)

    answer = client.post(stand.address(made), stand.pressed(form, made))

    assert answer.status_code in stand.answers, errors_of(answer)


@stands()
def test_whatever_is_sent_is_answered_at_the_field(stand: Stand, at_work: tuple[Client, Office]) -> None:
    attack = Attack(stand, *at_work)

    complaints = [*attack.with_texts(), *attack.with_choices()]

    if complaints:
        pytest.fail("\n".join(complaints))


class Attack:
    """One form, sent again and again with something wrong in it; nothing of what it does stays."""

    def __init__(self, stand: Stand, client: Client, office: Office) -> None:
        self.stand, self.client, self.office = stand, client, office
        if not stand.signed_in:
            client.logout()
        self.form, page = stand.form(client, office)
        self.whole = stand.pressed(self.form, office)
        self.strict = strict_fields(page) & set(self.form.of_kind("text"))
        self.cookies = client.cookies.output(header="", sep=";")

    def with_texts(self) -> Iterator[str]:
        """Each kind of bad text: in all boxes at once, in those that take any words, and in those that took it."""
        boxes = self.form.of_kind("text")
        for what, text in TEXTS.items():
            if what in NONSENSE and self.strict:
                refused = yield from self.sent(what, dict.fromkeys(boxes, text))
                for name in self.strict - refused:
                    yield f"{name} {what}: nonsense was taken for a value"
            # Boxes that take any words, then those of them that took these, so that the deed is reached.
            if free := [name for name in boxes if what not in NONSENSE or name not in self.strict]:
                refused = yield from self.sent(what, dict.fromkeys(free, text))
                if taken := [name for name in free if refused and name not in refused]:
                    yield from self.sent(what, dict.fromkeys(taken, text))

    def with_choices(self) -> Iterator[str]:
        """What is no choice, in each list and each button."""
        names = [*self.form.of_kind("choice"), *self.form.of_kind("hidden"), *(name for name, _ in self.form.buttons)]
        for name in dict.fromkeys(filter(None, names)):
            for choice in CHOICES:
                yield from self.sent("choice", {name: choice})

    def sent(self, what: str, wrong: dict[str, str]) -> Generator[str, None, set[str]]:
        """Send the form with these answers; gives the complaints, and the boxes that were refused."""
        self.client.cookies.load(self.cookies)
        tried = f"{what} ({next(iter(wrong))} … {next(iter(wrong.values()))[:12]!r}): "
        with transaction.atomic():
            try:
                answer = self.client.post(self.stand.address(self.office), {**self.whole, **wrong})
            except Exception as error:  # noqa: BLE001  (every crash is told, with what caused it)
                transaction.set_rollback(True)
                yield f"{tried}{type(error).__name__} {error}"[:300]
                return set()
            transaction.set_rollback(True)
        html = answer.content.decode(errors="replace")
        page = Page(html)
        if "<script>alert" in html or "<img src=x" in html:
            yield f"{tried}stands unescaped in the page"
        refused = {name for name in wrong if self.is_refused(page, name)}
        yield from (tried + each for each in self.judged(answer, page, wrong))
        return refused

    def judged(self, answer: Any, page: Page, wrong: dict[str, str]) -> Iterator[str]:
        told = [message for message in get_messages(answer.wsgi_request) if message.level_tag == "error"]
        if answer.status_code == 422:
            yield from self.judged_refusal(page, wrong)
        elif answer.status_code == 404 and set(wrong) <= set(self.form.of_kind("hidden")):
            return  # a record that does not exist
        elif set(wrong) <= self.stand.lenient:
            return
        elif answer.status_code not in self.stand.answers | {302}:
            yield f"status {answer.status_code} {errors_of(answer)}"
        elif not told:
            for name in set(wrong) - self.stand.lenient:
                control = self.form.controls.get(name)
                if control and control.kind == "choice" and not is_offered(control, wrong[name]):
                    yield f"{name}: a choice that is not offered was taken"

    def judged_refusal(self, page: Page, wrong: dict[str, str]) -> Iterator[str]:
        summary = squeezed(page.words.get(SUMMARY, ""))
        if not summary:
            yield "no summary"
        for name, value in wrong.items():
            control = self.again(page, name)
            if control is None:
                if name in self.form.of_kind("text"):
                    yield f"{name}: the box is gone"
                continue
            if control.kind == "text" and control.attrs.get("type") != "password" and not stands_in(control, value):
                yield f"{name}: what was typed is gone, {control.values!r:.60}"
            if control.attrs.get("aria-invalid") == "true" and not self.words_at(page, control):
                yield f"{name}: the error is not tied to the box"
        for ident, words in page.words.items():
            if ident.endswith("_error"):
                missing = [said for said in squeezed(words).split("エラー：") if said.strip() not in summary]
                yield from (f"not in the summary: {said[:60]}" for said in missing)

    def again(self, page: Page, name: str) -> Control | None:
        return next(
            (each.controls[name] for each in page.forms if each.method == "post" and name in each.controls), None
        )

    def is_refused(self, page: Page, name: str) -> bool:
        control = self.again(page, name)
        return control is not None and control.attrs.get("aria-invalid") == "true"

    def words_at(self, page: Page, control: Control) -> str:
        told = control.attrs.get("aria-describedby", "").split()
        return "".join(page.words.get(ident, "") for ident in told if ident.endswith("_error"))


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("charset", ["zlib", "hex", "idna", "undefined", "utf-16", "utf-7", "cp932", "nonsense"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_charset_that_a_request_names_is_a_fault_of_ours(kind: str, charset: str, method: str) -> None:
    """The address is read by it as well, before anything else of us runs."""
    sent = b'--x\r\nContent-Disposition: form-data; name="number"\r\n\r\n1\r\n--x--\r\n'
    asked = RequestFactory().generic(method, "/", sent).environ
    # Django's own, which leaves the connection of a test open.
    answering = without_odd_charset(lambda environ, _start: [ClientHandler()(environ)])
    answers = []

    for address in ("/sheet/", "/hooks/twilio/inbound/", "/calendar/"):
        told = {"PATH_INFO": address, "QUERY_STRING": "device=%ff%41", "CONTENT_TYPE": f"{kind}; charset={charset}"}
        answers += [response.status_code for response in answering(asked | told, lambda *_told: None)]

    assert len(answers) == 3
    assert [each for each in answers if each >= 500] == []


def strict_fields(page: Any) -> set[str]:
    """The boxes in which nonsense is never a value."""
    found: set[str] = set()
    for each in contexts(page):
        for one in each.forms if isinstance(each, forms.BaseFormSet) else [each]:
            for bound in one:
                if isinstance(bound.field, STRICT):
                    found |= {bound.html_name, *(f"{bound.html_name}_{box}" for box in ("year", "month", "day"))}
    return found


def contexts(page: Any) -> Iterator[Any]:
    """The forms that a page was drawn from."""
    for name in ("form", "formset", "new"):
        each = (page.context or {}).get(name)
        if isinstance(each, forms.BaseForm | forms.BaseFormSet):
            yield each


def errors_of(page: Any) -> list[Any]:
    return [each.errors for each in contexts(page)]


def is_offered(control: Control, value: str) -> bool:
    # A single tick is on whatever a browser sends for it.
    return value in control.options or control.options == ["on"] or not value


def stands_in(control: Control, typed: str) -> bool:
    """Whether a box holds what was typed, by the rules of HTML: a line has one kind of end, a NUL cannot be written."""
    return [each.replace("\r\n", "\n") for each in control.values] == [typed.replace("\r\n", "\n")] or "\x00" in typed


def squeezed(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()
