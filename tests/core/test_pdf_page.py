import datetime as dt
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import translation

from core.pdf.blocks import (
    Box,
    Bullets,
    Code,
    Fill,
    Heading,
    KeepTogether,
    NumberedAction,
    PageBreak,
    Paragraph,
    SmallPrint,
)
from core.pdf.page import A4, A5, POSTCARD, Document, Footer, Header, bind, landscape
from core.pdf.steps import StepRow
from tests.make import paper

FOOTER = Footer(phone="0745-00-0000", office="情報推進課")


def filler(lines):
    return Paragraph("\n".join(f"{number}行目です。" for number in range(lines)))


def test_a_slip_is_one_sheet_in_the_order_in_which_it_is_read():
    slip = paper.slip()
    pdf = slip.to_bytes()

    assert slip.page_count == 1
    text = paper.words(pdf)
    order = [
        "受付票",
        "写真をとって送る",
        "12月9日（火曜日）",
        "午後1時30分",
        "忍海集会所",
        "髙橋茂様",
        "1-0427",
        "ご連絡",
    ]
    order += ["来られなくなったとき", "0745-00-0000", "お聞きしたことは", "開かないでください。"]
    assert [text.find(part) for part in order] == sorted(text.find(part) for part in order)
    assert -1 not in [text.find(part) for part in order]


def test_the_day_is_the_largest_thing_on_a_slip():
    seen = paper.seen(paper.slip().to_bytes())

    assert max(seen, key=lambda one: one.size).text.startswith("12月9日")


def test_a_guide_page_holds_two_steps():
    guide = paper.guide()
    text = paper.words(guide.to_bytes())

    assert guide.page_count == 1
    for part in ["カードを置", "4けたの暗証番号", "確認", "証明書の名前がならんだ", "0745-00-0000", "第4版"]:
        assert part in text


def test_large_print_is_large():
    guide = paper.guide(text_size=22)
    sizes = {one.size for one in paper.seen(guide.to_bytes()) if "終わるまで" in one.text or "の画面" in one.text}

    assert guide.page_count >= 2
    assert len(sizes) == 2
    assert all(size >= 22 for size in sizes)


def test_every_page_says_which_of_how_many_it_is_and_whom_to_ring():
    pdf = paper.document(filler(90), footer=FOOTER).to_bytes()

    pages = paper.read(pdf).pages
    with translation.override("ja"):
        assert len(pages) == 4
    for number, page in enumerate(pages, 1):
        text = "".join(page.extract_text().split())
        assert re.search(rf"{number}/4", text)
        assert "0745-00-0000" in text


def test_a_slip_that_runs_on_says_so():
    pdf = paper.document(filler(40), footer=[SmallPrint(["利用目的"])], size=A5).to_bytes()

    assert "1/2" in "".join(paper.read(pdf).pages[0].extract_text().split())


def test_a_reader_is_told_language_and_title():
    read = paper.read(paper.slip().to_bytes())

    assert read.trailer["/Root"]["/Lang"] == "ja"
    assert read.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 - a PDF boolean
    assert read.metadata.title == "受付票 写真をとって送る"
    assert read.metadata.author == "葛城市"
    assert read.metadata.creation_date == paper.MOMENT


def test_the_bookmarks_are_the_headings_and_steps():
    made = paper.document(
        Heading("手順書"),
        StepRow(1, "開く", None, [Paragraph("押します。")]),
        PageBreak(),
        StepRow(2, "閉じる"),
        Heading("困ったら"),
    )

    read = paper.read(made.to_bytes())
    first, below, last = read.outline
    assert (first.title, last.title) == ("手順書", "困ったら")
    assert [entry.title for entry in below] == ["1 開く", "2 閉じる"]
    assert [read.get_destination_page_number(entry) for entry in below] == [0, 1]


def test_the_same_paper_of_the_same_moment_is_the_same_to_the_byte():
    assert paper.guide().to_bytes() == paper.guide().to_bytes()
    assert paper.guide().to_bytes() != paper.guide(made_at=paper.MOMENT + dt.timedelta(days=1)).to_bytes()


