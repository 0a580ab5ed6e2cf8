"""The pages of the draw and of the counter's choice, as they are without scripts."""

import html
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext, override

from classes.cancellation import cancel
from classes.lottery import draw_of, in_drawn_order, list_digest, procedure
from classes.models import CourseRun, Draw, Lot, Offer, Registration
from classes.waiting_list import accept
from core.models import AuditEntry
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import paper
from tests.make import residents as make_residents
from tests.make.pages import Page

pytestmark = pytest.mark.django_db
State = Registration.State
DICE = make_draws.DICE
PAGES = ["run_detail", "run_draw", "draw_dice", "draw_stage", "run_pair"]
FILES = ["draw_list_pdf", "draw_list_text"]


@pytest.fixture
def run() -> CourseRun:
    """A lottery with five people, two of whom come together, reception closed."""
    run = make_draws.lottery(capacity=2)
    people = make_draws.applicants(run, 5)
    make_draws.party(*people[:2])
    return make_draws.closed(run)


def page(client, name: str, run: CourseRun, **asked) -> str:
    answer = client.get(reverse(name, args=[run.pk]), asked)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def press(client, name: str, run: CourseRun, **data):
    return client.post(reverse(name, args=[run.pk]), data)


# The draw -------------------------------------------------------------------------------------------------


def test_a_draw_is_held_from_its_pages(client, clerk, run) -> None:
    assert press(client, "draw_list", run).url == reverse("run_draw", args=[run.pk])
    assert Lot.objects.count() == 4
    assert list_digest(draw_of(run)) in page(client, "run_draw", run)

    answer = press(client, "draw_dice", run, number="３５２ ６１４", again="352614")

    assert answer.url == reverse("draw_result", args=[run.pk])
    draw = draw_of(run)
    shown = page(client, "draw_result", run)
    assert draw.seed in shown
    for lot in in_drawn_order(draw):
        assert lot.ticket[:12] in shown


def test_the_steps_are_shown_in_their_order_and_say_which_is_done(client, clerk, run) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    steps = ["The seed is sealed", "The lots are listed", "The dice are thrown", "The result"]
    done = []
    for deed in ("draw_list", "draw_dice", ""):
        shown = page(client, "run_draw", run)
        places = [shown.index(f"<h2>{step}") for step in steps]
        assert places == sorted(places)
        done.append(shown.count(">done<"))
        if deed:
            press(client, deed, run, number=DICE, again=DICE)

    assert done == [1, 2, 4]


@pytest.mark.parametrize(
    ("number", "again", "box"),
    [("12345", "12345", "number"), (DICE, "352641", "again"), (DICE, "", "again"), ("", DICE, "number")],
)
def test_a_number_that_is_none_or_differs_draws_nothing(client, clerk, run, number, again, box) -> None:
    press(client, "draw_list", run)

    answer = press(client, "draw_dice", run, number=number, again=again)

    assert answer.status_code == 422
    assert Page(answer.content.decode()).words[f"id_{box}_error"].strip()
    assert draw_of(run).drawn_at is None


def test_the_dice_before_the_list_are_refused_with_a_sentence(client, clerk, run) -> None:
    answer = press(client, "draw_dice", run, number=DICE, again=DICE)

    assert answer.status_code == 422
    assert run.course.title in answer.content.decode()
    assert draw_of(run).drawn_at is None


def test_another_number_afterwards_is_refused_with_the_one_that_stands(client, clerk, run) -> None:
    press(client, "draw_list", run)
    press(client, "draw_dice", run, number=DICE, again=DICE)

    answer = press(client, "draw_dice", run, number="111111", again="111111")

    assert answer.status_code == 422
    assert DICE in answer.content.decode()
    assert draw_of(run).public_number == DICE


def test_listing_too_early_says_until_when_reception_is_open(client, clerk) -> None:
    run = make_draws.lottery()
    make_draws.applicants(run, 1)

    answer = client.post(reverse("draw_list", args=[run.pk]), follow=True)

    assert run.course.title in answer.content.decode()
    assert not Lot.objects.exists()


@pytest.mark.parametrize("name", ["run_draw", "draw_dice", "draw_result", "draw_stage", *FILES, "draw_result_pdf"])
def test_a_run_without_a_lottery_has_no_draw(client, clerk, name) -> None:
    assert client.get(reverse(name, args=[make.run().pk])).status_code == 404


@pytest.mark.parametrize("name", ["draw_result", "draw_result_pdf", "draw_result_text", *FILES])
def test_what_there_is_not_yet_is_not_found(client, clerk, run, name) -> None:
    assert client.get(reverse(name, args=[run.pk])).status_code == 404


