"""The Japanese fonts that every paper is set in: found on the machine, read once per process, embedded as subsets.

A paper must never leave with a font that is not inside the file, nor with an empty box in place of a character.
Each face becomes one CID font in the document, so text can be copied and searched, rare kanji and their forms included.
"""

from __future__ import annotations

import mmap
import struct
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab.pdfbase.pdfdoc import PDFArrayCompact, PDFDictionary, PDFName, PDFStream, PDFString, PDFZCompress
from reportlab.pdfbase.ttfonts import TTFontFace

if TYPE_CHECKING:
    from reportlab.pdfbase.pdfdoc import PDFDocument

GETA = "〓"  # printers' mark for a character the type case does not hold
FORMS_START = 0xF0000  # private plane 15: no Japanese font or person uses it
_FORM_SUBTABLE = 14

Weight = str
REGULAR, BOLD, FIXED, FIXED_BOLD = "regular", "bold", "fixed", "fixed-bold"

BIZ_UD: dict[Weight, str] = {
    REGULAR: "BIZUDPGothic-Regular.ttf",
    BOLD: "BIZUDPGothic-Bold.ttf",
    FIXED: "BIZUDGothic-Regular.ttf",
    FIXED_BOLD: "BIZUDGothic-Bold.ttf",
}
IPAEX: dict[Weight, str] = dict.fromkeys(BIZ_UD, "ipaexg.ttf")


class FontsMissing(RuntimeError):
    """No Japanese font was found, so nothing can be printed; the text names what to install."""


def font_files() -> dict[Weight, Path]:
    """Where the four faces are: PDF_FONT_DIR, else Debian's BIZ UD Gothic, else IPAex Gothic; raises FontsMissing."""
    var_fonts = Path(settings.VAR) / "fonts"
    own = settings.PDF_FONT_DIR
    searched = [Path(own)] if own else []
    searched += [
        Path("/usr/share/fonts/truetype/bizud-gothic"),
        var_fonts,
        Path("/usr/share/fonts/opentype/ipaexfont-gothic"),
    ]
    for folder in searched:
        for family in (BIZ_UD, IPAEX):
            found = {weight: folder / name for weight, name in family.items()}
            if all(path.is_file() for path in found.values()):
                return found
    raise FontsMissing(
        _(
            "No Japanese font was found in %(folders)s. Install the Debian package fonts-morisawa-bizud-gothic,"
            " or put ipaexg.ttf into %(here)s."
        )
        % {"folders": ", ".join(map(str, searched)), "here": var_fonts}
    )


class _Widths(dict[str, float]):
    """Advance widths in em; a character that has a form of its own is measured when first met."""

    def __init__(self, face: Face, known: dict[str, float]) -> None:
        super().__init__(known)
        self._face = face

    def __missing__(self, char: str) -> float:
        gid = self._face.glyph(char)
        width = self._face.file.hmetrics[gid][0] / self._face.file.unitsPerEm
        self[char] = width
        return width


