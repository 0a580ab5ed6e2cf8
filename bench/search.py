"""The desk's search while the clerk types, among two thousand people and among two hundred thousand."""

import statistics
from collections.abc import Iterator
from typing import Any

from django.db import connection

from bench.frame import anchors
from bench.frame.client import Answer, Client
from bench.frame.databases import DATABASES, POSTGRES, SHOWN
from bench.frame.office import clerk
from bench.frame.registry import Measurement, Of, at_most, exactly, scenario
from bench.frame.run import Run
from classes.models import CourseRun, Lesson, Registration
from residents.intake import ResidentDetails, take_down
from residents.models import PhoneLine, Resident

FEW, MANY = 2_000, 200_000
# About as many residents as there are in a practice city of this scale.
SCALE_OF_FEW = 6
TIMES = 20
# Time in the server against the floor page as its client sees it: fifteen milliseconds were said of the machine on
# which the other systems had been measured, and there the floor page took 2.4.
FLOOR_PAGES = 15 / 2.4

# Names as they stand in a register with their readings, and how kanji and kana of them are typed.
FOLDING = [
    ("髙橋", "タカハシ", ["高橋"], ["たかはし", "ﾀｶﾊｼ"]),
    ("山﨑", "ヤマザキ", ["山崎"], ["やまざき", "ﾔﾏｻﾞｷ"]),
    ("齋藤", "サイトウ", ["斎藤", "斉藤", "齊藤"], ["さいとう", "ｻｲﾄｳ"]),
    ("渡邉", "ワタナベ", ["渡辺", "渡邊"], ["わたなべ"]),
    ("小澤", "オザワ", ["小沢"], ["おざわ"]),
    ("濱田", "ハマダ", ["浜田"], ["はまだ"]),
    ("中嶋", "ナカジマ", ["中島"], ["なかじま"]),
    ("國分", "コクブ", ["国分"], ["こくぶ"]),
    ("廣瀬", "ヒロセ", ["広瀬"], ["ひろせ"]),
    ("三ヶ島", "ミカジマ", ["三ケ島", "三が島"], ["みかじま"]),
    ("葛󠄀城", "カツラギ", ["葛城"], ["かつらぎ"]),
    ("ヴェルデ", "ヴェルデ", [], ["ベルデ", "べるで", "ﾍﾞﾙﾃﾞ"]),
    ("京田", "キョウタ", [], ["キヨウタ", "きょうた", "ｷﾖｳﾀ"]),
    ("コーエン", "コーエン", [], ["コ－エン", "ｺｰｴﾝ", "こーえん"]),
]
# Nobody else is called so, however many people there are.
GIVEN, GIVEN_KANA = "測量子", "ソクリョウコ"


@scenario("search", target=at_most(FLOOR_PAGES))
def search(run: Run) -> Iterator[Measurement]:
    """The list of people with households and bookings while the clerk types, POST /desk/people/, time in the server."""
    for kind in DATABASES:
        with run.site(kind, scale=SCALE_OF_FEW) as site:
            desk = site.colleague("reception")
            desk.get("/desk/")
            write_folding()
            multiply(kind, FEW)
            among_few = {way: taken(desk, typed) for way, typed in ways().items()}
            multiply(kind, MANY)
            growth = []
            for way, typed in ways().items():
                # Beside each, since the machine does not keep its pace for the whole of the scenario.
                floor = anchors.floor_page(run, kind)
                among_many = taken(desk, typed)
                growth.append(among_many / among_few[way])
                yield Measurement(f"{way}, {SHOWN[kind]}", among_many, "ms", floor)
            what = f"{MANY:,} against {FEW:,} at most, {SHOWN[kind]}"
            yield Measurement(what, max(growth), "×", target=at_most(3, Of.VALUE))
            queries = max(look_for(desk, typed).queries for typed in ways().values())
            yield Measurement(f"queries at most, {SHOWN[kind]}", queries, "queries", target=at_most(12, Of.VALUE))
            wrong = [typed for name, typed in folded() if name not in look_for(desk, typed).text]
            yield Measurement(f"variants not found, {SHOWN[kind]}", len(wrong), "names", target=exactly(0))


