"""A page asks the database as often for two hundred rows as for two, and a batch asks for the city once."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from classes.lottery import prepare
from classes.models import Attendance, CourseRun, Disagreement, Draw, Offer, Party, Registration
from reminders import call_list, opting_out, outbox, receipts
from reminders.about import About
from reminders.models import CallTask, OptOut
from residents.models import Resident
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make import draws as make_draws
from tests.make import helpdesk as make_helpdesk
from tests.make import materials as make_materials
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents

FEW, MANY = 2, 200


class Office:
    """An office that grows: people, runs, guides, consultations, texts and calls, as many of each."""

    def __init__(self) -> None:
        self.chief = make_accounts.user(*Role)
        self.regular = make_reminders.textable(by=self.chief)
        self.full_run = make_classes.run(capacity=MANY + 1)
        self.waited_for = make_classes.run(capacity=1)
        self.drawn, self.chosen = make_draws.lottery(capacity=1), make_draws.counter(capacity=1)
        self.draw = prepare(self.drawn)
        self.numbers = count(1)

    def grow(self, by: int) -> None:
        """So many more of everything."""
        kinds = [make_reminders.textable, make_reminders.callable_]
        people = [kinds[number % 2](by=self.chief) for number in range(by)]
        registered([(self.full_run, person) for person in people], by=self.chief)
        courses = [make_classes.course(f"講座{next(self.numbers)}") for _each in range(by)]
        # Two on one day: who is in two hundred classes at one hour reads of each pair, and there are no such people.
        days = [make_classes.days_ahead(5 + number // 2) for number in range(by)]
        runs = [make_classes.run(course=course, starts_at=day) for course, day in zip(courses, days, strict=True)]
        registered([(run, self.regular) for run in runs], by=self.chief)
        self.let_wait(people)
        self.tick_differently(people)
        outbox.enqueue_all([reminder_of(person) for person in people], by=self.chief)
        for person in people:
            step = make_materials.edition(make_materials.guide(steps=1, by=self.chief)).steps.get()
            today = timezone.localdate()
            make_helpdesk.stuck(step, by=self.chief, resident=person, held_on=today, follow_up_on=today)
            make_helpdesk.consultation(by=self.chief, resident=self.regular, held_on=today)

    def let_wait(self, people: list[Resident]) -> None:
        """So many more who wait: in line and called about a seat, two by two, and with a lot that is drawn."""
        for run in (self.waited_for, self.drawn, self.chosen):
            registered([(run, person) for person in people], by=self.chief, state=Registration.State.WAITING)
        now = timezone.now()
        waiting = list(self.waited_for.registrations.filter(resident__in=people))
        held = {"answer_by": now, "printed_by": self.chief, "printed_at": now}
        Offer.objects.bulk_create(Offer(registration=each, **held) for each in waiting[::2])
        for each in self.drawn.registrations.filter(resident__in=people):
            each.lot = self.draw.lots.create(label=each.slip, rank=each.pk, seats=1, devices=0, is_won=False)
            each.party = Party.objects.create(run=self.drawn)
            each.save()
        facts = {"listed_at": now, "public_number": make_draws.DICE, "drawn_at": now, "seats": 1, "devices": 0}
        Draw.objects.filter(pk=self.draw.pk).update(**facts)

    def tick_differently(self, people: list[Resident]) -> None:
        """So many more whom two people ticked differently."""
        lesson, now = self.full_run.lessons.get(), timezone.now()
        tick = {"lesson": lesson, "marked_at": now, "marked_by": self.chief}
        ticked = list(self.full_run.registrations.filter(resident__in=people))
        Attendance.objects.bulk_create(Attendance(registration=each, mark="present", **tick) for each in ticked)
        Disagreement.objects.bulk_create(Disagreement(registration=each, mark="absent", **tick) for each in ticked)

    def queries(self) -> dict[str, int]:
        """How often each page asks the database."""
        client = Client()
        client.force_login(self.chief)
        lesson = self.full_run.lessons.get()
        # When nobody here teaches: a day with a clash is told of with what clashes.
        quiet = make_classes.days_ahead(200)
        addresses = [
            reverse("home"),
            reverse("desk"),
            f"{reverse('desk')}?person={self.regular.pk}",
            reverse("run_list"),
            reverse("course_list"),
            reverse("run_detail", args=[self.full_run.pk]),
            reverse("run_papers", args=[self.full_run.pk]),
            reverse("run_certificates", args=[self.full_run.pk]),
            f"{reverse('broadcast_create')}?run={self.full_run.pk}",
            reverse("broadcast_list"),
            reverse("run_people_pdf", args=[self.full_run.pk]),
            reverse("run_edit", args=[self.full_run.pk]),
            f"{reverse('run_copy', args=[self.full_run.pk])}?first={quiet:%m/%d}",
            reverse("lesson_move", args=[lesson.pk]),
            reverse("roster", args=[lesson.pk]),
            reverse("roster_paper", args=[lesson.pk]),
            reverse("roster_pdf", args=[lesson.pk]),
            reverse("call_list"),
            reverse("message_list"),
            reverse("number_list"),
            reverse("message_costs"),
            reverse("wording_list"),
            reverse("consultation_list"),
            reverse("insights"),
            reverse("person", args=[self.regular.pk]),
            reverse("duplicate_list"),
            reverse("resident_merge", args=[self.regular.pk, self.full_run.registrations.all()[0].resident_id]),
            reverse("offer_list"),
            reverse("offer_detail", args=[Offer.objects.order_by("pk")[0].pk]),
            reverse("offer_sheet_pdf"),
            reverse("offer_sheet_type"),
            reverse("registration_out_of_turn", args=[self.waited_for.registrations.order_by("pk")[1].pk]),
            reverse("run_detail", args=[self.waited_for.pk]),
            reverse("run_choose", args=[self.chosen.pk]),
            reverse("run_pair", args=[self.drawn.pk]),
            reverse("run_draw", args=[self.drawn.pk]),
            reverse("draw_stage", args=[self.drawn.pk]),
            reverse("draw_result", args=[self.drawn.pk]),
            reverse("draw_result_pdf", args=[self.drawn.pk]),
            reverse("calendar"),
            reverse("calendar_run", args=[self.full_run.pk]),
            reverse("calendar_ics"),
            reverse("guide_list"),
            reverse("guide_desk"),
        ]
        asked = {address: asked_by(lambda address=address: client.get(address)) for address in addresses}
        search = lambda: client.post(reverse("desk_people"), {"typed": self.regular.family_kana})  # noqa: E731
        return asked | {"desk search": asked_by(search)}


def registered(pairs: list[tuple[CourseRun, Resident]], *, by: User, state: str = Registration.State.CONFIRMED) -> None:
    """Seats taken or waited for, without a reminder for each."""
    Registration.objects.bulk_create(
        Registration(
            run=run,
            resident=resident,
            state=state,
            waiting_since=timezone.now(),
            channel=Registration.Channel.PHONE,
            slip_number=resident.pk,
            taken_at=timezone.now(),
            taken_by=by,
        )
        for run, resident in pairs
    )


def reminder_of(resident: Resident) -> outbox.Ask:
    """A text or a call that is due."""
    return outbox.Ask(
        key=f"registration:{resident.pk}:lesson:31:day-before",
        purpose="lesson-reminder",
        resident=resident,
        occasion="lesson:31",
        body=make_reminders.BODY,
        due_at=timezone.now(),
        useless_after=make_classes.days_ahead(5),
    )


def asked_by(act) -> int:
    """The queries of a page that has been opened before, so that what is kept between requests is kept."""
    assert act().status_code == 200
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_no_page_asks_more_of_the_database_for_two_hundred_rows_than_for_two() -> None:
    office = Office()

    office.grow(FEW)
    few = office.queries()
    office.grow(MANY - FEW)
    many = office.queries()

    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}


# A batch ------------------------------------------------------------------------------------------------


def postcards_too_late_on_their_day(people: int) -> Callable[[], int]:
    for _person in range(people):
        make_reminders.postcard(useless_after=make_reminders.LESSON)
    return lambda: call_list.tidy(now=make_reminders.NOON)


def postcards_that_nobody_posted(people: int) -> Callable[[], int]:
    tidied = postcards_too_late_on_their_day(people)
    CallTask.objects.update(rechecked_at=make_reminders.NOON)
    return tidied


def a_number_that_takes_no_texts(people: int) -> Callable[[], int]:
    household = at_one_number(people)
    for person in household:
        number = make_reminders.message(person).number
    opting_out.keep(number, about=About.BOOKED, how=OptOut.How.PHONE, by=None)
    return lambda: outbox.reroute(*household, by=None, now=make_reminders.NOON)


def numbers_that_take_no_texts(people: int) -> Callable[[], int]:
    for _person in range(people):
        text = make_reminders.message()
        opting_out.keep(text.number, about=About.BOOKED, how=OptOut.How.PROVIDER, by=None)
    return lambda: opting_out.move_planned(now=make_reminders.NOON)


def a_text_that_nobody_confirmed(people: int) -> Callable[[], int]:
    person, *others = at_one_number(people)
    for other in others:
        make_reminders.message(other)
    text = make_reminders.sent(person)

    def give_up() -> int:
        receipts.give_up_waiting(text.pk, now=make_reminders.NOON)
        return CallTask.objects.get(number=text.number).requests.count()

    return give_up


def at_one_number(people: int) -> list[Resident]:
    """A household that shares its texts."""
    phone = make_residents.mobile()
    return [make_reminders.textable(phone) for _person in range(people)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "come",
    [
        postcards_too_late_on_their_day,
        postcards_that_nobody_posted,
        a_number_that_takes_no_texts,
        numbers_that_take_no_texts,
        a_text_that_nobody_confirmed,
    ],
)
def test_the_city_and_its_closing_days_are_read_as_often_for_six_people_as_for_two(come, time_machine) -> None:
    read = []
    with make_reminders.purpose():
        for people in (2, 6):
            time_machine.move_to(make_reminders.NOON - timedelta(days=12), tick=False)
            act = come(people)
            time_machine.move_to(make_reminders.NOON, tick=False)
            with CaptureQueriesContext(connection) as asked:
                assert act() == people
            read.append(sum("city_" in query["sql"] for query in asked))

    assert read[0] == read[1] > 0
