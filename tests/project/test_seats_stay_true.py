"""A long afternoon at the desk, step by step at random: whatever the clerks do, these things stay true."""

import random
from collections.abc import Callable

import pytest
from django.utils import timezone

from classes.cancellation import cancel
from classes.models import CourseRun, Offer, Registration, SeatHold
from classes.offer_calls import promise
from classes.planning import change_run
from classes.registration import register, seat_over_capacity
from classes.seat_hold import hold, release, release_run_out
from classes.seats import SeatCount
from classes.waiting_list import accept, decline, offer_out_of_turn, pass_over
from core.refusal import Refusal
from tests.classes.truths import untrue_of
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State
STEPS = 150


class Afternoon:
    """Clerks who do whatever comes, and what must be true after every step."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.run = make.run(capacity=6, loan_devices=1)
        self.clerks = [make.clerk() for _each in range(3)]
        self.people = [make_residents.resident(by=self.clerks[0]) for _each in range(40)]
        # Everybody who ever asked, in the order in which they asked; and whoever gave the place back.
        self.asked: list[int] = []
        self.gave_back: set[int] = set()
        self.told: list[str] = []

    def step(self) -> None:
        """One thing that happens, and a look at everything."""
        deeds = [self.calls] * 4 + [self.gives_back] * 3 + [self.accepts, self.declines, self.is_out, self.promises] * 2
        deeds += [self.chooses, self.grows, self.shrinks, self.begins_to_type, self.stops_typing, self.goes_home]
        deeds += [self.goes_over_capacity, self.seats_whoever_waits]
        deed: Callable[[], object] = self.chance.choice(deeds)
        before = CourseRun.objects.get().seats
        self.told.append(deed.__name__)
        try:
            deed()
        except Refusal as refused:
            self.told.append(refused.code)
        may_go_over = deed in (self.goes_over_capacity, self.seats_whoever_waits)
        self.look(deed, before, may_go_over=may_go_over)

    # What the clerks do --------------------------------------------------------------------------------

    @property
    def clerk(self):
        return self.chance.choice(self.clerks)

    def one_of(self, found):
        found = list(found)
        if not found:
            raise Refusal
        return self.chance.choice(found)

    def calls(self, **how) -> None:
        callers = self.chance.sample(self.people, k=self.chance.choice([1, 1, 2, 2, 3]))
        borrowing = [person for person in callers if self.chance.random() < 0.4]
        made = register(
            callers[0],
            self.run,
            by=self.clerk,
            channel=Registration.Channel.PHONE,
            companions=callers[1:],
            borrowing=borrowing,
            seat_was_promised=self.chance.random() < 0.2,
            **how,
        )
        self.asked += [made.pk + number for number in range(len(callers))]

    def goes_over_capacity(self) -> None:
        if self.chance.random() < 0.3:
            self.calls(override_reason="付き添い")

    def seats_whoever_waits(self) -> None:
        if self.chance.random() < 0.3:
            seat_over_capacity(self.one_of(self.run.registrations.waiting()), reason="付き添い", by=self.clerk)

    def gives_back(self) -> None:
        standing = self.run.registrations.active()
        registration = self.one_of(self.chance.choice([standing, standing.waiting()]))
        cancel(registration, by=self.clerk, reason="health")
        self.gave_back.add(registration.pk)

    def accepts(self) -> None:
        accept(self.one_of(Offer.objects.open()), by=self.clerk)

    def declines(self) -> None:
        decline(self.one_of(Offer.objects.open()), by=self.clerk)

    def is_out(self) -> None:
        pass_over(make.nobody_answers(self.one_of(Offer.objects.open()), by=self.clerk), by=self.clerk)

    def promises(self) -> None:
        promise(self.one_of(Offer.objects.open()), reached=self.chance.choice(Offer.Reached.values), by=self.clerk)

    def chooses(self) -> None:
        offer_out_of_turn(self.one_of(self.run.registrations.waiting()), reason="介助の日", by=self.clerk)

    def grows(self) -> None:
        self.change(**self.chance.choice([{"capacity": 1}, {"loan_devices": 1}]))

    def shrinks(self) -> None:
        self.change(**self.chance.choice([{"capacity": -1}, {"loan_devices": -1}]))

    def change(self, **by) -> None:
        run = CourseRun.objects.get()
        lowest = {"capacity": 1, "loan_devices": 0}
        terms = {name: max(getattr(run, name) + more, lowest[name]) for name, more in by.items()}
        change_run(run, by=self.clerk, **terms)

    def begins_to_type(self) -> None:
        hold(self.run, by=self.clerk, seats=self.chance.choice([1, 2]), devices=self.chance.choice([0, 0, 1]))

    def stops_typing(self) -> None:
        release(by=self.clerk)

    def goes_home(self) -> None:
        SeatHold.objects.filter(held_by=self.clerk).update(expires_at=timezone.now())
        release_run_out()

    # What must be true ---------------------------------------------------------------------------------

    def look(self, deed: Callable[[], object], before: SeatCount, *, may_go_over: bool) -> None:
        run = CourseRun.objects.get()
        standing = list(run.registrations.order_by("pk"))

        assert untrue_of(run) == []
        # A list of runs counts the same seats as a deed does.
        assert CourseRun.objects.with_seats().get().seats == run.seats
        # No seat and no device is given twice; what stands above the number was there before it shrank.
        if not may_go_over:
            assert run.seats.taken <= max(run.capacity, before.taken)
            assert run.seats.lent <= max(run.loan_devices, before.lent)
        # Of what it shrank by, nothing is held for anybody who has not heard of it.
        unheard = Offer.objects.open().filter(reached_at__isnull=True)
        if run.capacity < before.capacity:
            assert run.seats.taken <= run.capacity or not unheard.exists()
        if run.loan_devices < before.devices:
            assert run.seats.lent <= run.loan_devices or not unheard.filter(registration__borrows=True).exists()
        # An answer fills the seat that was held for it, and never another one.
        if deed == self.accepts:
            assert run.seats.taken == before.taken
        # Nobody is lost, and nobody cancelled by a machine.
        assert [each.pk for each in standing] == self.asked
        assert {each.pk for each in standing if each.state == State.CANCELLED} == self.gave_back


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_clerks_do_the_seats_and_the_line_stay_true(seed) -> None:
    afternoon = Afternoon(seed)

    for _step in range(STEPS):
        try:
            afternoon.step()
        except AssertionError as wrong:
            raise AssertionError(" → ".join(afternoon.told)) from wrong

    happened = set(afternoon.told)
    assert {"accepts", "declines", "is_out", "promises", "shrinks", "gives_back", "begins_to_type"} <= happened
