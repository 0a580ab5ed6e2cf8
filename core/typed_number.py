"""The digits inside whatever was typed into a box for a telephone number, and the words beside them.

Only `core.phone` decides whether the digits are a number. Here nothing is corrected: a digit is never added, dropped or
guessed, except the prefixes that mean the same call.
"""

import re
import unicodedata

from core.kana import clean_name

# Callers read a number in groups and clerks mark the pauses with whatever key is near: any hyphen or dash, the long
# vowel mark, の, a point, a slash, brackets, spaces of any width.
_SEPARATOR = r"[\s\-‐‑‒–—―−─━ー﹣﹘~〜.,/_・･•()\[\]:]"
_LABEL = re.compile(
    r"\s*(?:tel|phone|電話番号|電話|でんわ|携帯電話|携帯|自宅|固定|[℡☎☏📞📱\ufe0f])[\s.:]*", re.IGNORECASE
)
_NUMBER = re.compile(rf"[(\[]?\+?[(\[]?[0-9](?:{_SEPARATOR}|の(?=[0-9])|[0-9])*")
_LOOSE_ENDS = " -‐‑‒–—―−─━ー~〜.,/_・([:)]"
# 184 hides and 186 shows the caller's own number; people store them with the numbers they call.
_CALLER_ID = re.compile(r"^18[46](?=0)")


def split(text: str) -> tuple[str, str]:
    """The part that is dialled, in half-width signs, and the words around it as they were typed."""
    # One sign for each typed sign, so that positions found here are positions in the text.
    plain = "".join(_one_sign(letter) for letter in text)
    # 「長男2人 090-…」: the number is where the most digits stand.
    found = max(_NUMBER.finditer(plain), key=lambda run: sum(map(str.isdigit, run.group())), default=None)
    if not found:
        return "", _memo(text)
    start, end = found.span()
    before, number, after = text[:start], plain[start:end].rstrip(_LOOSE_ENDS), text[end:]
    if ")" not in number and "]" not in number:
        number = number.lstrip("([")
    label = _LABEL.match(plain[:start])
    if label:
        before = before[label.end() :]
    return number, " ".join(part for part in (_memo(before), _memo(after)) if part)


def _one_sign(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter)
    if len(plain) != 1:
        return letter
    return " " if unicodedata.category(plain) in {"Cf", "Cc", "Zs"} else plain


def _memo(text: str) -> str:
    """Words beside a number without the brackets and strokes that set them off."""
    inner = re.sub(r"[()（）\[\]［］「」]", " ", text)
    return clean_name(inner).strip(" -‐ー－:：、,・/／")


def from_first_zero(number: str) -> str:
    """The digits as dialled within Japan: +81 90… and 010 81 90… become 090…; 184 and 186 before them fall away."""
    digits = re.sub(r"[^0-9]", "", number)
    for prefix in ("+81", "01081"):
        shown = ("+" if number.lstrip("( ").startswith("+") else "") + digits
        if shown.startswith(prefix):
            return "0" + shown.removeprefix(prefix).removeprefix("0")
    return _CALLER_ID.sub("", digits)
