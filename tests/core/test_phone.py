import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.phone import (
    DialledFromAbroad,
    ForeignNumber,
    MemoBesideNumber,
    MissingAreaCode,
    MissingFirstZero,
    NoNumber,
    PhoneKind,
    PhoneNumber,
    PhoneNumberError,
    PremiumRateNumber,
    ServiceNumber,
    TwoNumbers,
    UnassignedNumber,
    WrongLength,
)

MOBILE = "+819012345678"
LANDLINE = "+81745482811"


@pytest.mark.parametrize(
    "typed",
    [
        "090-1234-5678",
        "09012345678",
        "０９０ー１２３４ー５６７８",
        "090－1234－5678",
        "090‐1234‐5678",
        "090−1234−5678",
        "090—1234—5678",
        "090ｰ1234ｰ5678",
        "090・1234・5678",
        "090.1234.5678",
        "090 1234 5678",
        "090\u30001234\u30005678",
        "090\u00a01234\u00a05678",
        " 090-1234-5678\n",
        "\u200b090-1234-5678",
        "0 9 0 1 2 3 4 5 6 7 8",
        "090の1234の5678",
        "(090)1234-5678",
        "（０９０）１２３４−５６７８",
        "TEL 090-1234-5678",
        "Tel.090-1234-5678",
        "ＴＥＬ：090-1234-5678",
        "℡090-1234-5678",
        "☎ 090-1234-5678",
        "📞090-1234-5678",
        "tel:+81-90-1234-5678",
        "電話番号 090-1234-5678",
        "携帯:090-1234-5678",
        "+81 90-1234-5678",
        "＋81 90-1234-5678",
        "+81 (0)90-1234-5678",
        "(+81)90-1234-5678",
        "010-81-90-1234-5678",
        "186-090-1234-5678",
        "184 09012345678",
    ],
)
def test_a_number_is_understood_in_every_usual_form(typed):
    assert PhoneNumber.parse(typed).e164 == MOBILE


@pytest.mark.parametrize(
    "typed", ["0745-48-2811", "(0745)48-2811", "0745（48）2811", "[0745]48-2811", "0745の48の2811"]
)
def test_brackets_around_the_area_code_or_exchange_do_not_matter(typed):
    assert PhoneNumber.parse(typed).e164 == LANDLINE


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", NoNumber),
        ("　", NoNumber),
        ("9012345678", MissingFirstZero),
        ("745482811", MissingFirstZero),
        ("9001234567", MissingFirstZero),
        ("1012345678", PhoneNumberError),
        ("48-2811", MissingAreaCode),
        ("6234-5678", MissingAreaCode),
        ("110", ServiceNumber),
        ("１１９", ServiceNumber),
        ("118", ServiceNumber),
        ("188", ServiceNumber),
        ("171", ServiceNumber),
        ("0081-90-1234-5678", DialledFromAbroad),
        ("0033-010-1-808-555-1234", DialledFromAbroad),
        ("+1 808 555 1234", ForeignNumber),
        ("010-1-808-555-1234", ForeignNumber),
        ("0990-123-456", PremiumRateNumber),
        ("090-1234-567", WrongLength),
        ("090-1234-56789", WrongLength),
        ("0745-48-281", WrongLength),
        ("0745-48-28111", WrongLength),
        ("+81", WrongLength),
        ("+81 90 1234 567", WrongLength),
        ("186-090-1234-567", WrongLength),
        ("03-0000-1234", UnassignedNumber),
        ("071-123-4567", UnassignedNumber),
        ("070-0123-4567", UnassignedNumber),
        ("090-1234-5678 0745-48-2811", TwoNumbers),
        ("090-1234-5678(妻)", MemoBesideNumber),
        ("0745-48-2811 内線201", MemoBesideNumber),
        ("0745-48-2811x201", MemoBesideNumber),
        ("#9110", MemoBesideNumber),
        ("O90-1234-5678", MemoBesideNumber),
        ("電話なし", MemoBesideNumber),
        ("たかはし", MemoBesideNumber),
        ("12345678901234567890123", PhoneNumberError),
    ],
)
def test_what_is_no_number_is_refused_for_its_own_reason(typed, refusal):
    with pytest.raises(PhoneNumberError) as refused:
        PhoneNumber.parse(typed)

    assert type(refused.value) is refusal
    assert "%" not in str(refused.value)


