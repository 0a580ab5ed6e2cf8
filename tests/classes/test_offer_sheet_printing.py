"""The sheet of calls about seats held, as it comes out of the printer."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import pgettext

from city.models import CityProfile
from classes.cancellation import cancel
from classes.models import CourseRun, Offer
from classes.offer_calls import not_reached
from classes.offer_sheet import put_on_paper
from classes.offer_sheet_printing import offer_sheet_paper
from classes.waiting_list import offer_next
from core.wareki import clock, short_date, spoken
from tests.make import classes as make
from tests.make import paper
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

BOXES = [
    "Comes",
    "Not now (keeps waiting)",
    "Gives up (cancelled)",
    "Nobody in",
    "The person told (answers later)",
    "The family told (answers later)",
]


def printed(clerk) -> bytes:
    with translation.override("ja"):
        return offer_sheet_paper(put_on_paper(by=clerk), by=clerk, now=timezone.now())


def held(clerk, *, title: str = "写真をとって送る", **person) -> Offer:
    run = make.run(capacity=1, course=make.course(title))
    seated, waiting = make.registration(run), make.registration(run, make_residents.resident(**person))
    cancel(seated, by=clerk, reason="health")
    return waiting.offers.get()


def test_paper_says_whom_to_call_about_what_and_until_when(clerk) -> None:
    offer = held(clerk)
    registration = offer.registration

    words = paper.words(printed(clerk))

    person, lesson = registration.resident, registration.run.lessons.get()
    with translation.override("ja"):
        moments = [short_date(offer.answer_by), clock(offer.answer_by), spoken(lesson.starts_at)]
    known = [person.name, person.kana, person.phone_lines.get().phone.national, registration.slip]
    for wanted in (*known, *moments, lesson.venue.name, "写真をとって送る"):
        assert paper.squeezed(wanted) in words


def test_paper_has_a_box_for_every_answer(clerk) -> None:
    held(clerk)

    words = paper.words(printed(clerk))

    with translation.override("ja"):
        boxes = [pgettext("box on a sheet", answer) for answer in BOXES]
    for box in boxes:
        assert paper.squeezed(box) in words


def test_paper_says_who_printed_it_and_how_often_somebody_was_called(clerk) -> None:
    offer = not_reached(held(clerk), by=clerk)

    words = paper.words(printed(clerk))

    with translation.override("ja"):
        assert paper.squeezed(clock(offer.last_attempt_at)) in words
    for wanted in (CityProfile.current().office_phone, clerk.name, "1/1"):
        assert wanted in words


def test_people_who_come_together_share_a_line_with_the_numbers_of_both(clerk) -> None:
    run = make.run(capacity=2, selection=CourseRun.Selection.COUNTER)
    one, other = make_residents.resident(given_name="一郎"), make_residents.resident(given_name="花子")
    make.registration(run, one, companions=[other])
    offer_next(run, by=clerk)

    words = paper.words(printed(clerk))

    assert words.count("写真をとって送る") == 1
    for person in (one, other):
        assert paper.squeezed(person.name) in words
        assert person.phone_lines.get().phone.national in words


def test_paper_says_no_more_of_a_person_than_the_call_needs(clerk) -> None:
    held(clerk, address="葛城市忍海1番地", birth_year=1948, accommodation="耳", accommodation_consent=True)

    words = paper.words(printed(clerk))

    for kept_back in ("忍海1番地", "1948", "耳"):
        assert kept_back not in words


def test_a_long_list_goes_on_with_its_head_on_every_page(clerk) -> None:
    long = "マイナポータルの使い方（健康保険証・年金・税の確認）と電子申請入門"
    for day in range(12):
        Offer.objects.filter(pk=held(clerk, title=long).pk).update(answer_by=timezone.now() + timedelta(days=day + 1))

    pages = paper.read(printed(clerk)).pages

    assert len(pages) > 1
    for page in pages:
        assert paper.said("Name and number") in paper.squeezed(page.extract_text())