def ways() -> dict[str, str]:
    """What a clerk types, by what it is; of somebody in the middle of the register who is booked."""
    registrations = Registration.objects.confirmed().select_related("resident").order_by("pk")
    registration = registrations.filter(resident__phone_lines__isnull=False)[registrations.count() // 3]
    person, line = registration.resident, registration.resident.phone_lines.all()[0]
    return {
        "family name in kana": person.family_kana,
        "the first kana": person.family_kana[:1],
        "family name in kanji": person.family_name,
        "given name in kana": person.given_kana,
        "last four digits": line.last_four,
        "whole number": line.phone.national,
        "digits and name": f"{line.last_four} {person.family_kana}",
        "slip number": registration.slip,
        "nobody": "ヌヌヌヌ",
    }


def look_for(desk: Client, typed: str) -> Answer:
    """What the desk answers."""
    return desk.post("/desk/people/", {"typed": typed}, expect=200)


def taken(desk: Client, typed: str) -> float:
    """Time in the server, after both workers have answered."""
    answers = [look_for(desk, typed) for _ in range(TIMES)]
    return statistics.median(answer.server_ms for answer in answers[5:])


def write_folding() -> None:
    """The people of the folding table."""
    for name, kana, _in_kanji, _in_kana in FOLDING:
        told: dict[str, Any] = {"family_name": name, "given_name": GIVEN, "family_kana": kana, "given_kana": GIVEN_KANA}
        take_down(ResidentDetails(**told, notice_manner="spoken"), by=clerk())


def folded() -> Iterator[tuple[str, str]]:
    """Each name of the folding table with each way of typing it, the given name behind."""
    for name, _kana, in_kanji, in_kana in FOLDING:
        yield from ((name, typed + GIVEN) for typed in in_kanji)
        yield from ((name, typed + GIVEN_KANA) for typed in in_kana)


def multiply(kind: str, number: int) -> None:
    """Write the city's people, telephones, runs, lessons and registrations again until there are so many people."""
    copied: tuple[Any, ...] = (Resident, PhoneLine, CourseRun, Lesson, Registration)
    have, quoted = Resident.objects.count(), connection.ops.quote_name
    last = {model: model.objects.order_by("-pk")[0].pk for model in copied}
    with connection.cursor() as cursor:
        for copy in range(1, -(-number // have)):
            other = {
                "resident_id": f"resident_id + {copy * last[Resident]}",
                "run_id": f"run_id + {copy * last[CourseRun]}",
                "number": f"substr(number, 1, length(number) - 6) || {_last_six(kind, copy)}",
                "last_four": f"substr({_last_six(kind, copy)}, 3)",
                **dict.fromkeys(["merged_into_id", "party_id", "lot_id"], "NULL"),
            }
            for model in copied:
                columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
                cursor.execute(
                    f"INSERT INTO {model._meta.db_table} (id, {', '.join(map(quoted, columns))}) "
                    f"SELECT id + {copy * last[model]}, {', '.join(other.get(each, quoted(each)) for each in columns)} "
                    f"FROM {model._meta.db_table} WHERE id <= {last[model]}"
                    + (f" AND given_name <> '{GIVEN}'" if model is Resident else "")
                )
        cursor.execute("VACUUM ANALYZE" if kind == POSTGRES else "ANALYZE")
    assert Resident.objects.count() >= number  # noqa: S101  (fewer would be measured as more speed)


def _last_six(kind: str, copy: int) -> str:
    """The end of a telephone in one of the copies, in SQL; those who share a number share the new one as well."""
    shifted = f"(CAST(substr(number, length(number) - 5) AS integer) + {copy * 7919}) % 1000000"
    return f"lpad(CAST({shifted} AS text), 6, '0')" if kind == POSTGRES else f"printf('%06d', {shifted})"
