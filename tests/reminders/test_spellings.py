"""停止 in every way in which people write it, and the sentences that only look like it."""

import pytest

from reminders.spellings import OTHER, Reading, Wish, wish_in

PLAINLY = Wish(Reading.STOP)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "停止",
            "ていし",
            "テイシ",
            "ﾃｲｼ",
            "停止します",
            "配信停止",
            "やめて",
            "ストップ",
            "ｽﾄｯﾌﾟ",
            "不要",
            "不要です",
        ),
        *(
            "「停止。」",
            " 停止 ",
            "停 止",
            "停止！！",
            "停止🙏",
            "停止お願いします",
            "停止　お願いします。",
            "停止してください",
        ),
        *("ＳＭＳ停止", "SMSはいらない", "メールの停止を希望します", "もう送らないで", "いりません", "停止\r\n"),
    ],
)
def test_a_word_that_stops_is_known_in_every_spelling(body: str) -> None:
    assert wish_in(body) == PLAINLY


@pytest.mark.parametrize(
    "body", ["STOP", "stop", "ｓｔｏｐ", "Stop.", "STOPALL", "UNSUBSCRIBE", "OptOut", "すべて停止", "全部停止"]
)
def test_the_words_at_which_the_provider_stops_everything_stop_everything(body: str) -> None:
    assert wish_in(body) == Wish(Reading.STOP, of_everything=True)


@pytest.mark.parametrize(
    "body",
    [
        *("停止しないで", "停止 しないでください", "停止しません", "停止ではなく変更です", "停止になりました"),
        *("停止？", "停止できますか？", "STOP?", "やめてもいいですか", "講座は停止ですか", "エレベーターが停止した"),
        *("キャンセル", "中止", "やめます", "欠席します", "はい", "明日は行けません", "", " ", "？", "🙏", "。", "ー"),
    ],
)
def test_a_sentence_that_only_looks_like_it_is_for_somebody_to_read(body: str) -> None:
    assert wish_in(body) == OTHER


@pytest.mark.parametrize("body", ["停止 あと来週の講座は休みます", "停止。もう着きました", "stop please"])
def test_what_stands_behind_the_word_is_read_by_somebody_too(body: str) -> None:
    assert wish_in(body) == Wish(Reading.STOP, is_certain=False)


@pytest.mark.parametrize("body", ["CANCEL", "end", "Quit"])
def test_a_word_that_may_mean_the_class_stops_as_the_provider_does_and_is_read(body: str) -> None:
    assert wish_in(body) == Wish(Reading.STOP, of_everything=True, is_certain=False)


@pytest.mark.parametrize("body", ["START", "ｓｔａｒｔ", "再開", "再開します。", "さいかい"])
def test_a_word_that_begins_again_is_known(body: str) -> None:
    assert wish_in(body) == Wish(Reading.START)


@pytest.mark.parametrize("body", ["再開しないで", "再開はいつですか", "start date", "はい", "YES"])
def test_texts_do_not_begin_again_by_a_sentence(body: str) -> None:
    assert wish_in(body) == OTHER
