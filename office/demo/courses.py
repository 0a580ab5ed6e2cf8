"""What the practice city teaches, after the themes of the national standard materials (総務省 標準教材)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CourseRow:
    """One course and how many dates a run of it has."""

    title: str
    summary: str
    topic: str
    device: str
    level: str = "basic"
    lessons: int = 1
    guides: tuple[str, ...] = ()


BRING = "スマートフォン、充電器、老眼鏡"

COURSES = [
    CourseRow(
        "はじめてのスマホ",
        "電源の入れ方、ボタンと画面のさわり方、電話のかけ方を、ゆっくり2回で覚えます。",
        "power-and-buttons",
        "android",
        lessons=2,
    ),
    CourseRow("写真をとって送る", "カメラで写真をとり、家族に送ります。", "phone-and-camera", "android"),
    CourseRow("文字の入力に慣れる", "かな、英字、数字を打ち、まちがいを直します。", "typing", "unknown"),
    CourseRow("LINE入門", "友だちと文字や写真をやりとりします。", "line", "android", lessons=2),
    CourseRow("地図アプリで出かける", "行きたい所を探し、道順を見ます。", "maps", "iphone"),
    CourseRow("インターネットで調べる", "知りたいことばを入れて調べます。", "internet", "unknown"),
    CourseRow("あやしいSMSの見分け方", "だまされないための約束ごとを覚えます。", "suspicious-messages", "unknown"),
    CourseRow(
        "マイナポータルの使い方",
        "マイナンバーカードで入り、自分の手続を探します。",
        "mynaportal",
        "android",
        level="applied",
        lessons=2,
    ),
    CourseRow(
        "市のオンライン手続", "粗大ごみや水道の申込みをやってみます。", "local-procedures", "unknown", level="applied"
    ),
    CourseRow("電子図書館で本を読む", "借りて、字を大きくして読みます。", "e-library", "tablet", level="applied"),
    CourseRow("スマホ相談会", "困っていることを1人ずつ伺います。", "accounts", "unknown", level="open"),
]
