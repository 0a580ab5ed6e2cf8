from datetime import UTC, date, datetime, time

import pytest
from django import forms
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from core.fields import (
    BirthYearField,
    FreeTextDateField,
    KanaField,
    NameField,
    OneLineField,
    PhoneField,
    ReasonField,
    RecordsField,
    TimeField,
    WarekiDateField,
)
from core.models import AuditEntry
from core.phone import PhoneNumber


@pytest.fixture(autouse=True)
def _in_japanese():
    with translation.override("ja"):
        yield


class Person(forms.Form):
    name = NameField()
    kana = KanaField()
    phone = PhoneField(required=False)
    born = BirthYearField(required=False)


class Lesson(forms.Form):
    day = WarekiDateField()
    starts = TimeField()


def refusal(field, typed):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)
    return refused.value.error_list[0]


def lesson(year="令和8", month="12", day="3", starts="10:00"):
    return Lesson({"day_year": year, "day_month": month, "day_day": day, "starts": starts})


@pytest.mark.parametrize(
    "typed", ["090-0123-4567", "０９０ー０１２３ー４５６７", "(090)0123-4567", "+81 90 0123 4567\n"]
)
def test_a_telephone_number_becomes_a_value(typed):
    assert PhoneField().clean(typed) == PhoneNumber.parse("090-0123-4567")


@pytest.mark.parametrize("typed", ["", "  ", "　", None, "\n"])
def test_a_telephone_number_may_be_left_empty_where_the_form_allows_it(typed):
    assert PhoneField(required=False).clean(typed) is None
    assert refusal(PhoneField(), typed).code == "required"


def test_a_refused_number_is_explained_and_named():
    error = refusal(PhoneField(), "9012345678")

    assert error.code == "MissingFirstZero"
    assert "09012345678" in error.message


def test_a_letter_pasted_into_a_small_box_is_not_repeated_in_its_error():
    error = refusal(PhoneField(), "鬱" * 5000)

    assert error.code == "too_long"
    assert "鬱" not in "".join(error.messages)


def test_a_number_is_shown_as_people_write_it_and_again_as_it_was_typed():
    shown = Person(initial={"phone": "+819001234567"})["phone"].value()
    valued = Person(initial={"phone": PhoneNumber.parse("0745-00-1234")})["phone"].value()
    typed = Person({"phone": "９０-12"})["phone"].value()

    assert (shown, valued, typed) == ("090-0123-4567", "0745-00-1234", "９０-12")
    assert 'type="tel"' in str(Person()["phone"])


@pytest.mark.parametrize(
    ("typed", "changed"),
    [("090-0123-4567", False), ("０９００１２３４５６７", False), ("090-0123-4568", True), ("", True)],
)
def test_another_way_of_writing_a_number_is_no_change(typed, changed):
    for initial in (PhoneNumber.parse("090-0123-4567"), "+819001234567"):
        assert ("phone" in Person({"phone": typed}, initial={"phone": initial}).changed_data) is changed


@pytest.mark.parametrize("typed", ["たかはし　しげる", "ﾀｶﾊｼ ｼｹﾞﾙ", "タカハシ\nシゲル", "タカハシ シゲル"])
def test_a_reading_becomes_full_width_katakana(typed):
    assert KanaField().clean(typed) == "タカハシ シゲル"


@pytest.mark.parametrize(
    ("typed", "code", "named"),
    [
        ("高橋", "not_kana", "高"),
        ("タ力ハシ", "not_kana", "力"),
        ("Taka", "not_kana", "T"),
        ("ー", "no_kana", ""),
        ("😀", "not_kana", "😀"),
    ],
)
def test_a_reading_with_kanji_is_refused_and_the_kanji_named(typed, code, named):
    error = refusal(KanaField(), typed)

    assert error.code == code
    assert named in "".join(error.messages)


def test_a_reading_that_is_too_long_in_full_width_is_refused():
    assert KanaField(max_length=3).clean("ｶﾞｷﾞｸﾞ") == "ガギグ"
    assert refusal(KanaField(max_length=3), "かきくけ").code == "max_length"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  髙橋　茂 ", "髙橋 茂"),
        ("髙橋\r\n茂", "髙橋 茂"),
        ("𠮷田 﨑", "𠮷田 﨑"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("\ufa19谷", "\ufa19谷"),
        ("O’Neil José", "O’Neil José"),
        ("㈱山田", "㈱山田"),
        ("佐々木〆", "佐々木〆"),
    ],
)
def test_a_name_is_kept_as_its_owner_writes_it(typed, name):
    assert NameField().clean(typed) == name


