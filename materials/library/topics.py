"""What is taught and helped with: the themes of the national standard materials, and what residents ask besides.

The titles marked `confirmed=False` follow the list of the Ministry of Internal Affairs (総務省 標準教材) from memory;
they must be compared with the list in force before anybody prints them as official.
"""

from materials.library.shapes import TopicRow

TOPICS: tuple[TopicRow, ...] = (
    TopicRow(
        "basic",
        "スマホの基本",
        "Basics",
        subtopics=(
            TopicRow("power-and-buttons", "電源の入れ方・ボタン操作", "Power and buttons", "基本1"),
            TopicRow("phone-and-camera", "電話のかけ方・カメラの使い方", "Telephone and camera", "基本2"),
            TopicRow("apps", "アプリの入れ方", "Installing applications", "基本3", confirmed=False),
            TopicRow("internet", "インターネットの使い方", "Using the internet", "基本4"),
            TopicRow("mail", "メールの送り方", "Sending e-mail", "基本5"),
            TopicRow("maps", "地図アプリの使い方", "Maps", "基本6"),
            TopicRow("line", "メッセージアプリ（LINE）の使い方", "Messages (LINE)", "基本7"),
            TopicRow("safety", "安全に使うための基本", "Using it safely", "基本8", confirmed=False),
            TopicRow("sns", "SNSの使い方", "Social networks", "基本9"),
            TopicRow("online-meeting", "オンライン会議アプリ", "Online meetings", "基本10", confirmed=False),
            TopicRow("typing", "文字の入力", "Typing"),
            TopicRow("qr-code", "QRコードの読み取り", "Reading QR codes"),
            TopicRow("accounts", "アカウントとパスワード", "Accounts and passwords"),
            TopicRow("suspicious-messages", "あやしい電話やSMS", "Suspicious calls and texts"),
        ),
    ),
    TopicRow(
        "applied",
        "くらしと行政の手続",
        "Public services",
        subtopics=(
            TopicRow("card-application", "マイナンバーカードの申請", "Applying for the card", "応用1", confirmed=False),
            TopicRow("mynaportal", "マイナポータルの活用", "Mynaportal", "応用2"),
            TopicRow(
                "health-insurance",
                "健康保険証利用・公金受取口座",
                "Health insurance and payment account",
                "応用3",
            ),
            TopicRow("e-tax", "スマホで確定申告（e-Tax）", "Tax return (e-Tax)", "応用4", confirmed=False),
            TopicRow("online-medical", "オンライン診療", "Seeing a doctor online", "応用5", confirmed=False),
            TopicRow(
                "local-procedures",
                "市のオンライン手続",
                "The city's online procedures",
                "応用6",
                confirmed=False,
            ),
            TopicRow(
                "phone-certificate",
                "スマホ用電子証明書",
                "Certificate on the telephone",
                "応用7",
                confirmed=False,
            ),
            TopicRow("emergency-app", "救急受診アプリ（Q助）", "Emergency advice (Q-suke)", "応用8", confirmed=False),
            TopicRow("hazard-map", "ハザードマップ", "Hazard maps", "応用9", confirmed=False),
            TopicRow("walking-app", "歩く習慣（FUN+WALK）", "Walking (FUN+WALK)", "応用10", confirmed=False),
            TopicRow(
                "information-literacy",
                "情報の見分け方",
                "Telling true from false",
                "応用11",
                confirmed=False,
            ),
            TopicRow("generative-ai", "生成AI", "Generative AI", "応用12", confirmed=False),
            TopicRow("e-library", "電子図書館", "The electronic library"),
            TopicRow("cashless", "キャッシュレス決済", "Paying without cash"),
        ),
    ),
)
