"""What texts have cost."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from city.models import CityProfile
from core.wareki import TOKYO
from reminders import costs
from reminders.models import Message
from tests.make import accounts as make_accounts
from tests.make import reminders as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

TODAY = date(2026, 12, 2)


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    time_machine.move_to(make.NOON, tick=False)


def at(month: int, day: int, hour: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=TOKYO)


def spent(when: datetime, *, parts: int = 1, occasion: str) -> Message:
    message = make.sent(at=when, occasion=occasion)
    Message.objects.filter(pk=message.pk).update(parts=parts)
    return message


def year(number: int = 2026) -> costs.Year:
    return costs.year_of(number, city=CityProfile.current(), today=TODAY)


def test_a_fiscal_year_is_told_month_by_month_up_to_today() -> None:
    assert [month.first for month in year().months] == [date(2026, month, 1) for month in range(4, 13)]
    assert len(year(2025).months) == 12


def test_texts_are_counted_in_parts_and_yen_on_the_day_of_tokyo() -> None:
    spent(at(4, 1, 0), parts=2, occasion="a")
    spent(at(4, 30, 23), occasion="b")
    spent(at(5, 1, 0), occasion="c")
    spent(at(3, 31, 23), occasion="d")

    april, may = year().months[:2]

    assert (april.cost.texts, april.cost.parts, april.cost.yen) == (2, 3, Decimal(36))
    assert may.cost.texts == 1
    assert year().cost.parts == 4
    assert year(2025).cost.parts == 1


def test_what_was_never_handed_over_costs_nothing() -> None:
    make.message()

    assert year().cost.texts == 0


def test_each_purpose_is_told_apart() -> None:
    spent(at(5, 1), occasion="a")
    other = spent(at(5, 2), occasion="b")
    Message.objects.filter(pk=other.pk).update(purpose="gone")

    (may,) = [month for month in year().months if month.purposes]

    assert {str(told.label): told.cost.texts for told in may.purposes} == {"テスト": 1, "gone": 1}


def test_a_month_over_its_money_says_so() -> None:
    CityProfile.objects.update_or_create(pk=1, defaults={"sms_monthly_yen": 24})
    spent(at(5, 1), parts=2, occasion="a")
    spent(at(6, 1), parts=3, occasion="b")

    may, june = year().months[1:3]

    assert (may.percent, may.is_over) == (100, False)
    assert (june.percent, june.is_over) == (150, True)


def test_the_years_go_back_to_the_first_text() -> None:
    assert costs.years(today=TODAY) == [2026]
    spent(at(3, 31, year=2025), occasion="a")

    assert costs.years(today=TODAY) == [2026, 2025, 2024]


def test_the_page_shows_the_months_and_the_file_holds_them(client, clerk) -> None:
    spent(at(5, 1), parts=2, occasion="a")

    page = client.get(reverse("message_costs"), {"fiscal_year": "2026"})
    assert "令和8年4月" in page.content.decode()
    file = client.get(reverse("message_costs_csv"), {"fiscal_year": "2026"})

    assert page.context["year"].cost.yen == 24
    rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert rows[1][2:] == ["2026-05", "テスト", "1", "2", "24.00", "10000"]
    assert "%E5%BA%81%E5%86%85%E9%99%90%E3%82%8A" in file["Content-Disposition"]


@pytest.mark.parametrize("asked", ["", "1066", "x"])
def test_a_year_that_nobody_knows_shows_this_one(client, clerk, asked) -> None:
    assert client.get(reverse("message_costs"), {"fiscal_year": asked}).context["year"].year == 2026


@pytest.mark.parametrize("role", Role)
def test_figures_are_for_those_who_send_reckon_or_decide(client, role) -> None:
    client.force_login(make_accounts.user(role))
    may = role in {Role.RECEPTION, Role.ANALYST, Role.ADMINISTRATOR}

    for name in ("message_costs", "message_costs_csv"):
        assert (client.get(reverse(name)).status_code == 200) is may
