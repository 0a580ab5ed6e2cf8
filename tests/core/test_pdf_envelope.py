import pytest
from django.core.exceptions import ImproperlyConfigured

from core.pdf.blocks import Paragraph
from core.pdf.envelope import ENVELOPE, FOLDED, LetterHead, Window
from core.pdf.pen import MM
from tests.make import paper

A4_HEIGHT = 297 * MM
SENDER = ["令和8年11月25日（水）", "葛城市 情報推進課"]


def letter(*address, name="髙橋 茂 様"):
    head = LetterHead(address, name, SENDER)
    return paper.document(head, Paragraph("教室のお知らせです。")).to_bytes()


def in_millimetres(seen):
    return seen.x / MM, (A4_HEIGHT - seen.y) / MM


def test_address_and_name_are_seen_however_the_letter_lies_in_its_envelope():
    left, top, width, height = (edge / MM for edge in Window.of_the_office().always_seen)

    seen = paper.seen(letter("〒639-2195", "奈良県葛城市忍海123番地4", "ふるさと団地2棟105号"))

    written = [in_millimetres(each) for each in seen if each.text[:2] in {"〒6", "奈良", "ふる", "髙橋"}]
    assert len(written) == 4
    assert all(left <= x <= left + width and top <= y <= top + height for x, y in written)


def test_nothing_else_is_ever_seen_through_the_window():
    right, bottom = (edge / MM for edge in Window.of_the_office().ever_seen)

    others = [
        seen for seen in paper.seen(letter("〒639-2195", "葛城市")) if seen.text[:2] in {"令和", "葛城市 情", "教室"}
    ]

    assert others
    assert all(x > right or y > bottom for x, y in map(in_millimetres, others))


def test_a_long_address_becomes_smaller_and_is_never_cut():
    seen = paper.words(letter("〒639-2195", "長" * 120, name="名" * 80 + " 様"))

    assert seen.count("長") == 120
    assert seen.count("名") == 80


def test_the_sheet_moves_by_as_much_as_the_envelope_is_larger(settings):
    settings.ENVELOPE_WINDOW = ["22", "12", "90", "45"]

    seen = [round(edge / MM, 1) for edge in Window.of_the_office().always_seen]

    assert seen == [22, 12, 90 - 25, 45 - 21]
    assert ENVELOPE[0] > FOLDED[0]


@pytest.mark.parametrize("typed", [["22", "12", "90"], ["22", "12", "90", "hoch"], []])
def test_a_setting_that_is_no_window_is_refused(typed, settings):
    settings.ENVELOPE_WINDOW = typed

    with pytest.raises(ImproperlyConfigured):
        Window.of_the_office()