def test_a_missing_zero_is_named_with_the_number_it_may_be():
    with pytest.raises(MissingFirstZero) as refused:
        PhoneNumber.parse("90-1234-5678")

    assert "09012345678" in str(refused.value)


def test_a_mobile_number_without_its_zero_is_not_taken_for_another_number():
    with pytest.raises(PhoneNumberError):
        PhoneNumber.parse("6012345678")


@pytest.mark.parametrize(
    ("typed", "kind", "texts"),
    [
        ("090-1234-5678", PhoneKind.MOBILE, True),
        ("080-1234-5678", PhoneKind.MOBILE, True),
        ("070-1234-5678", PhoneKind.MOBILE, True),
        ("060-1234-5678", PhoneKind.MOBILE, True),
        ("0745-48-2811", PhoneKind.LANDLINE, False),
        ("03-1234-5678", PhoneKind.LANDLINE, False),
        ("050-1234-5678", PhoneKind.IP, False),
        ("0120-123-456", PhoneKind.TOLL_FREE, False),
        ("0800-123-4567", PhoneKind.TOLL_FREE, False),
        ("0570-012-345", PhoneKind.OTHER, False),
        ("020-1234-5678", PhoneKind.OTHER, False),
        ("090-0123-4567", PhoneKind.MOBILE, True),
        ("0745-00-1234", PhoneKind.LANDLINE, False),
        ("050-0123-4567", PhoneKind.IP, False),
    ],
)
def test_only_mobile_numbers_receive_texts(typed, kind, texts):
    number = PhoneNumber.parse(typed)

    assert number.kind is kind
    assert number.can_receive_sms is texts


@pytest.mark.parametrize(
    "written",
    ["0745-48-2811", "090-1234-5678", "03-1234-5678", "0120-123-456", "0800-123-4567", "090-0123-4567", "0745-00-1234"],
)
def test_a_number_is_written_in_the_groups_people_know(written):
    number = PhoneNumber.parse(written.replace("-", ""))

    assert number.national == str(number) == written


def test_a_number_is_read_aloud_digit_by_digit_with_pauses():
    with translation.override("en"):
        assert PhoneNumber.parse("0745-48-2811").spoken == "0 7 4 5, 4 8, 2 8 1 1"


def test_equal_numbers_are_one_value():
    assert len({PhoneNumber.parse("090-1234-5678"), PhoneNumber.from_e164(MOBILE)}) == 1


def test_a_number_is_not_readable_in_a_traceback():
    assert "5678" not in repr(PhoneNumber.from_e164(MOBILE))


@pytest.mark.parametrize(
    "stored", ["", "09012345678", "+1808555123", "+8109012345678", "+81 9012345678", "+8190123456789", "+81901234567\n"]
)
def test_a_row_that_holds_no_number_of_japan_is_an_error(stored):
    with pytest.raises(ValueError, match=r"E\.164"):
        PhoneNumber.from_e164(stored)


@pytest.mark.parametrize("kind", [PhoneKind.MOBILE, PhoneKind.LANDLINE, PhoneKind.IP])
def test_practice_numbers_have_their_kind_and_are_typed_like_any_other(kind):
    for n in range(500):
        number = PhoneNumber.practice(n, kind)

        assert number.is_practice
        assert number.kind is kind
        assert PhoneNumber.parse(number.national) == number
        assert PhoneNumber.from_e164(number.e164) == number


@pytest.mark.parametrize(("kind", "band"), [(PhoneKind.MOBILE, "090-0"), (PhoneKind.LANDLINE, "0745-00-")])
def test_practice_numbers_lie_in_a_band_nobody_owns(kind, band):
    assert all(PhoneNumber.practice(n, kind).national.startswith(band) for n in (0, 1, 77, 9_999))


