"""The pages for telling everybody at once, as a clerk goes through them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import TimeMachineFixture

from accounts.models import User
from classes.broadcasting import NothingIsSaid
from classes.models import Broadcast, CourseRun, Lesson, Registration
from core.models import AuditEntry
from core.wareki import TOKYO
from reminders.models import Message
from reminders.wording import Flaw
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents
from tests.make.pages import Page

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=TOKYO)
TOMORROW = datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def run(clerk: User) -> CourseRun:
    """A run of tomorrow with somebody to text and somebody to call."""
    made = make.run(starts_at=TOMORROW, capacity=9)
    make.registration(made, make_reminders.textable(), by=clerk)
    make.registration(made, make_reminders.callable_(), by=clerk)
    return made


def choose(desk: Client, *lessons: Lesson, query: str = "", **fields: Any) -> HttpResponse:
    said = {"lessons": [lesson.pk for lesson in lessons], "kind": "called_off", "reason": "台風", **fields}
    return desk.post(reverse("broadcast_create") + query, said)


def form_on(page: HttpResponse) -> dict[str, Any]:
    """The form that sends, as it stands on the page of what would happen."""
    return dict(Page(page.content.decode()).form_to(reverse("broadcast_send")).data)


def send(desk: Client, page: HttpResponse, **changed: Any) -> HttpResponse:
    return desk.post(reverse("broadcast_send"), {**form_on(page), **changed})


def test_a_clerk_chooses_looks_sends_and_counts(desk: Client, run: CourseRun) -> None:
    page = choose(desk, run.lessons.get())
    assert (len(page.context["audience"].texted), len(page.context["audience"].called)) == (1, 1)
    assert not Broadcast.objects.exists()

    answer = send(desk, page)

    made = Broadcast.objects.get()
    assert answer.url == reverse("broadcast_detail", args=[made.pk])
    assert not Lesson.objects.standing().exists()
    tally = desk.get(answer.url).context["tally"]
    assert (tally.total, tally.reached, tally.still_open) == (2, 0, 2)


def test_the_text_is_written_for_the_clerk_and_fits_into_one_part(desk: Client, run: CourseRun) -> None:
    page = choose(desk, run.lessons.get())

    [body] = form_on(page)["body"]
    assert body == "【葛城市】12月4日（金）午前10時の「写真をとって送る」は台風のため休止します。お問合せ0745-00-0000"
    assert page.context["measure"].parts == 1


def test_the_lessons_of_the_next_day_are_offered_and_all_ticked(desk: Client, run: CourseRun) -> None:
    also = make.run(starts_at=TOMORROW.replace(hour=14))
    make.run(starts_at=TOMORROW + timedelta(days=1))

    page = desk.get(reverse("broadcast_create"))

    assert [lesson.run for lesson in page.context["shown"]] == [run, also]
    form = Page(page.content.decode()).form_to(reverse("broadcast_create"))
    assert sorted(form.controls["lessons"].values) == sorted(str(lesson.pk) for lesson in page.context["shown"])


def test_a_storm_closes_every_room_of_a_house(desk: Client) -> None:
    rooms = [make.venue("忍海集会所", room=room) for room in ("和室", "会議室")]
    for room in rooms:
        make.run(starts_at=TOMORROW, venue=room)
    make.run(starts_at=TOMORROW)

    page = desk.get(reverse("broadcast_create"), {"day": "12/4", "venue": rooms[0].pk})

    assert {lesson.venue for lesson in page.context["shown"]} == set(rooms)


def test_from_a_lesson_only_this_one_is_ticked(desk: Client) -> None:
    series = make.run(lessons=3, starts_at=TOMORROW)
    second = series.lessons.all()[1]

    page = desk.get(reverse("broadcast_create"), {"lesson": second.pk})

    assert len(page.context["shown"]) == 3
    assert page.context["form"].initial["lessons"] == [second.pk]


@pytest.mark.parametrize("query", ["?run=99999", "?run=abc", "?lesson=" + "9" * 30, "?day=x", "?venue=0"])
def test_an_odd_address_shows_a_page(desk: Client, query: str) -> None:
    assert desk.get(reverse("broadcast_create") + query).status_code == 200


@pytest.mark.parametrize("missing", [{"reason": ""}, {"reason": "　"}, {"lessons": []}, {"kind": ""}])
def test_what_is_missing_is_asked_for(desk: Client, run: CourseRun, missing: dict[str, Any]) -> None:
    page = choose(desk, run.lessons.get(), **missing)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == list(missing)


def test_a_reason_in_half_width_kana_stands_in_the_text_as_people_read_it(desk: Client, run: CourseRun) -> None:
    page = choose(desk, run.lessons.get(), reason="ﾀｲﾌｳ10号の接近")

    assert page.context["draft"].reason == "タイフウ10号の接近"
    assert "タイフウ10号" in page.context["form"]["body"].value()


# What can stand neither on the door nor in a call, and the sentence that says so.
UNSAYABLE = [
    *((reason, str(NothingIsSaid())) for reason in ("。", "……！", "のため。")),
    *((reason, str(Flaw.URL.sentence)) for reason in ("詳しくは www.city.jp", "ｈｔｔｐｓ：//葛城.jp を見てください")),
]


@pytest.mark.parametrize(("reason", "sentence"), UNSAYABLE)
@pytest.mark.parametrize("kind", Broadcast.Kind.values)
def test_a_reason_that_cannot_be_said_is_refused_and_stays_in_its_box(
    desk: Client, run: CourseRun, kind: str, reason: str, sentence: str
) -> None:
    page = choose(desk, run.lessons.get(), kind=kind, reason=reason)

    assert page.status_code == 422
    assert page.context["form"].errors == {"reason": [sentence]}
    form = Page(page.content.decode()).form_to(reverse("broadcast_create"))
    assert (form.data["kind"], form.data["reason"], form.data["lessons"]) == (
        [kind],
        [reason],
        [str(run.lessons.get().pk)],
    )


@pytest.mark.parametrize(("reason", "sentence"), UNSAYABLE)
def test_a_reason_that_slipped_past_the_first_page_is_mended_where_the_text_stands(
    desk: Client, run: CourseRun, reason: str, sentence: str
) -> None:
    page = choose(desk, run.lessons.get())
    body = form_on(page)["body"][0].replace("台風", "大雨")

    refused = send(desk, page, reason=reason, body=body)

    assert (refused.status_code, Broadcast.objects.count()) == (422, 0)
    assert refused.context["form"].errors == {"reason": [sentence]}
    assert (form_on(refused)["reason"], form_on(refused)["body"]) == ([reason], [body])
    again = send(desk, refused, reason="大雨", again="1")
    assert send(desk, again).status_code == 302
    assert Broadcast.objects.get().reason == "大雨"


def test_a_text_that_is_too_long_is_measured_as_it_stands(desk: Client, run: CourseRun) -> None:
    page = choose(desk, run.lessons.get())
    body = form_on(page)["body"][0] + "あ" * 600

    refused = send(desk, page, body=body)

    assert (refused.status_code, form_on(refused)["body"]) == (422, [body])
    assert refused.context["measure"].units == len(body)


@pytest.mark.parametrize(
    "body",
    [
        "台風のため休止します。お問合せ0745-00-0000 12月4日",
        "【葛城市】12月4日のスマホ教室は台風のため休止します。",
        "【葛城市】スマホ教室は台風のため休止します。お問合せ0745-00-0000",
        "【葛城市】本日12月4日のスマホ教室は休止します。お問合せ0745-00-0000",
        "【葛城市】12月4日のスマホ教室は休止します。www.city.jp お問合せ0745-00-0000",
        "",
    ],
)
def test_a_text_that_residents_would_mistrust_is_not_sent(desk: Client, run: CourseRun, body: str) -> None:
    answer = send(desk, choose(desk, run.lessons.get()), body=body)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["body"]
    assert not Broadcast.objects.exists()


def test_a_date_in_wide_figures_is_a_date(desk: Client, run: CourseRun) -> None:
    body = "【葛城市】１２月４日のスマホ教室は休止します。お問合せ0745-00-0000"
    again = send(desk, choose(desk, run.lessons.get()), body=body, again="1")

    assert send(desk, again).status_code == 302
    assert Broadcast.objects.get().body == body


def test_changed_words_are_shown_once_more_before_they_are_sent(desk: Client, run: CourseRun) -> None:
    page = choose(desk, run.lessons.get())
    body = form_on(page)["body"][0].replace("台風", "大雨")

    shown = send(desk, page, body=body)

    assert (shown.status_code, Broadcast.objects.count()) == (422, 0)
    assert send(desk, shown).status_code == 302


def test_somebody_who_registered_since_is_shown_before_it_is_sent(desk: Client, run: CourseRun) -> None:
    page = choose(desk, run.lessons.get())
    make.registration(run, make_reminders.textable())

    shown = send(desk, page)

    assert (shown.status_code, Broadcast.objects.count()) == (422, 0)
    assert len(shown.context["audience"].texted) == 2
    assert send(desk, shown).status_code == 302


def test_the_clerk_may_choose_to_call_everybody(desk: Client, run: CourseRun) -> None:
    again = send(desk, choose(desk, run.lessons.get()), by_telephone="on", again="1")
    assert (len(again.context["audience"].texted), len(again.context["audience"].called)) == (0, 2)

    send(desk, again)

    assert not Message.objects.urgent().exists()


def test_a_second_press_leads_to_what_the_first_did(desk: Client, run: CourseRun) -> None:
    page = choose(desk, run.lessons.get())

    first, second = send(desk, page), send(desk, page)

    assert first.url == second.url
    assert Broadcast.objects.count() == 1


def test_lessons_that_a_colleague_called_off_meanwhile_lead_to_what_was_sent(desk: Client, run: CourseRun) -> None:
    page = choose(desk, run.lessons.get())
    make_broadcasts.sent(make_broadcasts.draft(run))

    answer = send(desk, page)

    assert answer.url == reverse("broadcast_list")
    assert Broadcast.objects.count() == 1


def test_looking_at_the_people_is_on_record(desk: Client, run: CourseRun) -> None:
    send(desk, choose(desk, run.lessons.get()))
    desk.get(reverse("broadcast_detail", args=[Broadcast.objects.get().pk]))

    assert AuditEntry.objects.get(action="broadcast.previewed").facts == {"people": 2}
    assert AuditEntry.objects.filter(action="broadcast.opened").count() == 1


def test_the_call_list_can_show_its_calls_alone(desk: Client, run: CourseRun) -> None:
    make_reminders.call(make_reminders.callable_(), key="registration:0:lesson:0:", purpose="lesson-reminder")
    made = make_broadcasts.sent(make_broadcasts.draft(run))

    everything = desk.get(reverse("call_list")).context["calls"]
    alone = desk.get(reverse("call_list"), {"occasion": made.occasion}).context["calls"]

    assert (len(everything), len(alone)) == (2, 1)
    assert alone[0].occasion == made.occasion


def test_the_list_says_which_runs_have_more_people_than_seats(desk: Client, run: CourseRun) -> None:
    made = make_broadcasts.sent(make_broadcasts.draft(run))
    CourseRun.objects.filter(pk=run.pk).update(capacity=1)

    page = desk.get(reverse("broadcast_list")).content.decode()

    run.refresh_from_db()
    assert run.seats.over
    assert run.seats.short in page[page.index(reverse("broadcast_detail", args=[made.pk])) :]


def test_the_list_and_the_count_ask_the_database_no_more_for_many(desk: Client, clerk: User) -> None:
    run = make.run(starts_at=TOMORROW, capacity=50)
    asked: list[list[int]] = []
    for size in (2, 20):
        while Registration.objects.filter(run=run).count() < size:
            make.registration(run, make_residents.resident(by=clerk), by=clerk)
        made = make_broadcasts.sent(make_broadcasts.notice(run, body=f"【葛城市】12月4日 {size}"), by=clerk)
        addresses = [reverse("broadcast_detail", args=[made.pk]), reverse("broadcast_list")]
        for address in addresses:
            desk.get(address)
        counted = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                desk.get(address)
            counted.append(len(queries))
        asked.append(counted)

    assert asked[0] == asked[1]


def test_that_nothing_is_sent_is_said_once_before_and_after(desk: Client, run: CourseRun) -> None:
    before = choose(desk, run.lessons.get())
    after = desk.get(send(desk, before).url)

    # No worker runs in this test.
    assert [page.content.decode().count("お知らせの送信が止まっています") for page in (before, after)] == [1, 1]
