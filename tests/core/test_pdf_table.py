import pytest

from core.pdf.page import A4, Footer, Header
from core.pdf.table import Column, TableBlock
from tests.make import paper

COLUMNS = [
    Column("番", 9, align="right"),
    Column("お名前", share=2),
    Column("連絡先", 34, figures=True),
    Column("出席", 14, align="center"),
    Column("備考", share=2),
]


def roster(rows):
    return paper.document(
        TableBlock(COLUMNS, rows),
        header=Header(left="はじめてのスマホ 第2回", right="葛城市"),
        footer=Footer(phone="0745-00-0000", office="情報推進課"),
    )


def people(count):
    return [[str(number), f"髙橋 茂{number}", f"0745-48-{number:04d}", "□", ""] for number in range(1, count + 1)]


def test_every_person_is_on_the_roster_once_and_in_order():
    pdf = roster(people(100)).to_bytes()

    text = paper.words(pdf)
    places = [text.find(f"0745-48-{number:04d}") for number in range(1, 101)]
    assert places == sorted(places)
    assert min(places) > 0


def test_the_headings_are_on_every_page():
    pages = paper.read(roster(people(100)).to_bytes()).pages

    assert len(pages) > 2
    assert all("お名前" in page.extract_text() for page in pages)


def test_a_long_note_is_broken_and_not_cut_off():
    note = "右耳が聞こえにくいので、左側から、ゆっくり話しかけてください。杖をお使いです。（同意あり）"
    pdf = roster([["1", "髙橋 茂", "0745-48-2811", "□", note]]).to_bytes()

    assert note in paper.words(pdf).replace(" ", "")


def test_numbers_stand_at_the_right():
    seen = {one.text: one for one in paper.seen(roster(people(12)).to_bytes())}

    assert seen["12"].x < seen["2"].x


def test_a_cell_longer_than_a_page_goes_on_on_the_next():
    note = "".join(f"{number}、" for number in range(3000))
    pdf = roster([["1", "髙橋 茂", "0745-48-2811", "□", note], *people(2)]).to_bytes()

    assert "2998、2999、" in paper.words(pdf)
    for page in range(len(paper.read(pdf).pages)):
        assert all(20 < one.y < A4[1] - 20 for one in paper.seen(pdf, page))


def test_a_table_without_rows_shows_its_headings():
    assert "お名前" in paper.words(roster([]).to_bytes())


def test_a_row_of_the_wrong_length_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        roster([["1", "髙橋 茂"]]).to_bytes()


def with_spare_rows(number):
    """How many people, and how many rows for a pen, are on each page of a table of so many people."""
    spare = [["", "空欄", "", "□", ""]] * 4
    pdf = paper.document(TableBlock(COLUMNS, people(number) + spare, row_height=10, spare=4)).to_bytes()
    texts = [page.extract_text() for page in paper.read(pdf).pages]
    return [(text.count("0745-48-"), text.count("空欄")) for text in texts]


def test_rows_for_a_pen_never_begin_a_page_alone():
    (fit, spare), *_rest = with_spare_rows(10)
    assert (fit, spare) == (10, 4)
    found = {number: with_spare_rows(number) for number in range(20, 32)}

    for number, pages in found.items():
        assert sum(people for people, _spare in pages) == number
        assert all(people for people, _spare in pages)
        assert pages[-1][1] > 0
    # Fewer of them where that saves a page, and all of them where it does not.
    assert {pages[-1][1] for pages in found.values() if len(pages) == 1} == {1, 2, 3, 4}
    assert {pages[-1][1] for pages in found.values() if len(pages) == 2} == {4}
