import pytest

from classes.attendance import mark
from classes.models import Attendance
from classes.people_list import people_list
from residents.doubts import strangers
from residents.models import Consent, NoticeManner
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


def named(kana: str, **fields):
    return make_residents.resident(family_name=kana, family_kana=kana, **fields)


def test_whoever_has_a_seat_stands_in_the_order_of_the_kana_and_whoever_waits_in_that_of_the_line() -> None:
    run = make.run(capacity=2)
    for kana in ("ヤマダ", "アオキ", "ワタナベ", "イトウ"):
        make.registration(run, named(kana))

    people = people_list(run)

    assert [person.resident.family_kana for person in people.seated] == ["アオキ", "ヤマダ"]
    assert [(person.place, person.resident.family_kana) for person in people.waiting] == [
        (1, "ワタナベ"),
        (2, "イトウ"),
    ]
    assert len(people) == 4


def test_a_need_is_listed_only_with_the_consent_that_stands() -> None:
    run = make.run()
    agreed = named("アオキ", accommodation="右耳", accommodation_consent=True)
    withdrew = named("イトウ", accommodation="左耳", accommodation_consent=True)
    Consent.objects.create(
        resident=withdrew, kind="accommodation", is_given=False, manner=NoticeManner.SPOKEN, notice_version="1"
    )
    for person in (agreed, withdrew):
        make.registration(run, person)

    assert [person.needs for person in people_list(run).seated] == ["右耳", ""]


def test_whoever_came_before_is_no_newcomer() -> None:
    regular, clerk = named("アオキ"), make.clerk()
    before = make.registration(make.run(starts_at=make.days_ahead(-7)), regular, channel="on_the_day")
    mark(before.run.lessons.get(), before, Attendance.Mark.PRESENT, by=clerk)
    run = make.run()
    for person in (regular, named("イトウ")):
        make.registration(run, person)

    assert [person.is_first_time for person in people_list(run).seated] == [False, True]


def test_the_numbers_are_there_in_the_order_in_which_they_are_tried() -> None:
    run = make.run()
    make.registration(run, named("アオキ", phone="0745-00-1834"))

    assert people_list(run).seated[0].numbers == ["0745-00-1834"]


def test_a_number_at_which_a_stranger_answered_is_tried_no_more() -> None:
    run = make.run()
    line = make.registration(run, named("アオキ")).resident.phone_lines.get()
    strangers(line.number)

    assert people_list(run).seated[0].numbers == []


def test_the_list_asks_the_database_as_often_for_many_as_for_few(django_assert_num_queries) -> None:
    run = make.run(capacity=9)
    for _each in range(6):
        make.registration(run)

    with django_assert_num_queries(3):
        assert [person.numbers for person in people_list(run).seated]
