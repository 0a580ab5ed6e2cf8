"""The words with which somebody asks by text for no more texts, or for texts again.

People write 停止 in every way their telephone offers, and add a please. What must never happen: a question, or a
sentence in which the word only occurs, taken for the wish.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import product

from core.kana import fold
from reminders.models import InboundText

Reading = InboundText.Reading

# What is not wanted any more, beside a word that says so by itself.
_OF_WHAT = ("", "sms", "ショートメール", "メール", "メッセージ", "お知らせ", "配信", "送信", "受信")
_JOINED = ("", "の", "を", "は")
_STOPPED = ("停止", "ていし", "ストップ", "不要", "やめて", "止めて", "とめて", "いらない", "いりません", "要りません")
_POLITELY = (
    *("", "します", "する", "して", "してください", "して下さい", "してほしい", "希望", "希望します", "を希望します"),
    *("ください", "下さい", "です", "お願いします", "をお願いします", "でお願いします", "お願い", "願います"),
)
_RARE = ("配信解除", "登録解除", "もう送らないで", "送らないで", "送らないでください", "送らないで下さい")
# The words after which Twilio itself sends nothing more to a number (twilio.com/docs/messaging/tutorials/
# advanced-opt-out), and what people write in their place.
_EVERYTHING = ("stop", "stopall", "unsubscribe", "revoke", "optout", "すべて停止", "全て停止", "全部停止")
# Twilio stops after these too, but a resident may well mean the class.
_AMBIGUOUS = ("cancel", "end", "quit")
_AGAIN = ("start", "unstop", "再開", "再開します", "再開してください", "再開希望", "さいかい", "配信再開")

_STOP = frozenset(fold("".join(parts)) for parts in product(_OF_WHAT, _JOINED, _STOPPED, _POLITELY)) | {
    fold(word) for word in _RARE
}
_STOP_EVERYTHING = frozenset(fold(word) for word in _EVERYTHING)
_STOP_OR_THE_CLASS = frozenset(fold(word) for word in _AMBIGUOUS)
_START = frozenset(fold(word) for word in _AGAIN)
_NOT_AT_ALL = tuple(fold(word) for word in ("しな", "しません", "ではな", "じゃな", "はしな"))

_ASKS = re.compile(r"[?？]")
_BETWEEN_WORDS = re.compile(r"[^\w゛゜\u3099\u309a]+")


@dataclass(frozen=True)
class Wish:
    """What a text asks for; `of_everything` where all texts stop, `is_certain` where nobody need look at it."""

    reading: str
    of_everything: bool = False
    is_certain: bool = True


OTHER = Wish(Reading.OTHER, is_certain=False)


def wish_in(body: str) -> Wish:
    """What somebody wants who wrote this: the whole text counts, or the word with which it begins."""
    if _ASKS.search(body):
        return OTHER
    words = [word for word in _BETWEEN_WORDS.split(unicodedata.normalize("NFKC", body)) if word]
    if not words:
        return OTHER
    whole, first, rest = fold("".join(words)), fold(words[0]), fold("".join(words[1:]))
    if whole in _START:
        return Wish(Reading.START)
    if whole in _STOP_EVERYTHING:
        return Wish(Reading.STOP, of_everything=True)
    if whole in _STOP_OR_THE_CLASS:
        return Wish(Reading.STOP, of_everything=True, is_certain=False)
    if whole in _STOP:
        return Wish(Reading.STOP)
    if (first in _STOP or first in _STOP_EVERYTHING) and not rest.startswith(_NOT_AT_ALL):
        # What follows may be about the class.
        return Wish(Reading.STOP, is_certain=False)
    return OTHER
