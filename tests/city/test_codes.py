from datetime import date

import pytest
from django.utils.translation import override

from city.codes import age_band_of, choices, labels, load_initial, word_lists
from city.models import Code

pytestmark = pytest.mark.django_db


def test_a_new_installation_has_words_for_every_list():
    assert all(labels(kind) for kind in Code.Kind.values)


def test_a_list_keeps_the_order_in_which_the_office_reads_it():
    assert list(labels(Code.Kind.AGE_BAND)) == ["under60", "60s", "70s", "80s", "90up", "unknown"]


def test_words_follow_the_language_of_the_reader():
    with override("en"):
        assert labels(Code.Kind.CAUSE)["pin"] == "PIN"
    with override("ja"):
        assert labels(Code.Kind.CAUSE)["pin"] == "暗証番号"


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_offered"),
    [
        (None, None, True),
        (date(2026, 4, 1), None, True),
        (date(2026, 4, 2), None, False),
        (None, date(2026, 4, 1), True),
        (None, date(2026, 3, 31), False),
    ],
)
def test_an_entry_is_offered_on_its_days_and_keeps_its_words_afterwards(valid_from, valid_until, is_offered):
    Code.objects.create(
        kind=Code.Kind.DEVICE, key="new", label="新機種", label_en="New", valid_from=valid_from, valid_until=valid_until
    )

    offered = dict(choices(Code.Kind.DEVICE, on=date(2026, 4, 1)))

    assert ("new" in offered) is is_offered
    assert labels(Code.Kind.DEVICE)["new"] == "新機種"


def test_loading_the_lists_again_adds_nothing_and_keeps_what_the_city_wrote():
    Code.objects.filter(kind=Code.Kind.CAUSE, key="pin").update(label="パスワード")
    before = Code.objects.count()

    load_initial()

    assert Code.objects.count() == before
    assert labels(Code.Kind.CAUSE)["pin"] == "パスワード"


def test_several_lists_cost_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        lists = word_lists(Code.Kind.DEVICE, Code.Kind.LEVEL)

    assert lists[Code.Kind.LEVEL]["basic"] == "基本"
    assert set(lists) == {Code.Kind.DEVICE, Code.Kind.LEVEL}


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "under60"), (59, "under60"), (60, "60s"), (69, "60s"), (70, "70s"), (89, "80s"), (90, "90up"), (104, "90up")],
)
def test_an_age_belongs_to_its_band(age, band):
    assert age_band_of(age) == band
