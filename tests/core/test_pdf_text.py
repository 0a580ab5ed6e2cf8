import pytest

from core.pdf.blocks import DefinitionList, Heading, Paragraph, SmallPrint, ok_box
from core.pdf.page import A4
from core.pdf.text import Setting, key, ruby, set_text
from tests.make import paper

HOSTILE = [
    """<font color="[[[getattr(pow,Word('__globals__'))['os'].system('touch /tmp/x')]]]">x</font>""",
    '<img src="file:///etc/passwd"/>',
    '<para><a href="javascript:alert(1)">x</a></para>',
    "&amp; &lt;b&gt; &#12354;",
    "(a) Tj ET \\) \\\\ <3041> >> endstream endobj",
    "%(name)s {0} {{ x }} {% now %}",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_people_type_is_printed_as_they_typed_it(typed):
    pdf = paper.document(Paragraph(typed), ok_box(typed), DefinitionList([(typed, typed, typed)])).to_bytes()

    assert paper.words(pdf).count("".join(typed.split())) >= 2


def test_an_answer_of_a_few_lines_is_not_divided_between_two_sheets():
    rows = [(f"問{number}", f"{number}の初めの行\n{number}の次の行\n{number}の終わりの行") for number in range(20)]

    sheets = paper.read(paper.document(DefinitionList(rows, size=16)).to_bytes()).pages

    assert len(sheets) > 1
    for sheet in sheets:
        words = sheet.extract_text()
        assert words.count("の初めの行") == words.count("の終わりの行")


def test_hostile_titles_stay_titles():
    made = paper.document(Heading("<b>(x)\\) 見出し</b>"), title="(表題) \\ <x>", author=") /Lang (en")

    read = paper.read(made.to_bytes())
    assert read.metadata.title == "(表題) \\ <x>"
    assert read.metadata.author == ") /Lang (en"
    assert read.outline[0].title == "<b>(x)\\) 見出し</b>"


def test_a_word_longer_than_the_paper_is_cut_and_not_lost():
    long = "A" * 500 + "https://city.example/" + "very-long-path/" * 40
    pdf = paper.document(Paragraph(long), SmallPrint([long])).to_bytes()

    assert paper.words(pdf).replace("Page1/2", "").count("A") == 1000
    face = Setting().faces["regular"]
    assert all(one.x + face.width(one.text, one.size) < A4[0] - 40 for one in paper.seen(pdf))


def test_no_line_is_longer_than_the_paper():
    setting = Setting()
    text = set_text(
        "住民票をコンビニで取るときは、「マイナンバーカード」を台の上に置いて、お待ちください。" * 3, setting, 200, 16
    )

    assert len(text.lines) > 5
    assert all(line.width <= 200 + 0.62 * 16 + 0.01 for line in text.lines)


def test_the_reading_stands_above_the_middle_of_its_kanji():
    pdf = paper.document(Paragraph(["これは", ruby("志", "し"), "です。"], size=20)).to_bytes()

    seen = {one.text: one for one in paper.seen(pdf)}
    base, reading = seen["志"], seen["し"]
    assert reading.y - base.y == pytest.approx(18, abs=3)
    assert base.x == pytest.approx(seen["これは"].x + Setting().faces["regular"].width("これは", 20), abs=0.1)
    assert reading.x + 5 == pytest.approx(base.x + 10, abs=1)


def test_a_line_with_readings_is_higher():
    setting = Setting()

    without = set_text("暗証番号です", setting, 400, 16)
    with_reading = set_text([ruby("暗証番号", "あんしょうばんごう"), "です"], setting, 400, 16)
    assert with_reading.height > without.height


def test_a_long_reading_does_not_lie_on_its_neighbour_kanji():
    setting = Setting()
    text = set_text(["古", ruby("志", "こころざし"), "村"], setting, 400, 20)

    before, middle, after = text.lines[0].fragments
    assert middle.width >= setting.faces["regular"].width("こころざし", 10) - 0.01
    assert after.x >= middle.x + middle.width - 0.01
    assert before.width == pytest.approx(20)


def test_a_reading_wider_than_the_column_is_written_in_brackets():
    setting = Setting()
    text = set_text([ruby("志", "こころざしこころざし")], setting, 60, 20)

    assert "".join(f.text for line in text.lines for f in line.fragments) == "志（こころざしこころざし）"


def test_a_button_of_the_screen_stays_in_one_piece():
    setting = Setting()
    text = set_text(["ここで", key("利用者証明"), "を押します。"], setting, 130, 16)

    assert [fragment.text for line in text.lines for fragment in line.fragments if fragment.style.button] == [
        "利用者証明"
    ]


def test_a_text_is_split_between_lines_and_no_line_is_left_alone():
    text = set_text("あいうえお\n" * 6 + "かき", Setting(), 300, 16)

    head, tail = text.split(24 * 6.5)
    assert (len(head.lines), len(tail.lines)) == (5, 2)
    assert text.split(24 * 7.5) is None
    assert text.split(20) is None
