"""Who may be the same person: a hint, weighed, and never a bar."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from core.models import AuditEntry
from core.phone import PhoneNumber
from residents.intake import PhoneDetails
from residents.matching import Sign, likely_same, likely_same_as, near_numbers, pairs, pairs_among, slips_of
from residents.merging import SameRecord, keep_apart, merge
from residents.models import Apart, Resident
from tests.make import accounts as make_accounts
from tests.make import residents as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

HANA = {"given_name": "花", "given_kana": "ハナ"}


def asked(**told) -> list:
    return likely_same(**{"family_kana": "タカハシ", "given_kana": "シゲル", "numbers": [], **told})


@pytest.fixture
def clerk():
    return make_accounts.user(Role.RECEPTION)


def test_somebody_with_the_same_number_may_be_the_same_person() -> None:
    there = make.resident(phone="0745-00-1834")

    assert asked(family_kana="ナカムラ", given_kana="", numbers=[PhoneNumber.parse("0745-00-1834")]) == [there]


def test_somebody_with_the_same_reading_may_be_the_same_person() -> None:
    there = make.resident()

    assert asked(family_kana="ﾀｶﾊｼ", given_kana="しげる") == [there]


def test_a_family_name_alone_makes_nobody_the_same() -> None:
    make.resident()

    assert asked(given_kana="") == []
    assert asked(given_kana="ハナ", numbers=[make.mobile()]) == []


def test_a_namesake_of_another_year_is_somebody_else() -> None:
    there = make.resident(birth_year=1948)

    assert asked(birth_year=1971) == []
    # One year apart is how people count who were born in winter.
    assert asked(birth_year=1949) == asked(birth_year=1948) == asked(birth_year=None) == [there]


def test_a_year_that_does_not_fit_is_doubted_when_name_and_number_fit() -> None:
    there = make.resident(birth_year=1948, phone="0745-00-1834")

    assert asked(birth_year=1984, numbers=[PhoneNumber.parse("0745-00-1834")]) == [there]


def test_husband_and_wife_on_one_telephone_are_two_people() -> None:
    make.resident(phone="0745-00-1834", birth_year=1948)

    assert asked(given_kana="ハナ", numbers=[PhoneNumber.parse("0745-00-1834")], birth_year=1950) == []
    assert asked(given_kana="ハナ", numbers=[PhoneNumber.parse("0745-00-1834")]) == []


@pytest.mark.parametrize(
    ("typed", "is_near"),
    [
        ("090-0000-2812", True),
        ("090-0001-2811", True),
        ("090-0000-2181", True),
        ("090-0000-8211", True),
        ("090-0000-1812", False),
        ("090-0000-2800", False),
    ],
)
def test_a_number_that_is_a_slip_of_the_finger_away_is_near(typed, is_near) -> None:
    there = make.resident(phone="090-0000-2811", birth_year=None)

    found = asked(given_kana="シゲル", numbers=[PhoneNumber.parse(typed)], birth_year=1948)

    assert found == [there]
    signs = likely_same_as(make.resident(phone=typed, birth_year=1948))[0].signs
    assert (Sign.NEAR_NUMBER in signs) is is_near


def test_a_near_number_counts_also_when_the_year_does_not_fit() -> None:
    there = make.resident(phone="090-0000-2811", birth_year=1948)

    assert asked(numbers=[PhoneNumber.parse("090-0000-2181")], birth_year=1984) == [there]
    assert asked(numbers=[PhoneNumber.parse("090-0000-9999")], birth_year=1984) == []


def test_a_neighbour_with_a_near_number_is_nobody_to_be_shown() -> None:
    make.resident(family_name="中村", family_kana="ナカムラ", phone="0745-00-1835")

    assert asked(numbers=[PhoneNumber.parse("0745-00-1834")]) == []
    assert near_numbers(make.resident(phone="0745-00-1834")) == []


def test_a_number_near_that_of_the_same_name_is_told_with_its_person() -> None:
    wife = make.resident(phone="0745-00-1835", **HANA)
    person = make.resident(phone="0745-00-1834")

    [near] = near_numbers(person)

    assert (near.line.phone.national, near.other.phone.national) == ("0745-00-1834", "0745-00-1835")
    assert near.other.resident == wife


def test_two_numbers_of_one_person_are_not_near_each_other() -> None:
    lines = [PhoneDetails(PhoneNumber.parse(number)) for number in ("0745-00-1834", "0745-00-1835")]

    assert near_numbers(make.resident(phones=lines)) == []


def test_a_longer_family_name_is_another_name() -> None:
    make.resident(family_name="岡田", family_kana="オカダ", phone="0745-00-1835")

    assert near_numbers(make.resident(family_name="岡", family_kana="オカ", phone="0745-00-1834")) == []


def test_every_slip_is_one_and_none_is_the_number_itself() -> None:
    slips = slips_of("+81745001834")

    assert "+81745001834" not in slips
    assert {"+81745001835", "+81745001843", "+81475001834"} <= slips
    assert all(len(slip) == len("+81745001834") for slip in slips)


def test_whoever_was_merged_or_told_apart_is_not_suggested(clerk) -> None:
    person, twin, namesake = make.resident(), make.resident(), make.resident()
    assert {likely.person for likely in likely_same_as(person)} == {twin, namesake}

    merge(twin, person, by=clerk)
    keep_apart(namesake, person, by=clerk)

    assert likely_same_as(person) == likely_same_as(namesake) == []
    assert pairs() == []


def test_the_likeliest_comes_first() -> None:
    person = make.resident(phone="0745-00-1834", birth_year=1948)
    namesake = make.resident(birth_year=None)
    twin = make.resident(phone="0745-00-1834", birth_year=1948)

    assert [likely.person for likely in likely_same_as(person)] == [twin, namesake]


def test_all_who_may_stand_in_the_register_twice_are_found_and_why() -> None:
    one, other = (make.resident(phone="0745-00-1834", birth_year=None) for _each in range(2))
    older, newer = (make.resident(family_kana="ナカムラ", birth_year=1937) for _each in range(2))
    make.resident(phone="0745-00-1834", birth_year=1950, **HANA)
    make.resident(family_kana="ナカムラ", birth_year=1962)

    found = [(pair.one, pair.other, pair.signs) for pair in pairs()]

    assert found == [
        (one, other, (Sign.NUMBER, Sign.READING)),
        (older, newer, (Sign.READING, Sign.BIRTH_YEAR)),
    ]


@pytest.mark.parametrize(
    ("told", "signs"),
    [
        ({"age_band": "70s"}, (Sign.READING, Sign.AGE_BAND)),
        ({"age_band": "80s"}, (Sign.READING,)),
        ({"age_band": "unknown"}, (Sign.READING,)),
        ({"age_band": "90up"}, None),
        ({"family_kana": "タカシマ"}, None),
        ({"given_kana": ""}, None),
        # With a number or a year there is more to go by than the name.
        ({"birth_year": 1960}, None),
        ({"phone": ""}, None),
    ],
)
def test_somebody_of_whom_only_the_name_is_known_is_suggested_beside_the_one_of_that_name(told, signs) -> None:
    known = make.resident(phone="0745-00-1834", birth_year=1950)
    came = make.resident(**{"phone": None, "birth_year": None, "contact_wish": "none", **told})

    found = pairs()

    assert [(pair.people, pair.signs) for pair in found] == ([((known, came), signs)] if signs else [])


def test_a_bare_name_that_several_people_have_is_left_to_the_pages_of_each() -> None:
    make.resident(), make.resident(birth_year=1971)
    came = make.resident(phone=None, birth_year=None, contact_wish="none")

    assert pairs() == []
    assert len(likely_same_as(came)) == 2


def test_who_came_unannounced_twice_is_suggested_as_one_with_the_person_who_is_known(clerk) -> None:
    first, known, second = (
        make.resident(phone=phone, birth_year=None, contact_wish="none") for phone in (None, "0745-00-1834", None)
    )

    assert {pair.people for pair in pairs()} == {(first, known), (known, second)}

    keep_apart(known, second, by=clerk)
    merge(first, known, by=clerk)
    assert pairs() == []


def test_whoever_has_more_in_common_comes_before_those_of_one_name() -> None:
    for kana in "アイ":
        for phone in ("0745-00-1834", None if kana == "ア" else "0745-00-1834"):
            make.resident(family_kana=kana, phone=phone, birth_year=None)

    assert [pair.one.family_kana for pair in pairs()] == ["イ", "ア"]


@pytest.mark.parametrize(("age_band", "is_likely"), [("70s", True), ("80s", True), ("unknown", True), ("90up", False)])
def test_a_namesake_of_another_age_is_somebody_else(age_band, is_likely) -> None:
    there = make.resident(birth_year=1950)

    assert asked(age_band=age_band) == ([there] if is_likely else [])


def test_an_age_that_does_not_fit_is_doubted_when_name_and_number_fit() -> None:
    there = make.resident(birth_year=1950, phone="0745-00-1834")

    assert asked(age_band="under60", numbers=[PhoneNumber.parse("0745-00-1834")]) == [there]


def test_of_three_the_first_and_the_last_are_compared_and_then_the_others(clerk) -> None:
    first, second, third = (make.resident() for _each in range(3))
    [pair] = pairs()
    assert pair.people == (first, third)

    merge(third, first, by=clerk)

    [pair] = pairs()
    assert pair.people == (first, second)


def test_the_list_asks_the_same_few_questions_however_many_there_are() -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            pairs()
        return len(asked)

    make.resident(), make.resident()
    make.resident(family_kana="ナカ"), make.resident(family_kana="ナカ", phone=None, birth_year=None)
    few = questions()
    for number in range(12):
        for _each in range(2):
            make.resident(phone="0745-00-1834", family_kana="タカ" + "アイウエオカキクケコサシ"[number])
        make.resident(phone=None, birth_year=None, family_kana="ナカ" + "アイウエオカキクケコサシ"[number])
        make.resident(family_kana="ナカ" + "アイウエオカキクケコサシ"[number])

    assert questions() == few <= 8
    assert len(pairs(limit=5)) == 5


def test_two_people_are_told_apart_once_in_whichever_order(clerk) -> None:
    one, other = make.resident(), make.resident()

    assert keep_apart(one, other, by=clerk) == keep_apart(other, one, by=clerk)
    assert Apart.objects.count() == 1
    with pytest.raises(SameRecord):
        keep_apart(one, one, by=clerk)


def test_telling_two_apart_twice_is_on_record_once():
    clerk = make_accounts.user(Role.RECEPTION)
    one, other = make_residents.resident(), make_residents.resident()
    for _each in range(2):
        keep_apart(one, other, by=clerk)
    assert AuditEntry.objects.filter(action="resident.told_apart").count() == 1


def test_family_name_alone_is_no_pair():
    for _each in range(2):
        make_residents.resident(given_name="", given_kana="", phone="0745-00-1834", birth_year=1948)

    assert pairs() == []


def test_told_apart_pairs_do_not_push_others_out():
    clerk = make_accounts.user(Role.RECEPTION)
    for _each in range(2):
        twins = [
            make_residents.resident(birth_year=None, phone=f"0745-00-183{_each}", family_kana="アイ"[_each])
            for _n in range(2)
        ]
        if not _each:
            keep_apart(*twins, by=clerk)
    assert [pair.people for pair in pairs(limit=1)] == [tuple(twins)]


def test_a_record_that_was_merged_is_no_likely_twin():
    clerk = make_accounts.user(Role.RECEPTION)
    number = "0745-00-1835"
    stays, goes = make_residents.resident(phone=number), make_residents.resident(phone=number)
    merge(goes, stays, by=clerk)
    assert [n.other.resident for n in near_numbers(make_residents.resident(phone="0745-00-1834"))] == [stays]
    assert pairs() == [] or all(p.people != (stays, goes) for p in pairs())


# Among some people ----------------------------------------------------------------------------------------


def test_among_some_people_whoever_looks_like_one_is_found_the_likeliest_first(clerk) -> None:
    first, twin = make.resident(phone="0745-00-1834"), make.resident(phone="0745-00-1834")
    slip = make.resident(phone="0745-00-1835", birth_year=None)
    wife = make.resident(phone="0745-00-1834", birth_year=1950, **HANA)
    other = make.resident(family_kana="ナカムラ")
    people = [other, wife, slip, twin, first]

    assert [pair.people for pair in pairs_among(people)] == [(first, twin), (first, slip), (twin, slip)]

    keep_apart(first, slip, by=clerk)
    assert [pair.people for pair in pairs_among(people)] == [(first, twin), (twin, slip)]
    assert pairs_among([other, wife]) == []


def test_people_of_one_name_and_another_age_are_not_taken_for_one() -> None:
    assert pairs_among([make.resident(birth_year=1940), make.resident(birth_year=1950)]) == []


def test_some_people_are_compared_with_two_questions(django_assert_num_queries) -> None:
    people = [make.resident() for _each in range(3)]
    many = [*Resident.objects.filter(pk__in=[each.pk for each in people])]
    with django_assert_num_queries(2):
        few = pairs_among(many)

    assert len(few) == 3
