"""The call list on paper."""

import pytest

from city.models import CityProfile
from reminders.models import CallTask, Outcome
from reminders.printing import BLANK_LINES, call_list_paper
from residents.models import ContactWish
from tests.make import paper
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]


def printed() -> bytes:
    return call_list_paper(list(CallTask.objects.all()), now=make.NOON)


def test_paper_says_whom_to_call_until_when_and_what_to_say() -> None:
    task = make.call()
    person = task.requests.get().resident

    words = paper.words(printed())

    for wanted in (person.name, person.kana, task.phone.national, "午前10時", make.BODY):
        assert "".join(wanted.split()) in words


def test_paper_has_a_box_to_tick_for_every_outcome() -> None:
    make.call()

    words = paper.words(printed())

    for outcome in Outcome:
        assert "".join(str(outcome.label).split()) in words


def test_paper_bears_the_offices_number_the_time_and_that_it_stays_within() -> None:
    words = paper.words(printed())

    for wanted in (CityProfile.current().office_phone, "令和8年12月2日", "正午印刷", "庁内限り"):
        assert wanted in words


def test_paper_keeps_the_order_of_the_screen() -> None:
    tasks = [make.call(occasion=f"lesson:{number}") for number in range(3)]

    words = paper.words(call_list_paper(tasks[::-1], now=make.NOON))

    places = [words.index(task.phone.national) for task in tasks]
    assert places == sorted(places, reverse=True)


def test_people_of_one_household_share_a_line() -> None:
    number = make_residents.landline()
    for name in ("茂", "キヨ"):
        make.request(make_residents.resident(phone=number, given_name=name))

    words = paper.words(printed())

    assert words.count(number.national) == 1
    assert "髙橋茂" in words
    assert "髙橋キヨ" in words


def test_a_postcard_says_so_where_the_number_would_stand() -> None:
    task = make.call(make.callable_(contact_wish=ContactWish.POSTCARD))

    assert "".join(str(task.get_reason_display()).split()) in paper.words(printed())


def test_rare_characters_are_never_a_box() -> None:
    make.call(make.callable_(family_name="𠮷﨑", given_name="葛\U000e0100"))

    assert "葛" in paper.words(printed())


def test_an_empty_day_still_has_lines_to_write_on() -> None:
    assert len(paper.read(printed()).pages) == 1
    assert BLANK_LINES > 0


@pytest.mark.parametrize("calls", [40])
def test_a_long_list_goes_on_with_its_head_on_every_page(calls: int) -> None:
    for number in range(calls):
        make.call(occasion=f"lesson:{number}")

    pages = paper.read(printed()).pages

    assert len(pages) > 1
    for page in pages:
        assert str(Outcome.NO_ANSWER.label) in "".join(page.extract_text().split())
