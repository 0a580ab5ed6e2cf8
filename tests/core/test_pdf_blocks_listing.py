from core.pdf.blocks import Fill, Listing, Paragraph
from tests.make import paper

LINES = "for place in places:\n    print(place)\n        deeper\n"


def test_lines_keep_their_breaks_and_indents():
    seen = {each.text: each for each in paper.seen(paper.document(Listing(LINES)).to_bytes())}

    assert list(seen) == ["for place in places:", "print(place)", "deeper"]
    tops = [each.y for each in seen.values()]
    assert tops == sorted(tops, reverse=True)
    assert len(set(tops)) == 3


def test_a_program_is_not_torn_between_two_pages():
    before = Paragraph("\n".join(f"{number}行目です。" for number in range(26)))
    pdf = paper.document(before, Listing("\n".join(f"line{n}" for n in range(12))), Fill()).to_bytes()

    pages = ["".join(page.extract_text().split()) for page in paper.read(pdf).pages]

    assert len(pages) == 2
    assert "line0" not in pages[0]
    assert "line0" in pages[1]
    assert "line11" in pages[1]
