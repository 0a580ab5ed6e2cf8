"""Builder of a whole office: one of everything, so that every page has something to show."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from accounts.models import User, Volunteer
from accounts.roles import Role
from city.models import ClosingDay, District, Venue
from classes.cancellation import cancel
from classes.lottery import draw_lots, list_lots, prepare
from classes.models import Broadcast, Course, CourseRun, Lesson, Offer, Party, Registration
from classes.pairing import pair
from core.phone import PhoneNumber
from helpdesk.models import Consultation
from materials.models import Edition, Guide, Procedure, Step, Term
from materials.writing import begin_edition
from reminders.models import CallSheet, CallTask, CarriedFile, InboundText, Message
from reminders.sheets import print_sheet
from residents.intake import PhoneDetails
from residents.merging import merge
from residents.models import ContactWish, Merge, PhoneLine, Resident
from tests.make import accounts as make_accounts
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make_classes
from tests.make import helpdesk as make_helpdesk
from tests.make import materials as make_materials
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents
from tests.make.draws import DICE, closed

CALLED, TEXTED, POSTED = "0745-00-1834", "090-0000-2811", "0745-00-7766"


@dataclass
class Office:
    """What the builder made; `chief` may do everything."""

    chief: User
    colleague: User
    volunteer: Volunteer
    venue: Venue
    district: District
    closing_day: ClosingDay
    course: Course
    run: CourseRun
    lesson: Lesson
    resident: Resident
    newcomer: Resident
    merge: Merge
    registration: Registration
    offer: Offer
    full_run: CourseRun
    lottery_run: CourseRun
    listed_run: CourseRun
    drawn_run: CourseRun
    counter_run: CourseRun
    waiting: Registration
    party: Party
    call: CallTask
    sheet: CallSheet
    postcard: CallTask
    doubtful: PhoneLine
    message: Message
    texted: Resident
    inbound: InboundText
    carried_file: CarriedFile
    guide: Guide
    procedure: Procedure
    draft: Edition
    step: Step
    term: Term
    consultation: Consultation
    broadcast: Broadcast

    @property
    def told(self) -> SimpleNamespace:
        """What residents are told by text; a purpose has a name in its address where others have a number."""
        return SimpleNamespace(pk="lesson-reminder")


def office(**words: str) -> Office:
    """An office in the middle of its work; `words` replace the texts that people typed: name, title, note, place."""
    said = {"name": "髙橋", "title": "写真をとって送る", "note": "右耳が聞こえにくい", "place": "忍海集会所", **words}
    chief = make_accounts.user(*Role, name=said["name"])
    volunteer = make_accounts.volunteer(said["name"], user=chief)
    venue = Venue.objects.create(
        name=said["place"], kana="オシミ", room=said["note"], address=said["note"], directions=said["note"]
    )
    district = District.objects.create(name=said["place"][:30])
    closing_day = ClosingDay.objects.create(day=timezone.localdate() + timezone.timedelta(days=9), reason=said["note"])
    topic = make_materials.topic(said["title"][:30], parent=make_materials.topic())
    procedure = make_materials.procedure(said["title"][:40], topic=topic, at_counter=said["note"], needs=said["note"])
    guide = make_materials.guide(said["title"], by=chief, procedure=procedure, summary=said["note"], needs=said["note"])
    draft = begin_edition(guide, by=chief)
    course = make_classes.course(said["title"], summary=said["note"], bring=said["note"], topic=guide.topic)
    course.guides.add(guide)
    run = _run(chief, course=course, venue=venue, capacity=3)
    full_run = _run(chief, course=course, venue=venue, capacity=1, starts_at=make_classes.days_ahead(21))
    lesson = run.lessons.get()
    lesson.assignments.create(volunteer=volunteer, part="lead")
    who: dict[str, Any] = {
        "family_name": said["name"][:40],
        "accommodation": said["note"],
        "accommodation_consent": True,
        "district": district,
    }
    resident = _person(chief, CALLED, contact_wish=ContactWish.CALL, **who)
    texted = _person(chief, TEXTED, contact_wish=ContactWish.SMS, **who)
    newcomer = make_residents.resident(by=chief, family_kana="ナカムラ", **who)
    registration = make_classes.registration(run, resident, by=chief)
    make_classes.registration(run, texted, by=chief)
    first = make_classes.registration(full_run, resident, by=chief)
    make_classes.registration(full_run, texted, by=chief)
    cancel(first, by=chief, reason="health")
    people = [resident, texted]
    lottery_run = _after_reception(chief, people, "lottery", course=course, venue=venue, days=35)
    party = pair(*lottery_run.registrations.all(), by=chief)
    listed_run = _after_reception(chief, people, "lottery", course=course, venue=venue, days=42)
    list_lots(listed_run, by=chief)
    drawn_run = _after_reception(chief, people, "lottery", course=course, venue=venue, days=49, capacity=1)
    list_lots(drawn_run, by=chief)
    draw_lots(drawn_run, number=DICE, by=chief)
    counter_run = _after_reception(chief, people, "counter", course=course, venue=venue, days=56)
    call = CallTask.objects.order_by("pk")[0]
    CallTask.objects.filter(pk=call.pk).update(due_at=timezone.now())
    call.refresh_from_db()
    by_post = _person(
        chief, POSTED, contact_wish=ContactWish.POSTCARD, address=said["place"], invitation_consent=True, **who
    )
    postcard = _postcard(by_post, registration)
    doubtful = by_post.phone_lines.get()
    doubtful.is_doubtful = doubtful.is_strangers = True
    doubtful.save()
    edition = guide.editions.published().get()
    consultation = make_helpdesk.stuck(edition.steps.first(), by=chief, note=said["note"], venue=venue)
    return Office(
        chief=chief,
        colleague=make_accounts.user(Role.RECEPTION, name=said["name"]),
        volunteer=volunteer,
        venue=venue,
        district=district,
        closing_day=closing_day,
        course=course,
        run=run,
        lesson=lesson,
        resident=resident,
        newcomer=newcomer,
        merge=merge(make_residents.resident(by=chief, family_kana="ナカムラ", **who), newcomer, by=chief),
        registration=registration,
        offer=Offer.objects.get(),
        full_run=full_run,
        lottery_run=lottery_run,
        listed_run=listed_run,
        drawn_run=drawn_run,
        counter_run=counter_run,
        waiting=counter_run.registrations.waiting()[0],
        party=party,
        call=call,
        sheet=print_sheet(by=chief),
        postcard=postcard,
        doubtful=doubtful,
        message=Message.objects.order_by("pk")[0],
        texted=texted,
        inbound=make_reminders.inbound(texted, said["note"]),
        carried_file=make_reminders.carried_file(chief),
        guide=guide,
        procedure=guide.procedure,
        draft=draft,
        step=draft.steps.order_by("ordinal")[0],
        term=Term.objects.create(word=said["title"][:40], reading="ことば", explanation=said["note"]),
        consultation=consultation,
        broadcast=make_broadcasts.sent(
            # A memo may be empty; why everybody is told may not.
            # A reason has a word in it, whatever else was typed.
            make_broadcasts.notice(run, **({"reason": f"入口 {said['note']}"} if said["note"] else {})),
            by=chief,
        ),
    )


def _run(by: User, **fields: Any) -> CourseRun:
    made = make_classes.run(**fields)
    made.bring = made.course.bring
    made.save()
    return made


def _after_reception(by: User, people: list[Resident], selection: str, *, days: int, **fields: Any) -> CourseRun:
    """A run whose seats are given after reception, which has closed; these people have applied."""
    terms = {"selection": selection, "preferences": ["age_75"], "is_public": False}
    made = _run(by, starts_at=make_classes.days_ahead(days), **terms, **fields)
    if selection == CourseRun.Selection.LOTTERY:
        prepare(made)
    for person in people:
        make_classes.registration(made, person, by=by)
    return closed(made)


def _postcard(person: Resident, of: Registration) -> CallTask:
    """A postcard that is to be posted today, in the words of somebody's lesson."""
    lesson = of.run.lessons.get()
    asked = make_reminders.request(
        person,
        key=f"registration:{of.pk}:lesson:{lesson.pk}:by-post",
        purpose="lesson-reminder",
        occasion=f"lesson:{lesson.pk}",
        due_at=timezone.now(),
        useless_after=make_classes.days_ahead(21),
    )
    assert asked.call is not None
    return asked.call


def _person(by: User, number: str, **fields: Any) -> Resident:
    phones = [PhoneDetails(PhoneNumber.parse(number), "self", fields["accommodation"][:40])]
    return make_residents.resident(by=by, phones=phones, **fields)
