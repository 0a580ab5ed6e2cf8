import pytest
from pytest_django import DjangoAssertNumQueries

from core.phone import PhoneKind, PhoneNumber
from reminders import outbox
from reminders.models import Message
from reminders.reasons import Reason
from reminders.routing import Channel, promise, read_for_routes, route, routes
from residents.intake import PhoneDetails, correct
from residents.models import Consent, ContactWish, NoticeManner, Resident
from tests.make import accounts as make_accounts
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

TOLL_FREE = PhoneNumber.from_e164("+81120123456")


def somebody(*numbers: PhoneNumber, wish: str = ContactWish.SMS) -> Resident:
    return make_residents.resident(phones=[PhoneDetails(number) for number in numbers], contact_wish=wish)


def test_a_mobile_with_the_wish_and_the_consent_is_texted() -> None:
    number = make_residents.mobile()

    way = route(somebody(number))

    assert (way.channel, way.phone, way.reason) == (Channel.SMS, number, "")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (PhoneNumber.practice(7, PhoneKind.LANDLINE), Reason.LANDLINE),
        (PhoneNumber.practice(7, PhoneKind.IP), Reason.IP_PHONE),
        (TOLL_FREE, Reason.TOLL_FREE),
    ],
)
def test_a_number_that_takes_no_texts_is_called(number: PhoneNumber, reason: str) -> None:
    way = route(somebody(number))

    assert (way.channel, way.phone, way.reason) == (Channel.CALL, number, reason)


def test_the_mobile_is_texted_also_when_the_landline_stands_first() -> None:
    mobile = make_residents.mobile()

    assert route(somebody(make_residents.landline(), mobile)).phone == mobile


def test_a_mobile_in_doubt_is_called_on_the_other_number() -> None:
    mobile, landline = make_residents.mobile(), make_residents.landline()
    person = somebody(mobile, landline)
    person.phone_lines.filter(number=mobile.e164).update(is_doubtful=True)

    way = route(person)

    assert (way.channel, way.phone, way.reason) == (Channel.CALL, landline, Reason.LANDLINE)


def test_who_has_only_a_number_in_doubt_is_called_and_it_is_said() -> None:
    person = somebody(make_residents.mobile())
    person.phone_lines.update(is_doubtful=True)

    assert (route(person).channel, route(person).reason) == (Channel.CALL, Reason.DOUBTFUL)


def test_who_took_the_consent_back_is_called() -> None:
    person = somebody(make_residents.mobile())
    Consent.objects.create(
        resident=person, kind=Consent.Kind.SMS, is_given=False, manner=NoticeManner.SPOKEN, notice_version="1"
    )

    assert (route(person).channel, route(person).reason) == (Channel.CALL, Reason.OPTED_OUT)


def test_no_consent_is_asked_about_a_number_that_takes_no_texts(django_assert_num_queries) -> None:
    person = somebody(make_residents.landline())
    person.consents.all().delete()

    with django_assert_num_queries(1):
        assert route(person).reason == Reason.LANDLINE


def test_a_consent_to_something_else_is_none_to_texts() -> None:
    person = somebody(make_residents.mobile())
    person.consents.filter(kind=Consent.Kind.SMS).delete()
    Consent.objects.create(
        resident=person, kind=Consent.Kind.INVITATION, is_given=True, manner=NoticeManner.SPOKEN, notice_version="1"
    )

    assert route(person).channel == Channel.CALL


def test_who_asks_to_be_called_is_called_on_a_mobile_too() -> None:
    assert route(somebody(make_residents.mobile(), wish=ContactWish.CALL)).reason == Reason.WISH


@pytest.mark.parametrize(
    ("wish", "channel"), [(ContactWish.POSTCARD, Channel.POSTCARD), (ContactWish.NONE, Channel.NONE)]
)
def test_other_wishes_are_kept(wish: str, channel: str) -> None:
    person = make_residents.resident(contact_wish=wish, address="葛城市忍海1番地")

    assert route(person).channel == channel


