"""The call list on paper."""

from datetime import timedelta

import pytest

from city.models import CityProfile
from reminders.models import Outcome
from reminders.printing import BLANK_LINES, call_sheet_paper
from reminders.sheets import print_sheet
from tests.make import paper
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]


def printed() -> bytes:
    sheet = print_sheet(by=make.clerk(), now=make.NOON)
    return call_sheet_paper(sheet, list(sheet.lines.all()))


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


def test_paper_bears_the_offices_number_the_time_and_who_printed_it() -> None:
    make.call()

    words = paper.words(printed())

    for wanted in (CityProfile.current().office_phone, "令和8年12月2日", "正午", "中村", "1/1"):
        assert wanted in words


def test_paper_keeps_the_order_of_the_screen() -> None:
    tasks = [
        make.call(occasion=f"lesson:{number}", useless_after=make.LESSON - timedelta(hours=number))
        for number in range(3)
    ]

    words = paper.words(printed())

    places = [words.index(task.phone.national) for task in tasks]
    assert places == sorted(places, reverse=True)


def test_paper_says_which_call_is_urgent() -> None:
    make.call(occasion="lesson:32")
    assert "急ぎ" not in paper.words(printed())

    make.call(occasion="broadcast:1", is_urgent=True)

    assert paper.words(printed()).count("急ぎ") == 1


def test_paper_says_no_more_of_a_person_than_the_call_needs() -> None:
    make.call(
        make.callable_(address="葛城市忍海1番地", birth_year=1948, accommodation="耳", accommodation_consent=True)
    )

    words = paper.words(printed())

    for kept_back in ("忍海1番地", "1948", "耳", "78歳"):
        assert kept_back not in words


def test_people_of_one_household_share_a_line() -> None:
    number = make_residents.landline()
    for name in ("茂", "キヨ"):
        make.request(make_residents.resident(phone=number, given_name=name))

    words = paper.words(printed())

    assert words.count(number.national) == 1
    assert "髙橋茂" in words
    assert "髙橋キヨ" in words


def test_rare_characters_are_never_a_box() -> None:
    make.call(make.callable_(family_name="𠮷﨑", given_name="葛\U000e0100"))

    assert "葛" in paper.words(printed())


def test_a_short_list_still_has_lines_to_write_on() -> None:
    make.call()

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
