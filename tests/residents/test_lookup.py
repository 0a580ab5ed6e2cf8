from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.phone import PhoneNumber
from residents.intake import PhoneDetails
from residents.lookup import find, sharing_a_number
from residents.models import Resident
from tests.make import residents as make

pytestmark = pytest.mark.django_db

# One line, one family name in all the ways it stands in registers and is typed at a desk.
KANJI = [
    ("髙橋", "高橋"),
    ("﨑山", "崎山", "﨑󠄀山"),
    ("齋藤", "斎藤", "齊藤", "斉藤"),
    ("渡邊", "渡邉", "渡辺", "渡邉󠄂"),
    ("中澤", "中沢"),
    ("濱田", "浜田", "濵田"),
    ("中嶋", "中島", "中嶌"),
    ("國分", "国分"),
    ("廣瀬", "広瀬", "廣瀨"),
    ("霧ヶ峰", "霧ケ峰", "霧が峰", "霧ガ峰", "霧ｹ峰"),
    ("葛󠄀城", "葛󠄁城", "葛城", "葛︀城"),
    ("𠮷田", "吉田"),
    ("佐々木", "佐佐木"),
    ("ＡＢＣ商店", "ABC商店", "abc商店"),
]
KANA = [
    ("タカハシ", "ﾀｶﾊｼ", "たかはし", "タ カ ハ シ"),
    ("ガトウ", "ｶﾞﾄｳ", "がとう", "ｶﾞ ﾄｳ", "カ゛トウ"),
    ("サトー", "サト－", "サト‐", "サト―", "サト−", "さとー", "ｻﾄｰ", "サト-"),
    ("ヴェルナー", "ベルナー", "べるなー", "ｳﾞｪﾙﾅｰ", "ゔぇるなー", "ヴエルナー"),
    ("ショウジ", "シヨウジ", "しょうじ", "ｼｮｳｼﾞ", "ｼﾖｳｼﾞ"),
    ("キッカワ", "キツカワ", "きっかわ", "ｷｯｶﾜ"),
    ("クヮタ", "クワタ", "くゎた"),
    ("ファンタ", "フアンタ", "ふぁんた"),
    ("ミヅノ", "ミズノ", "みづの"),
    ("ヰノウエ", "イノウエ", "ゐのうえ"),
]
WAYS = [pytest.param(*pair, id="-".join(pair)) for line in KANJI for pair in permutations(line, 2)]
READ = [pytest.param(*pair, id="-".join(pair)) for line in KANA for pair in permutations(line, 2)]


def names(text: str) -> list[str]:
    return [person.name for person in find(text)]


@pytest.mark.parametrize(
    "typed",
    [
        "0745001834",
        "0745-00-1834",
        "０７４５－００－１８３４",
        "(0745)00-1834",
        "（０７４５）００ー１８３４",
        "+81 745 00 1834",
        "電話 0745-00-1834",
        "1834",
        "１８３４",
        "00-1834",
        "0745-00-183",
        "745001834",
    ],
)
def test_a_number_is_found_in_any_form(typed: str) -> None:
    make.resident(phone="0745-00-1834")
    make.resident(family_name="別人", phone="0745-00-2835", given_name="")

    assert names(typed) == ["髙橋 茂"]


@pytest.mark.parametrize(
    "typed",
    [
        "タカハシ",
        "たかはし",
        "ﾀｶﾊｼ",
        "タカハシ シゲル",
        "たかはししげる",
        "ﾀｶﾊｼ ｼｹﾞﾙ",
        "しげる",
        "髙橋",
        "高橋",
        "高橋茂",
        "髙橋　茂",
        "茂",
        "タカ",
    ],
)
def test_a_name_is_found_in_any_writing(typed: str) -> None:
    make.resident()
    make.resident(family_name="中村", given_name="花", family_kana="ナカムラ", given_kana="ハナ")

    assert names(typed) == ["髙橋 茂"]


@pytest.mark.parametrize(("written", "typed"), WAYS)
def test_a_name_is_found_by_every_form_of_its_kanji(written: str, typed: str) -> None:
    person = make.resident(family_name=written, family_kana="ナマエ")
    make.resident(family_name="中村", family_kana="ナカムラ")

    assert find(typed) == find(typed + "　茂") == find(typed + "茂") == [person]
    assert person.family_name == written


@pytest.mark.parametrize(("written", "typed"), READ)
def test_a_reading_is_found_in_every_writing(written: str, typed: str) -> None:
    person = make.resident(family_kana=written)
    make.resident(family_name="中村", family_kana="ナカムラ")

    assert find(typed) == find(typed + " しげる") == [person]