def test_who_lost_the_telephone_stands_on_the_list_without_a_number() -> None:
    person = somebody(make_residents.mobile())
    person.phone_lines.all().delete()

    way = route(person)

    assert (way.channel, way.phone, way.reason) == (Channel.CALL, None, Reason.NO_NUMBER)


def test_a_seat_is_offered_by_telephone_even_to_who_wants_texts() -> None:
    way = route(somebody(make_residents.mobile()), by_call_only=True)

    assert (way.channel, way.reason) == (Channel.CALL, Reason.CALL_ONLY)


def test_prefetched_people_cost_one_query_however_many(django_assert_num_queries: object) -> None:
    for _person in range(3):
        make.textable()
    people = list(Resident.objects.prefetch_related("phone_lines", "consents"))

    with django_assert_num_queries(1):  # type: ignore[operator]
        routes(people)


def test_the_clerk_can_promise_what_will_happen() -> None:
    person = make.textable()

    said = promise(route(person), when=make.NOON)

    assert "12月2日（水）" in said
    assert person.phone_lines.get().phone.national in said


def test_the_promise_follows_a_corrected_wish() -> None:
    person = make.textable()
    details = make_residents.details(phone=person.phone_lines.get().phone, contact_wish=ContactWish.NONE)
    correct(person, details, by=make_accounts.user())

    assert promise(route(Resident.objects.get()), when=make.NOON)
    assert route(Resident.objects.get()).channel == Channel.NONE


@pytest.fixture
def office_without_texts(settings) -> None:
    settings.PRACTICE, settings.SMS_GATEWAY = False, "practice"


@pytest.mark.usefixtures("office_without_texts")
def test_a_real_office_without_a_gateway_promises_a_call() -> None:
    number = make_residents.mobile()

    way = route(somebody(number))

    assert (way.channel, way.phone, way.reason) == (Channel.CALL, number, Reason.NO_GATEWAY)
    assert "電話" in promise(way, when=make.LESSON)


@pytest.mark.usefixtures("office_without_texts")
def test_who_wants_no_texts_is_called_for_that_reason_also_where_none_are_sent() -> None:
    person = somebody(make_residents.mobile(), wish=ContactWish.CALL)

    assert route(person).reason == Reason.WISH


def test_a_text_is_promised_in_practice_and_where_there_is_a_provider(settings) -> None:
    person = somebody(make_residents.mobile())

    for practice, gateway in ((True, "practice"), (False, "twilio")):
        settings.PRACTICE, settings.SMS_GATEWAY = practice, gateway
        assert route(person).channel == Channel.SMS


def test_who_was_to_be_called_is_texted_once_there_is_a_provider(settings, office_without_texts, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    person = make.textable()
    request = make.request(person)
    assert request.call.reason == Reason.NO_GATEWAY

    settings.SMS_GATEWAY = "twilio"
    outbox.reroute(person, by=None)

    request.refresh_from_db()
    assert (request.call, request.message.state) == (None, Message.State.PLANNED)


@pytest.mark.parametrize(
    ("words", "is_texted"),
    [
        ([], False),
        ([(Consent.Kind.SMS, True)], True),
        ([(Consent.Kind.SMS, True), (Consent.Kind.SMS, False)], False),
        ([(Consent.Kind.SMS, False), (Consent.Kind.SMS, True)], True),
        ([(Consent.Kind.SMS, True), (Consent.Kind.INVITATION, False)], True),
        ([(Consent.Kind.INVITATION, True)], False),
    ],
)
def test_the_newest_word_on_texts_decides_however_it_was_read(
    words: list[tuple[str, bool]], is_texted: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = somebody(make_residents.mobile())
    person.consents.all().delete()
    for kind, is_given in words:
        Consent.objects.create(
            resident=person, kind=kind, is_given=is_given, manner=NoticeManner.SPOKEN, notice_version="1"
        )
    read_at_once = Resident.objects.get(pk=person.pk)
    read_for_routes([read_at_once])

    expected = Channel.SMS if is_texted else Channel.CALL
    with django_assert_num_queries(0):
        assert route(read_at_once).channel == expected
    assert route(Resident.objects.get(pk=person.pk)).channel == expected