def test_who_may_have_two_lots_is_shown_before_the_lots_are_listed_and_the_look_is_on_record(client, clerk) -> None:
    run = make_draws.lottery()
    first, second = make_draws.applicants(run, 2, phone="0745-00-1834")
    make.registration(run, make_residents.resident(family_kana="ナカムラ"))
    compare = reverse("resident_merge", args=[first.resident_id, second.resident_id])

    while_open = page(client, "run_draw", run)
    closed = page(client, "run_draw", make_draws.closed(run))

    assert all(compare in shown and first.slip in shown and second.slip in shown for shown in (while_open, closed))
    assert AuditEntry.objects.filter(action="run.opened").latest("pk").facts == {"people": 2}

    press(client, "draw_list", run)
    assert compare not in page(client, "run_draw", run)


def test_of_whom_nobody_looks_like_another_no_name_is_shown(client, clerk) -> None:
    run = make_draws.lottery()
    for kana in ("ナカムラ", "ヨシダ"):
        make.registration(run, make_residents.resident(family_kana=kana))

    assert page(client, "run_draw", run)
    assert not AuditEntry.objects.filter(action="run.opened").exists()


def test_the_page_of_the_draw_asks_no_more_for_more_people(client, clerk) -> None:
    run = make_draws.lottery()

    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            page(client, "run_draw", run)
        return len(questions)

    make_draws.applicants(run, 2)
    few = asked()
    make_draws.applicants(run, 12)

    assert asked() == few


# The secret and the names ---------------------------------------------------------------------------------


def test_no_page_and_no_file_shows_the_seed_before_the_lots_are_drawn(client, clerk, run) -> None:
    seed = Draw.objects.get().seed
    looked_at = []
    for _stage in ("not listed", "listed"):
        looked_at += [page(client, name, run) for name in PAGES]
        press(client, "draw_list", run)
    looked_at += [page(client, "draw_list_text", run)]
    looked_at += [paper.words(client.get(reverse("draw_list_pdf", args=[run.pk])).content)]
    looked_at += [page(client, "draw_stage", run)]

    for shown in looked_at:
        assert seed not in shown
        assert seed[:16] not in shown
    assert draw_of(run).seed_digest in looked_at[-1]


def test_what_is_shown_in_public_names_nobody(client, clerk, run) -> None:
    press(client, "draw_list", run)
    public = [page(client, "draw_stage", run), page(client, "draw_list_text", run)]
    public += [paper.words(client.get(reverse("draw_list_pdf", args=[run.pk])).content)]
    press(client, "draw_dice", run, number=DICE, again=DICE)
    public += [page(client, name, run) for name in ("draw_stage", "draw_result", "draw_result_text")]
    public += [paper.words(client.get(reverse("draw_result_pdf", args=[run.pk])).content)]

    for registration in run.registrations.select_related("resident"):
        person = registration.resident
        for shown in public:
            assert person.family_name not in shown
            assert person.family_kana not in shown


def test_everybody_finds_their_own_slip_on_the_wall(client, clerk, run) -> None:
    press(client, "draw_list", run)
    press(client, "draw_dice", run, number=DICE, again=DICE)

    told = [page(client, "draw_stage", run), paper.words(client.get(reverse("draw_result_pdf", args=[run.pk])).content)]

    for registration in run.registrations.all():
        assert all(registration.slip in shown for shown in told)


# Anybody can repeat it ------------------------------------------------------------------------------------