class _Mapped:
    """A font file that reportlab takes for an open file, shared by all processes instead of copied into each."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)

    def read(self) -> mmap.mmap:
        with Path(self.name).open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class Face:
    """One typeface: how wide each character is, and which glyph draws it; `thickened` when a pen must make it bold."""

    def __init__(self, weight: Weight, path: Path, *, like: Face | None = None) -> None:
        self.weight = weight
        self.thickened = path.name in IPAEX.values() and weight in {BOLD, FIXED_BOLD}
        self.file: TTFontFace
        self.characters: frozenset[str]
        self.widths: _Widths
        if like is not None:
            self.file, self.characters, self.widths = like.file, like.characters, like.widths
            return
        self.file = TTFontFace(_Mapped(path))
        self.characters = frozenset(map(chr, self.file.charToGlyph))
        self.widths = _Widths(self, {chr(code): width / 1000 for code, width in self.file.charWidths.items()})
        self.file.charWidths = {}  # reportlab's own tables of the same, which nothing here asks again
        self.file.glyphToChar = {}

    def width(self, text: str, size: float) -> float:
        """The length of `text` in points at `size` points."""
        return sum(map(self.widths.__getitem__, text)) * size

    def glyph(self, char: str) -> int:
        """The glyph number for a character, a form registered by `form_of`, or 〓; never the empty box."""
        gid = self.file.charToGlyph.get(ord(char))
        if gid is None and char in _FORM_SOURCES:
            base, selector = _FORM_SOURCES[char]
            gid = self.forms.get((ord(base), ord(selector))) or self.file.charToGlyph.get(ord(base))
        return gid or self.file.charToGlyph[ord(GETA)]

    @property
    def forms(self) -> dict[tuple[int, int], int]:
        """(base, variation selector) → glyph, for the forms this font can draw; 0 where the plain glyph is the form."""
        return _forms_of(self)


@lru_cache(maxsize=8)
def _forms_of(face: Face) -> dict[tuple[int, int], int]:
    """Read the Unicode variation sequences (cmap format 14, OpenType 1.9) of a font."""
    table = face.file.get_table("cmap")
    forms: dict[tuple[int, int], int] = {}
    for index in range(struct.unpack_from(">H", table, 2)[0]):
        start = struct.unpack_from(">HHL", table, 4 + 8 * index)[2]
        if struct.unpack_from(">H", table, start)[0] != _FORM_SUBTABLE:
            continue
        for record in range(struct.unpack_from(">L", table, start + 6)[0]):
            high, low, plain, drawn = struct.unpack_from(">BHLL", table, start + 10 + 11 * record)
            selector = high << 16 | low
            if plain:
                for at in range(struct.unpack_from(">L", table, start + plain)[0]):
                    high, low, more = struct.unpack_from(">BHB", table, start + plain + 4 + 4 * at)
                    for base in range(high << 16 | low, (high << 16 | low) + more + 1):
                        forms[base, selector] = 0
            if drawn:
                for at in range(struct.unpack_from(">L", table, start + drawn)[0]):
                    high, low, gid = struct.unpack_from(">BHH", table, start + drawn + 4 + 5 * at)
                    forms[high << 16 | low, selector] = gid
    return forms


_FORM_SOURCES: dict[str, tuple[str, str]] = {}
_FORM_CHARS: dict[tuple[str, str], str] = {}
_lock = threading.Lock()


def form_of(base: str, selector: str) -> str | None:
    """The one character that stands for base + selector while a page is set; None when the font lacks the form."""
    gid = faces()[REGULAR].forms.get((ord(base), ord(selector)))
    if gid is None:
        return None
    if gid == 0:
        return base
    with _lock:
        char = _FORM_CHARS.get((base, selector))
        if char is None:
            char = chr(FORMS_START + len(_FORM_CHARS))
            _FORM_CHARS[base, selector] = char
            _FORM_SOURCES[char] = (base, selector)
    return char


def as_typed(char: str) -> str:
    """What a reader of the file should copy for this character: forms come out as base + selector."""
    return "".join(_FORM_SOURCES.get(char, (char,)))


class Faces(dict[Weight, Face]):
    """The four faces by weight, each read from disk when it is first asked for."""

    def __init__(self, files: dict[Weight, Path]) -> None:
        super().__init__()
        self._files = files
        self._lock = threading.Lock()

    def __missing__(self, weight: Weight) -> Face:
        path = self._files[weight]
        with self._lock:
            same = next((face for other, face in self.items() if self._files[other] == path), None)
            self[weight] = Face(weight, path, like=same)
        return self[weight]


@lru_cache(maxsize=1)
def faces() -> Faces:
    """The faces of this process; raises FontsMissing."""
    return Faces(font_files())


class _Codes(dict[str, str]):
    """Character → four hexadecimal digits of its code in this document; a new character takes the next code."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face
        self.by_glyph: dict[int, str] = {}
        self.chars: list[str] = []

    def __missing__(self, char: str) -> str:
        gid = self.face.glyph(char)
        code = self.by_glyph.get(gid)
        if code is None:
            self.chars.append(char)
            code = self.by_glyph[gid] = f"{len(self.chars):04X}"
        self[char] = code
        return code


@dataclass
class EmbeddedFace:
    """A face as one document uses it: gives out codes while drawing, writes the subset at the end."""

    face: Face
    name: str
    codes: _Codes = field(init=False)

    def __post_init__(self) -> None:
        self.codes = _Codes(self.face)

    def encode(self, text: str) -> str:
        """`text` as the hexadecimal string of a PDF show operator."""
        return "".join(map(self.codes.__getitem__, text))

    def write(self, doc: PDFDocument) -> None:
        """Put the subset, its widths and its way back to Unicode into the document."""
        face = self.face.file
        stand_ins = []
        for char in self.codes.chars:
            code = ord(char)
            if code not in face.charToGlyph:
                with _lock:
                    face.charToGlyph[code] = self.face.glyph(char)
            stand_ins.append(code)
        tag = "".join(chr(65 + int(digit)) for digit in f"{len(stand_ins) % 1000000:06d}")
        base_font = f"{tag}+{face.name.decode()}"
        with _lock:  # reportlab reads a font through one shared position, and two papers may be finished at once
            descriptor = face.addSubsetObjects(doc, base_font, stand_ins)
        widths = [round(self.face.widths[char] * 1000) for char in self.codes.chars]
        descendant = PDFDictionary(
            {
                "Type": PDFName("Font"),
                "Subtype": PDFName("CIDFontType2"),
                "BaseFont": PDFName(base_font),
                "CIDSystemInfo": PDFDictionary(
                    {"Registry": PDFString("Adobe"), "Ordering": PDFString("Identity"), "Supplement": 0}
                ),
                "FontDescriptor": descriptor,
                "DW": 1000,
                "W": PDFArrayCompact([1, PDFArrayCompact(widths)]),
                "CIDToGIDMap": PDFName("Identity"),
            }
        )
        to_unicode = PDFStream(content=_to_unicode(self.codes.chars), filters=[PDFZCompress])
        font = PDFDictionary(
            {
                "Type": PDFName("Font"),
                "Subtype": PDFName("Type0"),
                "BaseFont": PDFName(base_font),
                "Encoding": PDFName("Identity-H"),
                "DescendantFonts": PDFArrayCompact([doc.Reference(descendant, f"descendant:{self.name}")]),
                "ToUnicode": doc.Reference(to_unicode, f"toUnicode:{self.name}"),
            }
        )
        doc.idToObject["BasicFonts"].dict[self.name] = doc.Reference(font, self.name)


def _to_unicode(chars: list[str]) -> str:
    """The character map of a CID font back to UTF-16, in blocks of at most 100 (PDF 32000-1, 9.10.3)."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for start in range(0, len(chars), 100):
        block = chars[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [
            f"<{start + at + 1:04X}> <{as_typed(char).encode('utf-16-be').hex().upper()}>"
            for at, char in enumerate(block)
        ]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines)
