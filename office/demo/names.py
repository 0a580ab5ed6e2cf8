"""Names for people who do not exist: frequent ones, and a few whose characters are hard on every program."""

from random import Random

# As written, kana. The last ones carry variant characters that must survive storing, searching and printing.
FAMILY = [
    ("田中", "タナカ"),
    ("山本", "ヤマモト"),
    ("中村", "ナカムラ"),
    ("吉田", "ヨシダ"),
    ("松本", "マツモト"),
    ("井上", "イノウエ"),
    ("林", "ハヤシ"),
    ("西川", "ニシカワ"),
    ("森本", "モリモト"),
    ("岡本", "オカモト"),
    ("藤井", "フジイ"),
    ("上田", "ウエダ"),
    ("杉本", "スギモト"),
    ("辻", "ツジ"),
    ("川村", "カワムラ"),
    ("奥田", "オクダ"),
    ("堀内", "ホリウチ"),
    ("米田", "ヨネダ"),
    ("増田", "マスダ"),
    ("木村", "キムラ"),
    ("髙橋", "タカハシ"),
    ("高橋", "タカハシ"),
    ("山﨑", "ヤマサキ"),
    ("山崎", "ヤマサキ"),
    ("渡邉", "ワタナベ"),
    ("渡辺", "ワタナベ"),
    ("齋藤", "サイトウ"),
    ("斎藤", "サイトウ"),
    ("𠮷村", "ヨシムラ"),
    ("葛\U000e0100原", "クズハラ"),
    ("濵田", "ハマダ"),
    ("関ヶ原", "セキガハラ"),
]
WOMEN = [
    ("キヨ", "キヨ"),
    ("和子", "カズコ"),
    ("幸子", "サチコ"),
    ("節子", "セツコ"),
    ("洋子", "ヨウコ"),
    ("恵子", "ケイコ"),
    ("美智子", "ミチコ"),
    ("京子", "キョウコ"),
    ("悦子", "エツコ"),
    ("千代", "チヨ"),
    ("文江", "フミエ"),
    ("久美子", "クミコ"),
    ("ヱイ子", "エイコ"),
    ("由美", "ユミ"),
]
MEN = [
    ("茂", "シゲル"),
    ("清", "キヨシ"),
    ("勇", "イサム"),
    ("進", "ススム"),
    ("正", "タダシ"),
    ("弘", "ヒロシ"),
    ("博", "ヒロシ"),
    ("昭", "アキラ"),
    ("勝", "マサル"),
    ("豊", "ユタカ"),
    ("武", "タケシ"),
    ("実", "ミノル"),
    ("秀夫", "ヒデオ"),
    ("健一", "ケンイチ"),
]


def somebody(chance: Random, *, family: tuple[str, str] | None = None) -> tuple[tuple[str, str], tuple[str, str]]:
    """A family name and a given name, each with kana; women come to these classes about twice as often."""
    given = chance.choice(WOMEN if chance.random() < 0.66 else MEN)
    return family or chance.choice(FAMILY), given
