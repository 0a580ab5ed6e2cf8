"""Every form of the site: where it stands, where it goes, and what makes it whole. Nothing else is posted to.

A form is read from its page, as a browser does it, so a new box is walked without a line here; a new address is not,
and then the test fails that compares this list with the URLs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classes.models import CourseRun, Lesson, Registration
from classes.offer_sheet import put_on_paper
from classes.sheet_code import code_for_print
from reminders.models import CallSheet, Message, OptOut
from reminders.outbox import reroute
from reminders.purposes import purpose
from reminders.rewording import reword
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make.office import Office
from tests.make.pages import Page, PageForm

# Answers, or how they follow from the office.
Facts = dict[str, Any] | Callable[[Office], dict[str, Any]]
DONE = frozenset({302})


@dataclass(frozen=True)
class Stand:
    """A form: the name of its address, whose numbers are in it, the page it stands on, and the answers it lacks."""

    to: str
    of: tuple[str, ...] = ()
    page: str = ""
    query: Facts = field(default_factory=dict)
    fill: Facts = field(default_factory=dict)
    """What is typed into the form as it stands, so that it is whole."""
    open_by: Facts = field(default_factory=dict)
    """What is posted to the page so that the form appears."""
    before: Callable[[Office], Any] | None = None
    """What has to be so beforehand."""
    signed_in: bool = True
    answers: frozenset[int] = DONE
    """The statuses that say "done"."""
    lenient: frozenset[str] = frozenset()
    """Boxes that no person fills in, whose nonsense counts as left out."""

    def address(self, office: Office) -> str:
        return reverse(self.to, args=[getattr(office, name).pk for name in self.of]) + self._asked(office)

    def _asked(self, office: Office) -> str:
        asked = "&".join(f"{name}={value}" for name, value in _known(self.query, office).items())
        return f"?{asked}" if asked else ""

    def form(self, client: Client, office: Office) -> tuple[PageForm, Any]:
        """The form as it stands on its page, filled in, and the response."""
        if self.before:
            self.before(office)
        address = self.address(office)
        page = address if not self.page else self.page_address(office)
        asked = _known(self.open_by, office)
        response = client.post(page, asked) if asked else client.get(page)
        assert response.status_code == 200, (page, response.status_code)
        form = Page(response.content.decode()).form_to(address.split("?")[0])
        for name, value in _known(self.fill, office).items():
            if name in form.controls:
                form.controls[name].values = value if isinstance(value, list) else [value]
            else:
                assert (name, value) in form.buttons, (self.to, name, value, form.buttons)
        return form, response

    def page_address(self, office: Office) -> str:
        name, _colon, of = self.page.partition(":")
        numbers = [getattr(office, each).pk for each in of.split(",") if each]
        return reverse(name, args=numbers) + self._asked(office)

    def pressed(self, form: PageForm, office: Office) -> dict[str, Any]:
        """What is sent: the boxes as they stand, and the button that `fill` names."""
        buttons = {name: value for name, value in _known(self.fill, office).items() if name not in form.controls}
        return {**form.data, **buttons}


def _known(facts: Facts, office: Office) -> dict[str, Any]:
    return facts(office) if callable(facts) else facts


# Days as they are typed, ahead of every day on which these tests will run for a year.
SOON, LATER = "3/3", "3/10"


def _course(office: Office) -> dict[str, Any]:
    return {"title": "LINEをはじめる", "topic": str(office.guide.topic_id), "level": "basic"}


def _run(office: Office) -> dict[str, Any]:
    return {
        "course": str(office.run.course_id),
        "capacity": "10",
        "lessons-0-day": SOON,
        "lessons-0-starts": "10:00",
        "lessons-0-ends": "12:00",
        "lessons-0-venue": str(office.venue.pk),
    }


PERSON = {"family_name": "吉川", "family_kana": "ヨシカワ", "phone0": "0745-00-5555", "notice_manner": "spoken"}


def _caller_and_run(office: Office) -> dict[str, Any]:
    return {"person": office.newcomer.pk, "run": office.run.pk}


def _let_the_caller_share_a_number(office: Office) -> None:
    line = office.resident.phone_lines.get()
    line.pk, line.resident = None, office.newcomer
    line.save(force_insert=True)


def _caller_and_full_run(office: Office) -> dict[str, Any]:
    return {"person": office.newcomer.pk, "run": office.full_run.pk}


def _one_who_waits(office: Office) -> dict[str, Any]:
    return {"chosen": [str(office.counter_run.registrations.all()[0].pk)], "reason": "初めての方を先に"}


def _tell_the_losers_by_post(office: Office) -> None:
    """Whoever of the two has lost; a call that stands on paper would stay there."""
    CallSheet.objects.all().delete()
    loser = office.drawn_run.registrations.waiting().get().resident
    loser.address, loser.contact_wish = "葛城市忍海1番地", "postcard"
    loser.save()
    reroute(loser, by=office.chief)


def _one_with_a_seat(office: Office) -> dict[str, Any]:
    return {"who": [str(office.run.registrations.confirmed()[0].pk)]}


def _two_friends(office: Office) -> dict[str, Any]:
    first, second = office.counter_run.registrations.all()
    return {"first": first.slip, "second": second.slip}


CONSULTATION = {"stuck_at": "none", "operator": "guided", "outcome": "together"}


def _take_the_call(office: Office) -> None:
    office.call.held_by, office.call.held_until = office.chief, timezone.now() + timedelta(minutes=9)
    office.call.save()


def _take_the_call_about_a_seat(office: Office) -> None:
    office.offer.held_by, office.offer.held_until = office.chief, timezone.now() + timedelta(minutes=9)
    office.offer.save()


def _two_lessons(office: Office) -> Lesson:
    """The first lesson of the office's registration, beside which there is another one."""
    lessons = Lesson.objects.filter(run=office.registration.run_id)
    if lessons.count() == 1:
        make_classes.lesson(office.registration.run, starts_at=make_classes.days_ahead(60), ordinal=2)
    return lessons.earliest("starts_at")


