import pytest

from core.pdf import fonts
from core.pdf.blocks import Heading, Paragraph
from core.pdf.glyphs import Substitution, printable
from tests.make import paper


def told_of(text):
    """What a printing of the text would replace."""
    told = []
    printable(text, told)
    return told


def fonts_in(pdf):
    found = {}
    for page in paper.read(pdf).pages:
        found |= {name: font.get_object() for name, font in page["/Resources"]["/Font"].items()}
    return found.values()


def test_every_font_is_inside_the_file_as_a_subset():
    pdf = paper.document(Heading("受付票"), Paragraph("市役所")).to_bytes()

    names = [font["/BaseFont"] for font in fonts_in(pdf)]
    faces = fonts.faces()
    assert len(names) == len(
        {id(faces[fonts.REGULAR].file), id(faces[fonts.BOLD].file)}
    )  # IPAex Gothic has one face only
    for font in fonts_in(pdf):
        (descendant,) = font["/DescendantFonts"]
        program = descendant.get_object()["/FontDescriptor"]["/FontFile2"]
        assert len(program.get_data()) < 40_000
        assert font["/BaseFont"][7:8] == "+"


def test_no_font_is_asked_of_the_reader_s_machine():
    pdf = paper.document(Paragraph("市役所")).to_bytes()

    assert b"Helvetica" not in pdf


def test_rare_kanji_come_out_as_they_were_typed():
    typed = "髙橋﨑山☎𩸽鯨"
    made = paper.document(Paragraph(typed))

    assert paper.words(made.to_bytes()) == typed
    assert made.substitutions == []


def test_the_city_s_own_form_is_drawn_and_copied_with_its_selector():
    made = paper.document(Paragraph("葛\U000e0100城市と葛城市"))

    assert paper.words(made.to_bytes()) == "葛\U000e0100城市と葛城市"
    assert made.substitutions == []
    face = fonts.faces()[fonts.REGULAR]
    assert face.glyph(printable("葛\U000e0100")) != face.glyph("葛")


def test_a_form_the_font_lacks_becomes_the_plain_character_and_the_clerk_is_told():
    assert printable("市\U000e01ef") == "市"
    assert told_of("市\U000e01ef") == [Substitution("市\U000e01ef", "市")]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("𠮷田", "吉田"),
        ("槗本", "橋本"),
        ("か\u3099", "が"),
        ("電話📱です", "電話です"),
        ("☎\ufe0f", "☎"),
        ("👨\u200d👩\u200d👧さん", "さん"),
        ("\ue000さん", "〓さん"),
        ("aẑ", "az"),
        ("a\tb\u205fc", "a b c"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("\x00\x07消え\u200bない\ufeff", "消えない"),
    ],
)
def test_what_cannot_be_drawn_is_replaced(typed, printed):
    assert printable(typed) == printed


@pytest.mark.parametrize("typed", ["𠮷", "📱", "\ue000", "𰻞"])
def test_the_clerk_is_told_what_was_replaced(typed):
    assert {each.typed for each in told_of(f"髙{typed}橋{typed}")} == {typed}


def test_the_clerk_is_not_told_of_what_has_no_ink():
    assert told_of("か\u3099\u200b\t\ufeff一\r\n") == []


def test_no_character_of_a_page_is_the_empty_box():
    pdf = paper.document(Paragraph("𠮷\ue000𰻞葛\U000e0100📱\uffff\U0010ffff漢字")).to_bytes()

    for font in fonts_in(pdf):
        to_unicode = font["/ToUnicode"].get_data().decode()
        assert "<0000> <" not in to_unicode.replace("<0000> <FFFF>", "")
    face = fonts.faces()[fonts.REGULAR]
    assert all(face.glyph(char) != 0 for char in printable("𠮷\ue000𰻞葛\U000e0100📱漢字") + "𠮷𰻞\uffff")


def test_a_folder_of_the_city_s_own_is_looked_in_first(settings, tmp_path):
    for name in fonts.IPAEX.values():
        (tmp_path / name).write_bytes(b"")
    settings.PDF_FONT_DIR = str(tmp_path)

    assert {path.parent for path in fonts.font_files().values()} == {tmp_path}


def test_a_machine_without_a_font_says_what_to_install(settings, monkeypatch, tmp_path):
    settings.PDF_FONT_DIR = str(tmp_path)
    monkeypatch.setattr(fonts, "BIZ_UD", {"regular": "nowhere.ttf"})
    monkeypatch.setattr(fonts, "IPAEX", {"regular": "nowhere-either.ttf"})

    with pytest.raises(fonts.FontsMissing, match="fonts-morisawa-bizud-gothic"):
        fonts.font_files()


def test_a_font_with_one_weight_is_thickened_where_words_are_bold(tmp_path, settings, monkeypatch):
    (tmp_path / "ipaexg.ttf").symlink_to(fonts.font_files()[fonts.REGULAR])
    one_weight = fonts.Faces(dict.fromkeys(fonts.BIZ_UD, tmp_path / "ipaexg.ttf"))
    monkeypatch.setattr(fonts, "faces", lambda: one_weight)

    pdf = paper.document(Heading("太い"), Paragraph("細い")).to_bytes()

    drawn = paper.read(pdf).pages[0].get_contents().get_data()
    assert len(fonts_in(pdf)) == 1
    assert drawn.count(b"2 Tr") == drawn.count(b"0 Tr") == 1
    assert paper.words(pdf) == "太い細い"