def test_the_lines_on_the_page_run_on_the_file_and_tell_what_the_office_told(client, clerk, run, tmp_path) -> None:
    """As a newspaper would do it: the file saved from the page, the lines typed off the paper, a Python of its own."""
    press(client, "draw_list", run)
    cancel(run.registrations.get(slip_number=5), by=clerk, reason="health")
    press(client, "draw_dice", run, number=DICE, again=DICE)
    draw = draw_of(run)
    saved = client.get(reverse("draw_result_text", args=[run.pk]))
    (tmp_path / saved["Content-Disposition"].split('"')[1]).write_bytes(saved.content)

    told = subprocess.run(
        [sys.executable, "-I", "-c", procedure(draw)], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    expected = [
        f"{lot.rank} {lot.label} {lot.ticket[:12]} {'won' if lot.is_won else '-'}" for lot in in_drawn_order(draw)
    ]
    assert told.stdout.splitlines() == [f"seal {draw.seed_digest}", *expected]
    # The same lines stand on the page and on paper.
    assert procedure(draw) in html.unescape(page(client, "draw_result", run))
    printed = paper.words(client.get(reverse("draw_result_pdf", args=[run.pk])).content)
    assert "".join(procedure(draw).split()) in printed


def test_the_file_of_the_list_has_the_digest_that_was_read_out(client, clerk, run, tmp_path) -> None:
    press(client, "draw_list", run)
    (tmp_path / "list.txt").write_bytes(client.get(reverse("draw_list_text", args=[run.pk])).content)

    summed = subprocess.run(["sha256sum", "list.txt"], cwd=tmp_path, capture_output=True, text=True, check=True)

    digest = list_digest(draw_of(run))
    assert summed.stdout.split()[0] == digest
    assert digest in paper.words(client.get(reverse("draw_list_pdf", args=[run.pk])).content)


def test_the_list_that_is_handed_round_says_how_many_seats_and_devices_there_are_to_give(client, clerk) -> None:
    run = make_draws.lottery(capacity=7, loan_devices=3)
    make_draws.applicants(run, 2)
    make_draws.listed(run)

    printed = paper.words(client.get(reverse("draw_list_pdf", args=[run.pk])).content)

    with override("ja"):
        told = gettext("seats: %(seats)d, devices to borrow: %(devices)d") % {"seats": 7, "devices": 3}
    assert "".join(told.split()) in printed


# The counter decides --------------------------------------------------------------------------------------


@pytest.fixture
def counter() -> CourseRun:
    run = make_draws.counter(capacity=2, preferences=["first_time"])
    make_draws.applicants(run, 3)
    return make_draws.closed(run)


def test_who_is_ticked_has_a_seat(client, clerk, counter) -> None:
    shown = page(client, "run_choose", counter)
    people = list(counter.registrations.order_by("slip_number").select_related("resident"))
    assert all(each.resident.name in shown for each in people)

    answer = press(client, "run_choose", counter, chosen=[people[0].pk, people[2].pk], reason="初めての方を先に")

    assert answer.url == reverse("run_detail", args=[counter.pk])
    assert list(counter.registrations.order_by("slip_number").values_list("state", flat=True)) == [
        State.CONFIRMED,
        State.WAITING,
        State.CONFIRMED,
    ]


def test_a_tick_too_many_keeps_the_ticks_and_says_how_many_seats_there_are(client, clerk, counter) -> None:
    people = list(counter.registrations.all())

    answer = press(client, "run_choose", counter, chosen=[each.pk for each in people], reason="全員")

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert shown.count(" checked") == 3
    assert counter.registrations.confirmed().count() == 0


def test_the_number_of_somebody_else_changes_nothing(client, clerk, counter) -> None:
    stranger = make.registration(make.run())

    answer = press(client, "run_choose", counter, chosen=[stranger.pk], reason="まちがい")

    assert answer.status_code == 422
    assert counter.registrations.confirmed().count() == 0


def test_whoever_cancelled_while_the_page_was_open_is_said_by_the_slip(client, clerk, counter) -> None:
    gone = counter.registrations.first()
    cancel(gone, by=clerk, reason="health")

    answer = press(client, "run_choose", counter, chosen=[gone.pk], reason="抽選のかわり")

    assert answer.status_code == 422
    assert gone.slip in answer.content.decode()


def test_looking_at_those_who_wait_is_recorded(client, clerk, counter) -> None:
    page(client, "run_choose", counter)

    assert AuditEntry.objects.get(action="run.opened").facts == {"people": 3}


def test_who_may_be_one_person_is_shown_until_the_counter_has_decided(client, clerk, counter) -> None:
    first, second, _third = counter.registrations.order_by("slip_number")
    compare = reverse("resident_merge", args=[first.resident_id, second.resident_id])
    assert compare in page(client, "run_choose", counter)

    press(client, "run_choose", counter, chosen=[first.pk], reason="初めての方を先に")

    assert compare not in page(client, "run_choose", counter)


def test_a_run_that_is_not_decided_at_the_counter_has_no_such_page(client, clerk, run) -> None:
    assert client.get(reverse("run_choose", args=[run.pk])).status_code == 404


# Friends --------------------------------------------------------------------------------------------------


def test_friends_are_put_together_by_their_slips_and_taken_apart(client, clerk, run) -> None:
    third, fourth = run.registrations.filter(slip_number__in=[3, 4]).order_by("slip_number")

    press(client, "run_pair", run, first=third.slip, second=fourth.slip.replace("-", "ー"))

    third.refresh_from_db()
    assert third.party.members.count() == 2
    assert third.resident.name in page(client, "run_pair", run)

    client.post(reverse("party_part", args=[third.party_id]))

    third.refresh_from_db()
    assert third.party_id is None


def test_of_people_who_have_their_seats_meanwhile_nobody_is_said_to_be_parted(client, clerk) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    run = make.run(capacity=2)
    seated = make.registration(run)
    waiting = make.registration(run, companions=[make_residents.resident()])
    address = reverse("party_part", args=[waiting.party_id])
    cancel(seated, by=clerk, reason="health")
    accept(Offer.objects.open().first(), by=clerk)

    answer = client.post(address, follow=True)

    assert [str(message) for message in answer.context["messages"]] == [
        "Nobody of these people waits for a seat together any more. Nothing was changed."
    ]
    waiting.refresh_from_db()
    assert waiting.party_id is not None


def test_two_who_are_together_already_are_told_to_be_so(client, clerk, run) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    first, second, third = run.registrations.filter(slip_number__lte=3).order_by("slip_number")

    def told(one, other) -> list[str]:
        address = reverse("run_pair", args=[run.pk])
        answer = client.post(address, {"first": one.slip, "second": other.slip}, follow=True)
        return [str(message) for message in answer.context["messages"]]

    assert told(first, second) == ["These people come together already."]
    assert told(second, third)[0] == "These people come together now."
    assert told(third, first) == ["These people come together already."]


def test_where_they_wait_who_are_put_together_is_told_and_whose_slips_are_to_be_printed_anew(client, clerk) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    line = make.run(capacity=1)
    _seated, first, between, last = (make.registration(line) for _each in range(4))

    pressed = {"first": first.slip, "second": last.slip}
    answer = client.post(reverse("run_pair", args=[line.pk]), pressed, follow=True)

    said = " ".join(str(each) for each in answer.context["messages"])
    assert f"They wait together at place 2. Please print their slips anew: {first.slip}・{last.slip}." in said
    assert between.slip not in said


def test_before_a_draw_no_place_is_told_of_who_are_put_together(client, clerk, run) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    third, fourth = run.registrations.filter(slip_number__in=[3, 4]).order_by("slip_number")

    pressed = {"first": third.slip, "second": fourth.slip}
    answer = client.post(reverse("run_pair", args=[run.pk]), pressed, follow=True)

    said = [str(each) for each in answer.context["messages"]]
    assert said[1:] == [f"Please print their slips anew: {third.slip}・{fourth.slip}."]


def test_a_slip_that_nobody_has_is_said_at_its_box(client, clerk, run) -> None:
    answer = press(client, "run_pair", run, first=f"{run.pk}-3", second=f"{run.pk}-99")

    assert answer.status_code == 422
    assert Page(answer.content.decode()).words["id_second_error"].strip()


# The run's page -------------------------------------------------------------------------------------------


def test_before_the_draw_nobody_has_a_place_in_line_and_nobody_is_asked(client, clerk, run) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    shown = page(client, "run_detail", run)

    assert shown.count("Waits for the decision") == 5
    assert reverse("run_offer", args=[run.pk]) not in shown
    assert reverse("run_draw", args=[run.pk]) in shown


def test_after_the_draw_the_letters_are_one_press_away(client, clerk, run) -> None:
    press(client, "draw_list", run)
    press(client, "draw_dice", run, number=DICE, again=DICE)

    for name in ("run_draw", "draw_result"):
        assert reverse("run_papers", args=[run.pk]) in page(client, name, run)


def test_a_change_before_the_draw_concerns_nobody_on_a_waiting_list(client, clerk, run) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    shown = page(client, "run_edit", run)

    assert "<dt>Waits for the decision</dt>" in shown
    assert "More seats are offered to the people who wait" not in shown


def test_after_the_draw_the_run_goes_on_like_any_other(client, clerk, run) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    press(client, "draw_list", run)
    press(client, "draw_dice", run, number=DICE, again=DICE)

    shown = page(client, "run_detail", run)

    assert "Waits for the decision" not in shown
    assert "Waiting: number 1" in shown


def test_a_run_decided_at_the_counter_shows_when_by_whom_and_why(client, clerk, counter) -> None:
    assert reverse("run_choose", args=[counter.pk]) in page(client, "run_detail", counter)
    chosen = counter.registrations.first()
    press(client, "run_choose", counter, chosen=[chosen.pk], reason="初めての方を先に")

    shown = page(client, "run_detail", counter)

    assert "初めての方を先に" in shown
    assert clerk.name in shown
