"""Builders of topics, procedures and guides."""

import uuid
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image

from accounts.models import User
from accounts.roles import Role
from core.scene import Scene
from materials.models import Edition, Guide, Procedure, Topic
from materials.pictures import add_drawing, set_picture
from materials.publishing import publish
from materials.writing import GuideDetails, StepDetails, add_step, make_guide
from tests.make import accounts as make_accounts

_numbers = count(1)


def author() -> User:
    """Somebody who writes guides."""
    return make_accounts.user(Role.AUTHOR)


def topic(name: str = "マイナンバーカード", **fields: Any) -> Topic:
    """What a guide is about."""
    return Topic.objects.create(**{"key": f"topic-{next(_numbers)}", "name": name, **fields})


def procedure(name: str = "コンビニ交付", **fields: Any) -> Procedure:
    """Something that can be done online."""
    return Procedure.objects.create(
        **{"key": f"procedure-{next(_numbers)}", "name": name, "topic": fields.pop("topic", None) or topic(), **fields}
    )


def guide(
    title: str = "住民票をコンビニで取る",
    *,
    steps: int = 3,
    published: bool = True,
    by: User | None = None,
    **fields: Any,
) -> Guide:
    """A guide of so many steps, each with a drawing; out unless told otherwise."""
    writer = by or author()
    about = fields.pop("procedure", None) or procedure()
    usual: dict[str, Any] = {"topic": about.topic, "procedure": about, "system": "android"}
    made = make_guide(GuideDetails(title=title, **{**usual, **fields}), slug=f"guide-{next(_numbers)}", by=writer)
    draft = made.draft
    assert draft is not None
    scene = Scene(300, 240, [{"kind": "card", "x": 60, "y": 80, "w": 180, "h": 110, "text": "カード"}], title="カード")
    picture = add_drawing(scene, description="カードの絵", by=writer)
    for number in range(1, steps + 1):
        step = add_step(draft, StepDetails(f"画面の{number}番を押す", "押します。", "次の画面になります。"), by=writer)
        set_picture(step, picture, marks=[], by=writer)
    if published:
        publish(draft, by=writer)
    return made


def edition(guide: Guide) -> Edition:
    """What is out of a guide."""
    return guide.editions.published().latest("number")


def png(width: int = 60, height: int = 100, colour: str = "red", **saved: Any) -> bytes:
    """A small picture file; `saved` goes to Pillow's writer, e.g. format="JPEG"."""
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, **{"format": "PNG", **saved})
    return out.getvalue()


def typed_step(**changed: Any) -> dict[str, Any]:
    """What a browser sends for a step without marks."""
    typed = {
        "title": "カードを置く",
        "actions": "カードを台に置きます。",
        "expected": "画面がかわります。",
        "caution": "",
        "plain_text": "",
        "description": "カードを置く台",
        "drawing": "",
        "seen": "",
        "key": str(uuid.uuid4()),
        "marks-TOTAL_FORMS": "0",
        "marks-INITIAL_FORMS": "0",
    }
    return typed | changed


def typed_mark(place: int, /, **typed: str) -> dict[str, str]:
    """What a browser sends for one row of marks."""
    row = {"kind": "frame", "number": "1", "x": "10", "y": "20", "to_x": "50", "to_y": "60"} | typed
    return {f"marks-{place}-{name}": value for name, value in row.items()} | {"marks-TOTAL_FORMS": str(place + 1)}
