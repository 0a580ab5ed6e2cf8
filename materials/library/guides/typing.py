"""Typing Japanese on a telephone's kana keys."""

from materials.library.drawing import phone
from materials.library.shapes import GuideRow, StepRow

_KANA = "あかさたなはまやら わ "

TYPING = GuideRow(
    slug="typing",
    title="文字を入力する",
    summary="スマホで、ひらがなと漢字を入れる練習です。「さくら」と打ってみましょう。",
    topic="typing",
    system="any",
    needs="スマートフォン\nメガネ（お使いの方）",
    duration="15分くらい",
    steps=(
        StepRow(
            title="文字を入れるところを押す",
            actions=("メモやメールの、白いところを軽く1回押します。",),
            expected="画面の下に、文字のボタンが出ます。",
            drawing=phone("メモ").field("|", label="ここに書きます", mark=1).words("下にボタンが出ます"),
            description="メモの画面。白いところに、たての線が出ている",
            caution="強く押す必要はありません。指の腹で、そっとふれます。",
        ),
        StepRow(
            title="「あいうえお」のボタンを出す",
            actions=("ボタンを見ます。", "「ABC」なら、[[あA]] を押して切りかえます。"),
            expected="「あ　か　さ」とならんだボタンになります。",
            drawing=phone().keypad(_KANA, height=210).button("あA", wide=False, mark=2),
            description="文字のボタン。あ、か、さ、た、な、とならび、右下に「あA」がある",
        ),
        StepRow(
            title="「さ」を打つ",
            actions=("[[さ]] を1回押します。",),
            expected="「さ」と出ます。",
            drawing=phone().field("さ").keypad(_KANA, height=190),
            description="文字のボタン。上のわくに「さ」と出ている",
            caution="「し」が出たら、2回押しています。消すボタンを押して、もう一度打ちましょう。",
        ),
        StepRow(
            title="「く」「ら」を打つ",
            actions=("[[か]] を3回押します。か、き、く、とかわります。", "[[ら]] を1回押します。"),
            expected="「さくら」と出ます。",
            drawing=phone().field("さくら").keypad(_KANA, height=190, mark=1),
            description="文字のボタン。上のわくに「さくら」と出ている",
            caution="ゆっくりで大丈夫です。まちがえたら、消して何度でも打てます。",
        ),
        StepRow(
            title="漢字にかえる",
            actions=("ボタンの上にならんだ言葉を見ます。", "[[桜]] を押します。"),
            expected="「桜」と出ます。",
            drawing=phone().field("さくら").tiles("桜", "さくら", mark=(1, 2)).keypad(_KANA, height=130),
            description="文字のボタンの上に、「桜」と「さくら」の言葉がならんでいる",
        ),
        StepRow(
            title="まちがえたら、消す",
            actions=("[[消す]] のボタンを1回押すと、1文字消えます。", "全部消えるまで、くり返します。"),
            expected="文字がなくなれば、うまくいきました。",
            drawing=phone().field("桜").keypad(_KANA, height=154).button("消す", wide=False, mark=1),
            description="文字のボタン。右下に「消す」のボタンがある",
            caution="消すボタンには、字ではなく、×の絵がかいてあることが多いです。",
        ),
    ),
)