@pytest.mark.parametrize(
    ("typed", "code", "named"),
    [
        ("山田😀", "sign", "😀"),
        ("山田❤️", "sign", "❤"),
        ("山田\ue000", "private", "3"),
        ("", "required", ""),
        ("\u200b", "required", ""),
    ],
)
def test_a_name_that_no_paper_can_show_is_refused(typed, code, named):
    error = refusal(NameField(), typed)

    assert error.code == code
    assert named in "".join(error.messages)


def test_a_name_has_a_length():
    assert NameField(max_length=3).clean("𠮷田 ") == "𠮷田"
    assert refusal(NameField(max_length=3), "あいうえ").code == "max_length"


def test_one_line_stays_one_line():
    assert OneLineField().clean("午前\r\n午後\t夜\x00😀") == "午前 午後 夜😀"
    assert OneLineField(required=False).clean(" \n ") == ""
    assert OneLineField(required=False, empty_value=None).clean("") is None


@pytest.mark.parametrize(
    ("typed", "moment"), [("10:00", time(10)), ("午前１０時半", time(10, 30)), ("1330", time(13, 30))]
)
def test_a_time_is_taken_in_every_usual_form(typed, moment):
    assert TimeField().clean(typed) == moment


@pytest.mark.parametrize(
    ("typed", "code"),
    [("25:00", "NoSuchTime"), ("1:30", "AmbiguousHour"), ("ひる", "UnreadableTime"), ("", "required")],
)
def test_an_unclear_time_is_refused(typed, code):
    assert refusal(TimeField(), typed).code == code


def test_a_time_is_shown_so_that_it_can_be_sent_again():
    field = TimeField()

    assert field.prepare_value(time(1, 5)) == "01:05"
    assert field.clean(field.prepare_value(time(1, 5))) == time(1, 5)
    assert field.prepare_value(datetime(2026, 4, 1, 1, tzinfo=UTC)) == "10:00"
    assert field.prepare_value("１０時") == "１０時"


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        ("令和8", "12", "3"),
        ("令和８年", "１２月", "３日"),
        ("R8", "12", "03"),
        ("2026", "12", "3"),
        ("㋿8", "12", "3"),
        ("令和8年12月3日", "", ""),
        ("2026/12/3", "", ""),
    ],
)
def test_three_boxes_become_a_day(year, month, day):
    form = lesson(year, month, day)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("year", "month", "day", "codes"),
    [
        ("", "", "", ["required"]),
        (" ", "　", "", ["required"]),
        ("R8", "", "3", ["no_month"]),
        ("R8", "12", "", ["no_day"]),
        ("R8", "", "", ["no_month", "no_day"]),
        ("", "12", "3", ["no_year"]),
        ("8", "12", "3", ["AmbiguousYear"]),
        ("R8", "13", "3", ["NoSuchMonth"]),
        ("R8", "11", "31", ["NoSuchDay"]),
        ("平成31", "5", "1", ["EraIsOver"]),
        ("らいねん", "5", "1", ["UnreadableDate"]),
        ("令和8年11月31日", "", "", ["NoSuchDay"]),
        ("R8", "1/2", "3", ["UnreadableDate"]),
        ("あ" * 200, "1", "1", ["too_long"]),
    ],
)
def test_boxes_that_make_no_day_are_refused_for_their_own_reason(year, month, day, codes):
    form = lesson(year, month, day)

    assert [error.code for error in form.errors["day"].as_data()] == codes


def test_what_was_typed_into_the_boxes_stands_there_again():
    page = str(lesson("平成31", "５", "<1>")["day"])

    assert 'value="平成31"' in page
    assert 'value="５"' in page
    assert 'value="&lt;1&gt;"' in page


def test_the_boxes_are_labelled_and_bring_up_the_right_keys():
    page = str(Lesson()["day"])

    assert page.count('inputmode="numeric"') == 2
    assert page.count("<label") == 3
    assert 'name="day_year"' in page
    assert 'id="id_day_0"' in page


def test_a_day_is_shown_in_its_era():
    page = str(Lesson(initial={"day": date(2026, 12, 3)})["day"])

    assert [f'value="{box}"' in page for box in ("令和8", "12", "3")] == [True, True, True]


def test_an_english_page_shows_the_western_year():
    with translation.override("en"):
        page = str(Lesson(initial={"day": date(2026, 12, 3)})["day"])

    assert 'value="2026"' in page


def test_the_same_day_typed_in_another_era_is_no_change():
    data = MultiValueDict({"day_year": ["2026"], "day_month": ["12"], "day_day": ["3"], "starts": ["10時"]})
    form = Lesson(data, initial={"day": date(2026, 12, 3), "starts": time(10)})

    assert form.changed_data == []


