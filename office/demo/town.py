"""The practice city: its districts and halls, and the people who work there.

No hall is claimed to exist as described: nothing here is marked as checked, so every page and paper says 要確認.
"""

from dataclasses import dataclass

from accounts.models import User, Volunteer
from accounts.roles import Role
from accounts.staffing import give_roles
from city.models import District, Venue

# The password of every practice sign-in. It opens nothing else: production does not start on a practice database.
PASSWORD = "kakehashi-renshu"  # noqa: S105  (see above)

DISTRICTS = [
    ("新庄", "シンジョウ"),
    ("新庄北", "シンジョウキタ"),
    ("忍海", "オシミ"),
    ("磐城", "イワキ"),
    ("當麻", "タイマ"),
]
# As the migration puts it in.
OUTSIDE = "市外"
VENUES = [
    ("忍海集会所", "オシミシュウカイショ", "1階 和室", "忍海", 12),
    ("新庄文化会館", "シンジョウブンカカイカン", "2階 研修室", "新庄", 24),
    ("當麻文化会館", "タイマブンカカイカン", "会議室1", "當麻", 20),
    ("磐城公民館", "イワキコウミンカン", "講座室", "磐城", 16),
]


@dataclass(frozen=True)
class SignIn:
    """One practice sign-in."""

    username: str
    name: str
    roles: tuple[Role, ...]


SIGN_INS = [
    SignIn("uketsuke", "中村 由美", (Role.RECEPTION,)),
    SignIn("uketsuke2", "西川 健一", (Role.RECEPTION,)),
    SignIn("koushi", "吉川 豊", (Role.INSTRUCTOR,)),
    SignIn("soudan", "森 京子", (Role.ADVISER,)),
    SignIn("kyozai", "辻 弘", (Role.AUTHOR,)),
    SignIn("bunseki", "上田 恵子", (Role.ANALYST,)),
    SignIn("kanri", "堀内 進", (Role.ADMINISTRATOR,)),
]
# Teach without ever signing in.
OTHER_VOLUNTEERS = [
    ("杉本 悦子", "スギモト エツコ"),
    ("奥田 実", "オクダ ミノル"),
    ("米田 文江", "ヨネダ フミエ"),
    ("西村 和代", "ニシムラ カズヨ"),
    ("阪口 正", "サカグチ タダシ"),
    ("植田 節子", "ウエダ セツコ"),
]


@dataclass(frozen=True)
class Town:
    """What the rest of the demo builds upon."""

    clerks: list[User]
    instructor: User
    adviser: User
    author: User
    volunteers: list[Volunteer]
    venues: list[Venue]
    districts: list[District]
    outside: District


def build_town() -> Town:
    """Districts, halls and staff; what is there already is kept."""
    districts = {
        name: District.objects.get_or_create(name=name, defaults={"kana": kana, "order": order})[0]
        for order, (name, kana) in enumerate(DISTRICTS)
    }
    venues = [
        Venue.objects.get_or_create(
            name=name, defaults={"kana": kana, "room": room, "district": districts[district], "seats": seats}
        )[0]
        for name, kana, room, district, seats in VENUES
    ]
    users = {sign_in.username: _user(sign_in) for sign_in in SIGN_INS}
    instructor = users["koushi"]
    volunteers = [_volunteer(instructor.name, "ヨシカワ ユタカ", user=instructor)]
    volunteers += [_volunteer(name, kana) for name, kana in OTHER_VOLUNTEERS]
    return Town(
        clerks=[users["uketsuke"], users["uketsuke2"]],
        instructor=instructor,
        adviser=users["soudan"],
        author=users["kyozai"],
        volunteers=volunteers,
        venues=venues,
        districts=list(districts.values()),
        outside=District.objects.get_or_create(name=OUTSIDE, defaults={"is_outside": True})[0],
    )


def _user(sign_in: SignIn) -> User:
    user = User.objects.filter(username=sign_in.username).first()
    if user is None:
        user = User.objects.create_user(sign_in.username, sign_in.name, PASSWORD)
        give_roles(user, sign_in.roles, by=None)
    return user


def _volunteer(name: str, kana: str, *, user: User | None = None) -> Volunteer:
    return Volunteer.objects.get_or_create(name=name, defaults={"kana": kana, "user": user})[0]
