"""Numbers of other records sent in a form: nothing changes that should not, and there is always a sentence."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from classes.models import CourseRun, Offer, Party, Registration, SeatHold
from classes.rescheduling import call_off
from classes.seat_hold import hold
from residents.models import Apart, Merge, Resident
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents
from tests.make.office import Office

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture
def elsewhere(at_work: tuple[Client, Office]) -> Registration:
    """Somebody who waits for the decision in another run."""
    other = make_draws.counter()
    [waiting] = make_draws.applicants(other, 1, by=at_work[1].chief)
    make_draws.closed(other)
    return waiting


def everything_of(run: CourseRun) -> list[Any]:
    """The run, its registrations and who comes together."""
    rows = (CourseRun.objects.filter(pk=run.pk), run.registrations.order_by("pk"), run.parties.order_by("pk"))
    return [list(each.values()) for each in rows]


def test_a_registration_of_another_run_is_not_chosen(at_work, elsewhere) -> None:
    client, made = at_work
    own = made.counter_run.registrations.first()
    before = everything_of(elsewhere.run), everything_of(made.counter_run)

    ticked = {"chosen": [own.pk, elsewhere.pk], "reason": "初めて"}
    answer = client.post(reverse("run_choose", args=[made.counter_run.pk]), ticked)

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert (everything_of(elsewhere.run), everything_of(made.counter_run)) == before


def test_a_slip_of_another_run_is_not_put_together(at_work, elsewhere) -> None:
    client, made = at_work
    own = made.counter_run.registrations.first()
    before = everything_of(elsewhere.run), everything_of(made.counter_run)

    answer = client.post(reverse("run_pair", args=[made.counter_run.pk]), {"first": own.slip, "second": elsewhere.slip})

    assert answer.status_code == 422
    assert (everything_of(elsewhere.run), everything_of(made.counter_run)) == before


def test_people_whose_lots_are_listed_are_not_parted_from_any_page(at_work) -> None:
    client, made = at_work
    party = Party.objects.create(run=made.listed_run)
    made.listed_run.registrations.update(party=party)
    before = everything_of(made.listed_run)

    answer = client.post(reverse("party_part", args=[party.pk]), follow=True)

    assert [each.level_tag for each in answer.context["messages"]] == ["error"]
    assert everything_of(made.listed_run) == before


def test_a_merge_is_undone_once_and_only_from_the_top(at_work) -> None:
    client, made = at_work
    on_top = make_residents.resident(by=made.chief)
    client.post(reverse("resident_merge", args=[on_top.pk, made.newcomer.pk]), all_kept(client, on_top, made.newcomer))
    assert Merge.objects.count() == 2

    answer = client.post(reverse("merge_undo", args=[made.merge.pk]))

    assert answer.status_code == 422
    made.merge.refresh_from_db()
    assert made.merge.undone_at is None


def all_kept(client: Client, into: Resident, other: Resident) -> dict[str, str]:
    form = client.get(reverse("resident_merge", args=[into.pk, other.pk])).context["form"]
    return dict.fromkeys(form.fields, "kept")


def test_neither_a_practice_person_nor_oneself_is_merged(at_work) -> None:
    client, made = at_work
    practice = make_residents.resident(by=made.chief)
    Resident.objects.filter(pk=practice.pk).update(is_practice=not made.resident.is_practice)
    rows = list(Resident.objects.order_by("pk").values())

    merging = reverse("resident_merge", args=[made.resident.pk, practice.pk])
    refused = client.post(merging, all_kept(client, made.resident, practice))
    oneself = client.post(reverse("resident_merge", args=[made.resident.pk, made.resident.pk]), follow=True)
    apart = client.post(reverse("resident_apart", args=[made.resident.pk, made.resident.pk]), follow=True)

    assert refused.status_code == 422
    assert oneself.status_code == apart.status_code == 200
    assert list(Resident.objects.order_by("pk").values()) == rows
    assert not Apart.objects.exists()


def test_nobody_ends_or_prolongs_the_hold_of_another_clerk(at_work) -> None:
    client, made = at_work
    run = make.run()
    theirs = hold(run, by=made.colleague)
    before = list(SeatHold.objects.values())

    for name in ("desk_hold", "desk_lend", "desk_next"):
        number = {"run": run.pk, "hold": theirs.pk, "held_by": made.colleague.pk, "pk": theirs.pk, "borrows": "1"}
        client.post(reverse(name), number)

    assert list(SeatHold.objects.values()) == before


@pytest.mark.parametrize("who", ["oneself", "nobody", "merged", "letters"])
@pytest.mark.parametrize("name", ["companion", "borrows"])
def test_whoever_cannot_come_along_is_not_registered(at_work, who, name) -> None:
    client, made = at_work
    run = make.run()
    number = {"oneself": made.resident.pk, "nobody": 99999, "merged": made.merge.duplicate_id, "letters": "abc"}[who]

    about = {"person": made.resident.pk, "run": run.pk, "despite": "1"}
    answer = client.post(reverse("desk_register"), {**about, name: [number, number]}, follow=True)

    assert answer.status_code in {200, 404}
    assert run.registrations.exclude(resident=made.resident).count() == 0
    assert run.registrations.count() <= 1


@pytest.mark.parametrize("stage", ["called_off", "closed", "not_open"])
def test_a_run_that_cannot_be_chosen_is_neither_held_nor_given(at_work, stage, time_machine) -> None:
    client, made = at_work
    run = make.run()
    if stage == "called_off":
        call_off(run, reason="大雨", by=made.chief)
    elif stage == "closed":
        time_machine.move_to(run.reception_closes_at)
    else:
        time_machine.move_to(run.reception_opens_at - timedelta(minutes=1))
    client.force_login(made.chief)
    about = {"person": made.resident.pk, "run": run.pk, "despite": "1", "channel": "phone"}

    client.post(reverse("desk"), {"caller": made.resident.pk, "choose": run.pk, "typed": ""})
    given = client.post(reverse("desk_register"), about, follow=True)
    over = client.post(reverse("desk_override"), about | {"reason": "付きそい"})

    assert given.status_code == 200
    assert list(given.context["messages"])
    assert over.status_code == 422
    assert not run.registrations.exists()
    assert not SeatHold.objects.filter(run=run).exists()


def test_an_offer_that_is_answered_is_not_answered_again_otherwise(at_work) -> None:
    client, made = at_work
    client.post(reverse("offer_answer", args=[made.offer.pk]), {"answer": "accepted"}, follow=True)
    before = list(Offer.objects.values()), list(Registration.objects.values())

    for said in ("declined", "promised", "not_reached", "passed", "nonsense", ""):
        answer = client.post(reverse("offer_answer", args=[made.offer.pk]), {"answer": said}, follow=True)
        assert [each.level_tag for each in answer.context["messages"]] == ["error"], said

    assert (list(Offer.objects.values()), list(Registration.objects.values())) == before


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.RECEPTION])
def test_who_may_not_receive_reads_of_no_correction_and_no_merge(client, at_work, role) -> None:
    _client, made = at_work
    client.force_login(make_accounts.user(role))
    for name, args in {
        "person": [made.newcomer.pk],
        "resident_edit": [made.newcomer.pk],
        "merge_undo": [made.merge.pk],
        "duplicate_list": [],
        "resident_merge": [made.resident.pk, made.newcomer.pk],
    }.items():
        assert client.get(reverse(name, args=args)).status_code == 403