def test_every_practice_person_has_a_number_of_their_own():
    landlines = {PhoneNumber.practice(n, PhoneKind.LANDLINE) for n in range(10_000)}
    mobiles = {PhoneNumber.practice(n) for n in (*range(20_000), *range(250_000, 10_000_000, 250_000))}

    assert len(landlines) == 10_000
    assert len(mobiles) == 20_039


@pytest.mark.parametrize(
    ("n", "kind"), [(-1, PhoneKind.MOBILE), (10_000, PhoneKind.LANDLINE), (10_000_000, PhoneKind.MOBILE)]
)
def test_the_practice_band_does_not_overflow_into_real_numbers(n, kind):
    with pytest.raises(ValueError, match="practice band"):
        PhoneNumber.practice(n, kind)


@pytest.mark.parametrize("typed", ["090-1234-5678", "0745-48-2811", "0745-20-0012", "050-1234-5678", "090-9000-0000"])
def test_a_real_number_is_not_taken_for_practice(typed):
    assert not PhoneNumber.parse(typed).is_practice


@pytest.mark.parametrize(
    ("text", "number", "memo"),
    [
        ("090-1234-5678(妻)", "090-1234-5678", "妻"),
        ("090-1234-5678（妻の携帯）", "090-1234-5678", "妻の携帯"),
        ("0745-48-2811 内線201", "0745-48-2811", "内線201"),
        ("0745-48-2811内線201", "0745-48-2811", "内線201"),
        ("妻 090-1234-5678", "090-1234-5678", "妻"),
        ("妻：090-1234-5678", "090-1234-5678", "妻"),
        ("TEL 0745-48-2811（夜間のみ）", "0745-48-2811", "夜間のみ"),
        ("長男(090-1234-5678)大阪", "090-1234-5678", "長男 大阪"),
        ("090-1234-5678", "090-1234-5678", ""),
        ("携帯 090-1234-5678", "090-1234-5678", ""),
        ("長男2人目 090-1234-5678", "090-1234-5678", "長男2人目"),
        ("090-1234-5678\u200b(\x00妻)", "090-1234-5678", "妻"),
        ("電話なし", "", "電話なし"),
        ("", "", ""),
    ],
)
def test_words_beside_a_number_become_its_memo(text, number, memo):
    assert PhoneNumber.split_memo(text) == (number, memo)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("2811", "2811"),
        ("２８１１", "2811"),
        ("0745-48", "074548"),
        ("(0745)48-2811", "0745482811"),
        ("+81 90 1234 5678", "09012345678"),
        ("+81 (0)90", "090"),
        ("186-090-1234", "0901234"),
        ("1861", "1861"),
        ("0120-123-456", "0120123456"),
        ("たかはし", ""),
        ("", ""),
    ],
)
def test_a_search_needs_only_the_digits_that_were_typed(typed, digits):
    assert PhoneNumber.digits_of(typed) == digits


@given(st.integers(0, 9_999_999), st.sampled_from("-ー‐−－ 　・."), st.booleans())
def test_separators_and_width_never_change_a_number(n, separator, full_width):
    number = PhoneNumber.practice(n)
    typed = number.national.replace("-", separator)
    if full_width:
        typed = typed.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})

    assert PhoneNumber.parse(typed) == number


@given(st.text())
def test_whatever_is_typed_is_a_number_or_a_sentence(text):
    try:
        number = PhoneNumber.parse(text)
    except PhoneNumberError as refusal:
        sentence = str(refusal)
    else:
        sentence = PhoneNumber.from_e164(number.e164).national

    assert sentence


@given(st.text(alphabet="0123456789+-() 内線妻ー", max_size=20))
def test_near_numbers_are_a_number_or_a_sentence(text):
    try:
        number = PhoneNumber.parse(text)
    except PhoneNumberError:
        return

    assert PhoneNumber.parse(number.national) == number
