"""The page on which a sheet of calls about seats held is typed back, line by line."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from classes.cancellation import cancel
from classes.models import Offer
from classes.offer_sheet import put_on_paper
from classes.waiting_list import accept
from core.models import AuditEntry
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

PAGE = "/offers/sheet/"


@pytest.fixture(autouse=True)
def _at_noon(time_machine):
    time_machine.move_to(make.days_ahead(1, "12:00"))


@pytest.fixture
def offers(clerk) -> list[Offer]:
    """Two seats held since the morning, on the clerk's sheet."""
    for _each in range(2):
        run = make.run(capacity=1)
        seated = make.registration(run)
        make.registration(run, make_residents.resident())
        cancel(seated, by=clerk, reason="health")
    put_on_paper(by=clerk)
    morning = timezone.now() - timedelta(hours=3)
    Offer.objects.update(made_at=morning, printed_at=morning)
    return list(Offer.objects.order_by("pk"))


def lines(*told: tuple[Offer, dict[str, str]]) -> dict[str, object]:
    """What is sent of these lines."""
    sent: dict[str, object] = {"line": [offer.pk for offer, _typed in told]}
    for offer, typed in told:
        sent |= {f"{offer.pk}-{name}": value for name, value in typed.items()}
    return sent


def test_the_page_shows_the_sheet_and_the_look_at_it_is_on_record(client, offers) -> None:
    page = client.get(PAGE)

    assert [line.offer for line in page.context["form"].lines] == offers
    assert PAGE in client.get(reverse("offer_list")).content.decode()
    assert AuditEntry.objects.filter(action="offer.sheet_opened").latest("pk").facts == {"count": 2}


def test_one_press_records_every_line_that_is_ticked(client, offers) -> None:
    first, second = offers

    answer = client.post(PAGE, lines((first, {"box": "comes"}), (second, {"box": "nobody_in", "at": "10:15"})))

    assert answer.url == reverse("offer_list")
    first, second = Offer.objects.order_by("pk")
    assert first.state == Offer.State.ACCEPTED
    assert timezone.localtime(second.last_attempt_at).strftime("%H:%M") == "10:15"


def test_lines_with_nothing_ticked_stay_on_the_sheet(client, offers) -> None:
    first, second = offers

    client.post(PAGE, lines((first, {"box": "comes"}), (second, {"box": ""})))

    assert [line.offer for line in client.get(PAGE).context["form"].lines] == [second]


@pytest.mark.parametrize(
    ("typed", "amiss"),
    [
        ({"box": "nobody_in"}, "at"),
        ({"box": "person_told", "at": "8:30"}, "at"),
        ({"box": "gives_up"}, "reason"),
        ({"box": "", "at": "10:15"}, "box"),
        ({"box": "", "reason": "health"}, "box"),
    ],
)
def test_what_is_missing_on_one_line_is_asked_for_and_nothing_is_recorded_yet(client, offers, typed, amiss) -> None:
    first, second = offers

    answer = client.post(PAGE, lines((first, {"box": "comes"}), (second, typed)))

    assert answer.status_code == 422
    assert [list(line.errors) for line in answer.context["form"].lines] == [[], [amiss]]
    assert f'href="#id_{second.pk}-{amiss}' in answer.content.decode()
    assert Offer.objects.open().count() == 2


def test_a_line_that_the_screen_knows_otherwise_stays_with_the_reason_and_the_others_are_recorded(
    client, offers
) -> None:
    first, second = offers
    accept(first, by=make.clerk())

    answer = client.post(PAGE, lines((first, {"box": "not_now"}), (second, {"box": "comes"})))

    assert answer.status_code == 422
    [line] = answer.context["form"].lines
    assert (line.offer, list(line.errors)) == (first, ["box"])
    assert 'id="error-summary"' not in answer.content.decode()
    assert not Offer.objects.open().exists()


def test_a_sheet_that_is_done_leads_back_to_the_calls(client, offers) -> None:
    for offer in offers:
        accept(offer, by=make.clerk())

    assert client.get(PAGE).url == reverse("offer_list")


def test_nobody_types_back_what_is_not_a_line(client, offers) -> None:
    answer = client.post(PAGE, {"line": ["x", "99999", "9" * 400]})

    assert answer.status_code in {302, 422}
    assert Offer.objects.open().count() == 2
