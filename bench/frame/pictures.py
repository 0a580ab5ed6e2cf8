"""Screens of a telephone to put into measured guides: drawn, always the same, as heavy as real ones."""

import random
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (600, 1000)


def screens(folder: Path, number: int) -> list[Path]:
    """So many different PNG files of about 140 kB, made once per folder."""
    paths = [folder / f"screen-{position}.png" for position in range(number)]
    for position, path in enumerate(paths):
        if not path.exists():
            draw_screen(position).save(path)
    return paths


def draw_screen(seed: int) -> Image.Image:
    """Bars and buttons over a grain, which keeps it from being compressed better than a photograph of a screen."""
    lots = random.Random(seed)
    grain = Image.frombytes("L", (SIZE[0] // 2, SIZE[1] // 2), lots.randbytes(SIZE[0] * SIZE[1] // 4))
    grain = grain.point(lambda value: 235 + value // 56).resize(SIZE)
    screen = Image.merge("RGB", (grain, grain, grain))
    pen = ImageDraw.Draw(screen)
    pen.rectangle((0, 0, SIZE[0], 90), fill=(0, 60, 120))
    for line in range(14):
        top = 130 + line * 58
        color = tuple(lots.randrange(40, 200) for _ in range(3))
        pen.rounded_rectangle((40, top, lots.randrange(200, 560), top + 34), 12, fill=color)
    return screen