def _seat_past_the_line(office: Office) -> None:
    waited = {"waiting_since": timezone.now(), "override_reason": "当日参加"}
    Registration.objects.filter(pk=office.registration.pk).update(**waited)


def _make_a_postcard(office: Office) -> None:
    office.call.number = ""
    office.call.save()


def _lose_the_sheet(office: Office) -> None:
    office.sheet.delete()


def _close_the_colleague(office: Office) -> None:
    office.colleague.is_active = False
    office.colleague.save()


def _free_the_held_seat(office: Office) -> None:
    office.offer.delete()


def _promise_to_look_again(office: Office) -> None:
    office.consultation.follow_up_on = office.consultation.held_on
    office.consultation.save()


def _word_it_ourselves(office: Office) -> None:
    reword(purpose(office.told.pk), "【{市名}】{日付}{時刻}に{会場}です。{電話}", by=office.chief)


def _drop_the_draft(office: Office) -> None:
    office.draft.delete()


def _bring_the_lesson_to_today(office: Office) -> None:
    office.lesson.starts_at = timezone.now() - timedelta(minutes=5)
    office.lesson.ends_at = timezone.now() + timedelta(minutes=55)
    office.lesson.save()


def _print_the_sheet_of_today(office: Office) -> None:
    _bring_the_lesson_to_today(office)
    code_for_print(office.lesson, by=office.chief)


def _on_the_sheet(office: Office) -> dict[str, Any]:
    number = f"{office.lesson.run_id}-{office.lesson.ordinal}"
    return {"number": number, "code": code_for_print(office.lesson, by=office.chief)}


def _lose_the_text(office: Office) -> None:
    Message.objects.filter(pk=office.message.pk).update(state="failed", error_code="30004", settled_at=timezone.now())
    office.message.requests.update(call=None)


def _stop_the_texts(office: Office) -> None:
    number = office.texted.phone_lines.get().number
    OptOut.objects.create(number=number, about="everything", how="phone", by=office.chief)