def test_nothing_is_lost_when_a_box_is_longer_than_a_page():
    lines = [f"項目{number}番" for number in range(120)]
    pdf = paper.document(
        Box("\n".join(lines), title="長い箱"), Bullets(lines), NumberedAction(1, "\n".join(lines)), footer=FOOTER
    ).to_bytes()

    text = paper.words(pdf)
    assert all(text.count(line) == 3 for line in lines)
    for page in range(len(paper.read(pdf).pages)):
        assert all(30 < one.y < A4[1] - 30 for one in paper.seen(pdf, page))


def test_a_heading_is_not_left_alone_at_the_foot_of_a_page():
    for lines in range(20, 36):
        pdf = paper.document(filler(lines), Heading("あとの章"), filler(8)).to_bytes()
        pages = ["".join(page.extract_text().split()) for page in paper.read(pdf).pages]
        page = next(text for text in pages if "あとの章" in text)
        assert "0行目です。" in page.partition("あとの章")[2]


def test_what_belongs_together_stays_on_one_page():
    pdf = paper.document(filler(22), KeepTogether([Paragraph("あ\n" * 10), Paragraph("おわり")])).to_bytes()

    second = paper.read(pdf).pages[1].extract_text()
    assert second.count("あ") == 10
    assert "おわり" in second


def test_a_page_break_at_the_end_makes_no_empty_page():
    made = paper.document(Paragraph("一"), PageBreak(), Paragraph("二"), PageBreak())
    made.to_bytes()

    assert made.page_count == 2


def test_what_follows_a_fill_stands_at_the_foot():
    pdf = paper.document(Paragraph("上"), Fill(), Paragraph("下", after=0)).to_bytes()

    upper, lower = paper.seen(pdf)
    assert upper.y > 700
    assert lower.y < 60


def test_a_slip_shrinks_before_it_needs_a_second_sheet():
    long = paper.document(filler(26), size=A5, smallest=0.7)
    free = paper.document(filler(26), size=A5)
    long.to_bytes()
    free.to_bytes()

    assert (long.page_count, free.page_count) == (1, 2)


@pytest.mark.parametrize(
    ("size", "points"), [(A4, (595, 842)), (A5, (420, 595)), (POSTCARD, (283, 420)), (landscape(A4), (842, 595))]
)
def test_a_paper_has_the_size_of_the_sheet(size, points):
    box = paper.read(paper.document(Paragraph("紙"), size=size).to_bytes()).pages[0].mediabox

    assert (round(box.width), round(box.height)) == points


def test_a_code_to_type_in_is_never_broken():
    pdf = paper.document(Code("ABCD-EFGH-JKLM-NPQR", caption="合言葉"), size=POSTCARD).to_bytes()

    assert "ABCD-EFGH-JKLM-NPQR" in [one.text for one in paper.seen(pdf)]


def test_a_paper_without_a_word_is_still_a_paper():
    made = paper.document(Paragraph(""), header=Header(), footer=Footer())

    assert len(paper.read(made.to_bytes()).pages) == 1


def test_the_qr_code_is_kept_once_however_many_pages_carry_it():
    footer = Footer(phone="0745-00-0000", qr="https://guide.katsuragi.example/g/12/")
    read = paper.read(paper.document(filler(60), footer=footer).to_bytes())

    forms = {
        page["/Resources"]["/XObject"].raw_get(name) for page in read.pages for name in page["/Resources"]["/XObject"]
    }
    assert len(read.pages) == 3
    assert len(forms) == 1


def test_clerks_printing_at_once_each_get_their_own_paper():
    names = ["髙橋 茂", "山田 花子", "﨑山 一郎"] * 8
    alone = {name: paper.slip(name).to_bytes() for name in dict.fromkeys(names)}
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as often as they can, which brings a race to light

    try:
        with ThreadPoolExecutor(4) as clerks:
            papers = list(clerks.map(lambda name: paper.slip(name).to_bytes(), names))
    finally:
        sys.setswitchinterval(usual)

    assert papers == [alone[name] for name in names]


def test_papers_bound_together_keep_their_own_heads_and_page_numbers():
    papers = [Document(title=name, header=Header(name), footer=FOOTER).add(filler(30)) for name in ("一通目", "二通目")]

    read = paper.read(bind(papers, title="お知らせ"))

    assert [each.page_count for each in papers] == [2, 2]
    assert read.metadata.title == "お知らせ"
    pages = ["".join(page.extract_text().split()) for page in read.pages]
    assert ["一通目" in page for page in pages] == [True, True, False, False]
    assert ["2/2" in page for page in pages] == [False, True, False, True]
