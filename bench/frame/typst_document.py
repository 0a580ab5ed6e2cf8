"""One document typeset by typst, in a process of its own that prints how many milliseconds it took.

python -m bench.frame.typst_document guide 12 8 /tmp/folder
python -m bench.frame.typst_document roster 40 0 /tmp/folder
"""

import sys
import time
from pathlib import Path

import segno

from bench.frame.pictures import screens
from tools.fonts import find_font

SENTENCE = "画面の下にある「次へ」を押します。押しても変わらないときは、少し待ってからもう一度押してください。"
HEAD = (
    '#set page(paper: "a4", margin: 20mm)\n#set text(font: ("BIZ UDPGothic", "IPAexGothic"), size: 16pt, lang: "ja")\n'
)


def guide(pages: int, pictures: int, folder: Path) -> str:
    """One step a page: a heading, 120 characters, a screen, a QR code."""
    files = screens(folder, pictures)
    segno.make("https://kakehashi.example.jp/guides/1", error="m").save(str(folder / "qr.svg"))
    text = (SENTENCE * 3)[:120]
    steps = [
        f'= 手順{page + 1} 「次へ」を押す\n{text}\n\n#image("{files[page % pictures].name}", height: 150mm)\n'
        f'#image("qr.svg", width: 25mm)\n#pagebreak(weak: true)\n'
        for page in range(pages)
    ]
    return HEAD + "".join(steps)


def roster(rows: int) -> str:
    """A table of people with a box to tick."""
    cells = "".join(f"[{n}], [葛城 花子{n}], [カツラギ ハナコ], [iPhone], [□],\n" for n in range(1, rows + 1))
    return HEAD + f"#set text(size: 11pt)\n#table(columns: (auto, 1fr, 1fr, auto, auto),\n{cells})"


def main(document: str, size: int, pictures: int, folder: Path) -> None:
    """Write the source, then time typst alone."""
    source = folder / f"{document}-{size}.typ"
    source.write_text(guide(size, pictures, folder) if document == "guide" else roster(size))
    font = find_font()

    begun = time.perf_counter()
    import typst  # noqa: PLC0415  (its import is part of what is measured, as ours is)

    typst.compile(str(source), output=str(source.with_suffix(".pdf")), font_paths=[str(font)])
    print((time.perf_counter() - begun) * 1000)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
