"""Telling a false text message from a true one.

The advice is that of the consumer centres (188) and the police (#9110): never open an address in a text, never ring
the number in it; look at the official site yourself.
"""

from materials.library.drawing import phone
from materials.library.shapes import GuideRow, StepRow

SUSPICIOUS_TEXTS = GuideRow(
    slug="suspicious-texts",
    title="あやしいSMSを見分ける",
    summary="知らないところから来たSMSに、だまされないための手順です。",
    topic="suspicious-messages",
    system="any",
    needs="スマートフォン",
    duration="10分くらい",
    steps=(
        StepRow(
            title="あわてない",
            actions=("届いたSMSを、ゆっくり読みます。", "「急いで」と書いてあったら、うたがいます。"),
            expected="何も押さずに、読むだけにできました。",
            drawing=phone("メッセージ").bubble("荷物を持ち帰りました。", "本日中にご確認を", mark=1),
            description="SMSの画面。「荷物を持ち帰りました。本日中にご確認を」という文がある",
            caution="読むだけなら、何も起きません。落ち着いて大丈夫です。",
        ),
        StepRow(
            title="青い文字がないか、見る",
            actions=("文の中の、青い文字をさがします。", "あっても、押しません。"),
            expected="青い文字を押さずに、見つけられました。",
            drawing=phone("メッセージ").bubble("お支払いの確認", "h××p://×××××", mark=1),
            description="SMSの画面。文の下に、ホームページの番地が書いてある",
            caution="市役所からのSMSに、青い文字（URL）はありません。あったら、にせものです。",
        ),
        StepRow(
            title="書いてある番号に、電話しない",
            actions=("文の中の電話番号には、かけません。", "かけるときは、紙の案内や広報の番号を使います。"),
            expected="自分で調べた番号が、わかりました。",
            drawing=phone("メッセージ").bubble("料金が未納です。", "×××-×××-××××", "までお電話を", mark=1),
            description="SMSの画面。「料金が未納です」という文と、電話番号がある",
            caution="「1番を押してください」という機械の声も、すぐに切りましょう。",
        ),
        StepRow(
            title="番号や暗証番号を、教えない",
            actions=(
                "暗証番号、口座の番号、カードの番号は、入れません。",
                "画面できかれたら、すぐに閉じます。",
            ),
            expected="何も書かずに、閉じられました。",
            drawing=phone("ご確認ください").field(label="カードの番号").field(label="暗証番号").cross(),
            description="カードの番号と暗証番号をきく画面に、大きなばつがついている",
            caution="市役所、銀行、警察が、SMSで暗証番号をきくことはありません。",
        ),
        StepRow(
            title="まよったら、相談する",
            actions=(
                "家族か、市役所に見せます。",
                "消費者ホットライン 188、警察の相談 #9110 にも電話できます。",
            ),
            expected="ひとりで決めずに、相談できました。",
            drawing=phone("電話")
            .words("188", size=44, bold=True)
            .words("消費者ホットライン")
            .words("#9110", size=44, bold=True)
            .words("警察の相談"),
            description="電話の画面。188は消費者ホットライン、#9110は警察の相談と書いてある",
        ),
        StepRow(
            title="SMSを消す",
            actions=("SMSを長く押します。", "[[削除《さくじょ》]] を押します。"),
            expected="にせもののSMSが消えました。",
            drawing=phone("メッセージ").bubble("荷物を持ち帰りました。", mark=1).button("削除", wide=False, mark=2),
            description="SMSの画面。文を長く押すと「削除」のボタンが出ている",
            caution="もしお金を払ったり、番号を入れたりしたら、すぐに電話で相談してください。早いほど防げます。",
        ),
    ),
)