# The order of the site map.
STANDS = [
    # Signing in
    Stand(
        "account_login", signed_in=False, fill=lambda o: {"login": o.chief.username, "password": make_accounts.PASSWORD}
    ),
    Stand("account_logout"),
    Stand("set_language", page="home"),
    Stand(
        "invitation_answer",
        signed_in=False,
        answers=frozenset({422}),
        fill=lambda o: {
            "username": o.colleague.username,
            "code": "ABCD-EFGH",
            "password": "four words in a row",
            "password_again": "four words in a row",
        },
    ),
    Stand(
        "account_change_password",
        fill={
            "oldpassword": make_accounts.PASSWORD,
            "password1": "four words in a row",
            "password2": "four words in a row",
        },
    ),
    Stand("account_reauthenticate", fill={"password": make_accounts.PASSWORD}),
    # People who sign in
    Stand(
        "user_create",
        answers=frozenset({200}),
        fill={"name": "中村 花", "username": "nakamura", "roles": ["reception"]},
    ),
    Stand("user_edit", ("colleague",), fill={"roles": ["adviser"]}),
    Stand("role_rules", page="user_list", fill={"roles": ["administrator"]}),
    Stand("user_invite_again", ("colleague",), page="user_edit:colleague", answers=frozenset({200})),
    Stand("user_close", ("colleague",), page="user_edit:colleague"),
    Stand("user_reopen", ("colleague",), page="user_edit:colleague", before=_close_the_colleague),
    # Those who teach
    Stand("volunteer_create", fill={"name": "森", "kana": "モリ"}),
    Stand("volunteer_edit", ("volunteer",)),
    # The city
    Stand("city_edit"),
    Stand("wording_edit", ("told",), lenient=frozenset({"try"})),
    Stand("wording_built_in", ("told",), page="wording_edit:told", before=_word_it_ourselves),
    Stand("venue_create", fill={"name": "新庄公民館", "kana": "シンジョウ"}),
    Stand("venue_edit", ("venue",)),
    Stand("district_create", fill={"name": "新庄"}),
    Stand("district_edit", ("district",)),
    Stand("closing_day_list", fill={"day": SOON}),
    Stand("closing_day_delete", ("closing_day",), page="closing_day_list"),
    # The desk
    Stand(
        "desk",
        answers=frozenset({200, 302}),
        fill={"typed": "2811"},
        lenient=frozenset({"device", "level", "venue", "weekday", "room"}),
    ),
    Stand("desk_next", page="desk"),
    Stand(
        "desk_companion",
        page="desk",
        query=_caller_and_run,
        before=_let_the_caller_share_a_number,
        fill=lambda o: {"bring": str(o.resident.pk)},
        lenient=frozenset({"caller", "run"}),
    ),
    Stand(
        "desk_take_down",
        page="desk",
        open_by={"typed": "", "new": "1"},
        fill=PERSON,
        lenient=frozenset({"run", "surely", "channel", "borrows"}),
    ),
    Stand(
        "desk_register", page="desk", query=_caller_and_run, lenient=frozenset({"channel", "promised", "person", "run"})
    ),
    Stand(
        "desk_override",
        query=_caller_and_full_run,
        fill={"reason": "付きそいが要る"},
        lenient=frozenset({"person", "run"}),
    ),
    Stand("resident_edit", ("resident",)),
    Stand("resident_merge", ("resident", "newcomer")),
    Stand("resident_apart", ("resident", "newcomer"), page="resident_merge:resident,newcomer"),
    Stand("merge_undo", ("merge",)),
    Stand("registration_cancel", ("registration",), fill={"reason": "health"}),
    Stand(
        "registration_back_in_line",
        ("registration",),
        page="registration_cancel:registration",
        before=_seat_past_the_line,
    ),
    Stand(
        "registration_absent",
        ("registration",),
        page="registration_cancel:registration",
        fill=lambda o: {"lesson": str(_two_lessons(o).pk)},
        before=_two_lessons,
        lenient=frozenset({"lesson"}),
    ),
    Stand(
        "registration_together",
        ("waiting",),
        page="desk",
        query=lambda o: {"done": o.waiting.pk, "beside": o.counter_run.registrations.waiting()[1].pk},
    ),
    Stand(
        "registration_device",
        ("registration",),
        page="desk",
        query=lambda o: {"person": o.resident.pk},
        fill={"device": "lent"},
        before=lambda o: CourseRun.objects.filter(pk=o.run.pk).update(loan_devices=1),
    ),
    Stand("offer_take", ("offer",), page="offer_list"),
    Stand("offer_let_go", ("offer",), page="offer_detail:offer", before=_take_the_call_about_a_seat),
    Stand(
        "offer_answer",
        ("offer",),
        page="offer_detail:offer",
        fill={"answer": "accepted"},
        lenient=frozenset({"reached", "calls"}),
    ),
    Stand("offer_sheet_print", page="offer_list"),
    Stand(
        "offer_sheet_type",
        before=lambda o: put_on_paper(by=o.chief),
        fill=lambda o: {f"{o.offer.pk}-box": "comes"},
        lenient=frozenset({"line"}),
    ),
    Stand("registration_out_of_turn", ("waiting",), fill={"reason": "介助の方と一緒"}),
    Stand("run_offer", ("full_run",), page="run_detail:full_run", before=_free_the_held_seat),
    # Planning
    Stand("course_create", fill=_course),
    Stand("course_edit", ("course",)),
    Stand("run_create", fill=_run, lenient=frozenset({"add_row", "fill_in", "explain"})),
    Stand("run_edit", ("run",), lenient=frozenset({"explain"})),
    Stand("run_call_off", ("run",), fill={"reason": "講師の都合"}),
    Stand("draw_list", ("lottery_run",), page="run_draw:lottery_run"),
    Stand("draw_dice", ("listed_run",), fill={"number": "352614", "again": "352614"}),
    Stand("run_choose", ("counter_run",), fill=_one_who_waits),
    Stand("run_letters_posted", ("drawn_run",), page="run_papers:drawn_run", before=_tell_the_losers_by_post),
    Stand("run_certificates", ("run",), fill=_one_with_a_seat, answers=frozenset({200})),
    Stand("run_pair", ("counter_run",), fill=_two_friends),
    Stand("party_part", ("party",), page="run_pair:lottery_run"),
    Stand(
        "lesson_create",
        ("run",),
        fill=lambda o: {"day": LATER, "starts": "10:00", "ends": "12:00", "venue": str(o.venue.pk)},
    ),
    Stand("lesson_move", ("lesson",), fill={"day": LATER}),
    Stand("lesson_staff", ("lesson",)),
    Stand("lesson_cancel", ("lesson",), fill={"reason": "大雨"}),
    # Everybody at once
    Stand("broadcast_create", fill={"reason": "大雨"}, answers=frozenset({200})),
    Stand(
        "broadcast_send",
        page="broadcast_create",
        open_by=lambda o: {"lessons": [o.lesson.pk], "kind": "called_off", "reason": "大雨"},
        lenient=frozenset({"lessons", "kind", "reason", "key", "seen", "again"}),
    ),
    # The day
    Stand(
        "roster_mark",
        ("lesson", "registration"),
        page="roster:lesson",
        before=_bring_the_lesson_to_today,
        fill={"mark": "present"},
        lenient=frozenset({"seen", "settles"}),
    ),
    Stand(
        "roster_walk_in",
        ("lesson",),
        before=_bring_the_lesson_to_today,
        fill={"family_kana": "ヨシカワ", "age_band": "70s", "device": "android"},
    ),
    Stand(
        "roster_known",
        ("lesson",),
        page="roster_walk_in:lesson",
        before=_bring_the_lesson_to_today,
        answers=frozenset({200}),
        fill={"typed": "2811"},
    ),
    Stand("roster_paper", ("lesson",), before=_bring_the_lesson_to_today),
    Stand("sheet_open", signed_in=False, before=_print_the_sheet_of_today, fill=_on_the_sheet),
    Stand("sheet_renew", ("lesson",), page="roster:lesson", before=_print_the_sheet_of_today),
    # Calls
    Stand("call_take", ("call",), page="call_list"),
    Stand("call_let_go", ("call",), page="call_detail:call", before=_take_the_call),
    Stand("call_record", ("call",), page="call_detail:call", fill={"outcome": "self"}),
    Stand("call_posted", ("call",), page="call_detail:call", before=_make_a_postcard),
    Stand("call_sheet_print", page="call_list", before=_lose_the_sheet),
    Stand("postcard_list", fill=lambda o: {"posted": str(o.postcard.pk)}),
    Stand("number_confirm", ("doubtful",), page="number_list"),
    Stand("call_sheet_type", ("sheet",), fill={"outcome-1": "self"}),
    # Texts from residents, and who wants none
    Stand("inbox_settle", ("inbound",), page="inbox_detail:inbound", fill={"state": "answered"}),
    Stand("message_told", ("message",), page="message_detail:message", before=_lose_the_text),
    Stand("texts_stop", ("texted",), page="texts_to_person:texted", fill={"stop-how": "phone"}),
    Stand(
        "texts_resume",
        ("texted",),
        page="texts_to_person:texted",
        before=_stop_the_texts,
        fill={"resume-how": "phone"},
    ),
    # Texts carried out in files
    Stand("carried_file_take", ("carried_file",), page="carried_file:carried_file", answers=frozenset({200, 422})),
    Stand("carried_results", answers=frozenset({200}), fill={"pasted": "token,status\nAAAAAAAAAA,delivered"}),
    # The help desk
    Stand("consultation_create", query=lambda o: {"edition": o.guide.editions.published().get().pk}, fill=CONSULTATION),
    Stand("consultation_followed_up", ("consultation",), page="consultation_list", before=_promise_to_look_again),
    # Guides
    Stand("guide_create", fill=lambda o: {"title": "LINEを入れる", "topic": str(o.guide.topic_id), "system": "any"}),
    Stand("guide_edit", ("guide",)),
    Stand("guide_manage", ("guide",), fill={"on_year": "R7", "on_month": "4", "on_day": "1"}),
    Stand("edition_begin", ("guide",), page="guide_manage:guide", before=_drop_the_draft),
    Stand("edition_edit", ("draft",)),
    Stand("edition_publish", ("draft",)),
    Stand("step_create", ("draft",), fill={"title": "電源を入れる"}, lenient=frozenset({"seen"})),
    Stand("step_edit", ("step",), lenient=frozenset({"seen"})),
    Stand("step_move", ("step",), page="edition_edit:draft", fill={"to": "down"}),
    Stand("step_remove", ("step",)),
    Stand("procedure_edit", ("procedure",)),
    Stand("term_create", fill={"word": "アプリ", "explanation": "電話に入れる道具です。"}),
    Stand("term_edit", ("term",)),
]