@pytest.mark.parametrize(
    ("written", "typed"), [("髙橋", "髙木"), ("渡邊", "田邊"), ("中澤", "中尺"), ("國分", "國文"), ("霧ヶ峰", "霧峰")]
)
def test_another_name_is_not_found(written: str, typed: str) -> None:
    make.resident(family_name=written, family_kana="ナマエ")

    assert find(typed) == []


@pytest.mark.parametrize(("written", "typed"), [("ハラ", "バラ"), ("サトー", "サカ"), ("ミズノ", "ミスノ")])
def test_another_reading_is_not_found(written: str, typed: str) -> None:
    make.resident(family_kana=written)

    assert find(typed) == []


@pytest.mark.parametrize("typed", ["", " ", "　", "、。", "!?", "%", "_", "'", "12", "123", "👴"])
def test_what_fits_everybody_finds_nobody(typed: str) -> None:
    make.resident()

    assert find(typed) == []


def test_number_and_name_together_find_the_one_of_a_household() -> None:
    make.resident(phone="0745-00-1834")
    wife = make.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")

    assert find("1834 キヨ") == [wife]


@pytest.mark.parametrize("beside", ["内線12", "（内線１２）", "ﾅｲｾﾝ12", "(妻)", " 自宅", " タカハシ シゲオ"])
def test_words_beside_a_complete_number_that_name_nobody_hide_nobody(beside: str) -> None:
    shigeru = make.resident(phone="0745-00-1834")
    make.resident(phone="0745-00-2834")

    assert find("0745-00-1834" + beside) == [shigeru]


def test_the_last_digits_with_a_name_that_nobody_has_find_nobody() -> None:
    make.resident(phone="0745-00-1834")

    assert find("1834 ナカムラ") == []


def test_a_memo_tells_which_of_those_with_the_same_last_digits() -> None:
    make.resident(phone="0745-00-1834")
    number = PhoneNumber.parse("090-0000-1834")
    office = make.resident(family_kana="ナカムラ", phones=[PhoneDetails(number, "other", "内線12")])

    assert find("1834 内線１２") == [office]


def test_a_household_is_found_by_its_number_in_kana_order() -> None:
    shigeru = make.resident(phone="0745-00-1834")
    yoshi = make.resident(given_name="ヨシ", given_kana="ヨシ", phone="0745-00-1834")
    kiyo = make.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")

    assert find("1834") == [kiyo, shigeru, yoshi]
    assert sharing_a_number(shigeru).others == [kiyo, yoshi]


def test_the_telephones_of_a_household_stand_in_the_order_in_which_each_gave_them() -> None:
    at_home, mobile = "+81745001834", "+819000000001"
    shigeru, kiyo = make.resident(phone="0745-00-1834"), make.resident(phone="0745-00-1834")
    for person, first, second in ((shigeru, at_home, mobile), (kiyo, mobile, at_home)):
        person.phone_lines.all().delete()
        person.phone_lines.create(number=second, order=1)
        person.phone_lines.create(number=first, order=0)

    shared = sharing_a_number(shigeru)

    assert [line.number for line in shared.lines_of(shigeru)] == [at_home, mobile]
    assert [line.number for line in shared.lines_of(kiyo)] == [mobile, at_home]


def test_records_merged_into_one_take_nobody_elses_place_in_the_list() -> None:
    stays = make.resident(family_kana="アオ")
    for kana in ("アア", "アイ"):
        Resident.objects.filter(pk=make.resident(family_kana=kana).pk).update(merged_into=stays)
    other = make.resident(family_kana="アウ")

    assert find("ア", limit=2) == [stays, other]


def test_a_record_that_was_merged_is_not_found() -> None:
    stays, merged = make.resident(), make.resident(phone="0745-00-1834")
    merged.merged_into = stays
    merged.save()

    assert find("1834") == []
    assert find("タカハシ") == [stays]


@pytest.mark.parametrize("typed", ["タカハシ", "しげる", "高橋", "1834", "1834 タカハシ"])
def test_a_search_asks_the_same_few_questions_however_many_it_finds(typed: str) -> None:
    make.resident(phone="0745-00-1834")
    with CaptureQueriesContext(connection) as few:
        find(typed)
    for _each in range(20):
        make.resident(phone="0745-00-1834")
    with CaptureQueriesContext(connection) as many:
        found = find(typed)

    assert len(found) == 8
    assert len(many) <= len(few) <= 2


@pytest.mark.sqlite  # PostgreSQL reads a small table from end to end on purpose
@pytest.mark.parametrize("typed", ["タカハシ", "高橋", "茂", "1834", "0745-00-18"])
def test_a_search_walks_along_an_index(typed: str) -> None:
    make.resident()
    with CaptureQueriesContext(connection) as asked:
        find(typed)
    for query in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = " ".join(str(step[3]) for step in cursor.fetchall())
        assert "SCAN residents" not in plan, plan
