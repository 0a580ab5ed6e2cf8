import pytest
from django.utils import timezone

from city.models import CityProfile
from classes.certificate_printing import certificates_pdf
from classes.certificates import certified
from core.wareki import date_range, wareki
from tests.make import classes as make
from tests.make import paper
from tests.make import residents as make_residents
from tests.make.paper import squeezed

pytestmark = pytest.mark.django_db


def printed(run) -> bytes:
    shown = certified(run, now=timezone.now())
    return certificates_pdf(shown, [each.registration for each in shown.people])


def test_a_certificate_says_who_learned_what_and_when() -> None:
    run = make.run(course=make.course("はじめてのスマホ"))
    make.lesson(run, starts_at=make.days_ahead(21))
    make.registration(run, make_residents.resident(family_name="髙橋", given_name="茂"))
    first, last = run.lessons.order_by("starts_at")

    words = paper.words(printed(run))

    for wanted in (
        "髙橋茂",
        "はじめてのスマホ",
        squeezed(date_range(first.starts_at, last.starts_at)),
        squeezed(wareki(last.starts_at)),
        CityProfile.current().name,
    ):
        assert wanted in words


def test_everybody_has_a_sheet_and_nobody_stands_on_that_of_another() -> None:
    run = make.run(capacity=2)
    for name in ("髙橋", "吉川"):
        make.registration(run, make_residents.resident(family_name=name))

    sheets = [page.extract_text() for page in paper.read(printed(run)).pages]

    assert len(sheets) == 2
    assert all(("髙橋" in sheet) is not ("吉川" in sheet) for sheet in sheets)


def test_the_longest_names_still_are_one_sheet_in_large_type() -> None:
    run = make.run(course=make.course("マイナポータルとキャッシュレス決済の" * 3))
    make.registration(run, make_residents.resident(family_name="勅使河原小比類巻" * 2, given_name="権左衛門之助" * 2))

    pdf = printed(run)

    assert len(paper.read(pdf).pages) == 1
    assert min(seen.size for seen in paper.seen(pdf)) >= 13