def test_a_boxed_day_may_be_left_empty_where_the_form_allows_it():
    assert WarekiDateField(required=False).clean(["", "", ""]) is None
    assert WarekiDateField(required=False).clean(None) is None


@pytest.mark.parametrize("typed", ["R8.12.3", "令和8年12月3日（木）", "2026/12/3", "20261203"])
def test_one_box_takes_a_day_in_every_usual_form(typed):
    assert FreeTextDateField().clean(typed) == date(2026, 12, 3)


def test_a_day_without_its_year_is_taken_only_where_the_coming_one_is_meant():
    assert refusal(FreeTextDateField(), "12/3").code == "YearMissing"
    assert FreeTextDateField(coming=True).clean("12/3").strftime("%m%d") == "1203"


def test_a_shown_day_can_be_sent_again_and_changed_without_its_weekday():
    field = FreeTextDateField()

    assert field.prepare_value(date(2019, 5, 1)) == "令和元年5月1日"
    assert field.clean(field.prepare_value(date(2019, 5, 1))) == date(2019, 5, 1)
    with translation.override("en"):
        assert field.prepare_value(date(2019, 5, 1)) == "2019-05-01"


BORN_IN = {
    1937: [
        *("1937", "１９３７", "1937年", "西暦1937年", "1937年生", "1937年生まれ", "1937/3/4", "1937-03-04", "1937.3.4"),
        *("19370304", "1937年3月4日", "1937年3月4日生", "S12", "s12", "Ｓ１２", "S.12", "S 12", "S12年", "S12生"),
        *("S12.3.4", "S.12.3.4", "Ｓ１２．３．４", "s12/3/4", "S12-3-4", "S12・3・4", "S12、3、4", "S12年3月4日"),
        *("S120304", "昭12", "昭和12", "昭和１２", "昭和十二年", "㍼12年", "昭和12年", "昭和 12年", "昭和12年生まれ"),
        *("昭12.3.4", "昭和12.3.4生", "昭和12年3月4日", "昭和１２年３月４日生まれ", "昭和十二年三月四日", " S12 "),
        "昭和12年3月4日（木）",
    ],
    1916: ["T5", "Ｔ５", "大5", "大正5年", "大正五年", "T5.1.2", "大正5年1月2日"],
    1912: ["M45", "明45", "明治45年", "M45.7.29", "T1", "大正元年"],
    1926: ["大正15年", "T15.12.24", "昭和元年", "S1"],
    1989: ["S64.1.7", "昭和64年", "H1.1.8", "平成元年", "平1"],
    2019: ["H31.4.30", "R1.5.1", "令和元年", "令1"],
}


@pytest.mark.parametrize(
    ("typed", "year"), [("", None), *((typed, year) for year, forms in BORN_IN.items() for typed in forms)]
)
def test_a_year_of_birth_is_taken_in_every_usual_form(typed, year):
    assert BirthYearField(required=False).clean(typed) == year


@pytest.mark.parametrize(
    ("typed", "code"), [("12", "AmbiguousYear"), ("M30", "unlikely"), ("2190", "unlikely"), ("昭和65", "EraIsOver")]
)
def test_an_unlikely_year_of_birth_is_refused(typed, code):
    assert refusal(BirthYearField(), typed).code == code


def test_everything_typed_is_still_there_after_a_refusal():
    typed = {"name": "山田😀", "kana": "山田", "phone": "妻 090", "born": "12"}
    form = Person(typed)

    assert not form.is_valid()
    assert set(form.errors) == {"name", "kana", "phone", "born"}
    assert {name: form[name].value() for name in typed} == typed


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["4", "x", str(2**63), "9" * 40])
def test_a_number_that_no_record_has_is_an_unknown_choice(number):
    with pytest.raises(forms.ValidationError) as refused:
        RecordsField(AuditEntry.objects.all()).clean([number])

    assert refused.value.code in {"invalid_choice", "invalid_pk_value"}


@pytest.mark.parametrize("typed", ["", "　", "。", "…！？", "----", "ーーー", "々"])
def test_a_reason_of_signs_alone_is_none(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="理由を"):
        ReasonField(error_messages={"required": "理由を書いてください。"}).clean(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ｱﾒのため", "アメのため"),
        ("ﾀﾞﾑの放流｡", "ダムの放流。"),
        ("ﾊﾟｿｺﾝ ２台", "パソコン ２台"),
        ("㈱かつらぎ ｶﾞ", "㈱かつらぎ ガ"),
    ],
)
def test_half_width_kana_of_a_reason_become_the_kana_that_people_read(typed: str, kept: str) -> None:
    assert ReasonField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["付添い", "2人目", "介助のため。"])
def test_a_reason_with_a_word_stays_as_typed(typed: str) -> None:
    assert ReasonField().clean(typed) == typed
