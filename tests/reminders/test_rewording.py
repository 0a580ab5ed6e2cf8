"""The city words its texts itself: what is refused, what is kept, and what is sent in the end."""

import pytest
from django.utils.translation import override

from accounts.roles import Role
from city.editing import change_profile
from city.models import CityProfile
from core.models import AuditEntry
from core.stale import ChangedMeanwhile, fingerprint
from reminders.delivery import deliver_next
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message, Wording
from reminders.rewording import WordingHasMistakes, mistakes, reword, say_anew, use_built_in, words_in_use
from reminders.wording import read_city_and_words, render, words_of
from tests.make import accounts as make_accounts
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

OWN = "【{市名}】{会場}で「{講座名}」があります。お休みは{電話}へ"
FACTS = {"title": "写真をとって送る", "venue": "忍海集会所"}


@pytest.fixture
def admin():
    return make_accounts.user(Role.ADMINISTRATOR)


def wrong(text: str, purpose, **more) -> list[str]:
    with override("en"):
        return mistakes(text, purpose, city=CityProfile.current(), **more)


def test_what_the_city_wrote_is_sent_from_then_on(purpose, admin):
    assert render(purpose, FACTS) == "【葛城市】「写真をとって送る」忍海集会所。欠席は0745-00-0000へ"

    reword(purpose, OWN, by=admin)

    assert render(purpose, FACTS) == "【葛城市】忍海集会所で「写真をとって送る」があります。お休みは0745-00-0000へ"


def test_the_built_in_words_come_back_and_the_citys_own_stay_on_record(purpose, admin):
    wording = reword(purpose, OWN, by=admin)

    assert use_built_in(purpose, by=admin) is True
    assert use_built_in(purpose, by=admin) is False

    assert render(purpose, FACTS).endswith("欠席は0745-00-0000へ")
    wording.refresh_from_db()
    assert (wording.text, wording.written_by, wording.ended_by) == (OWN, admin, admin)
    actions = AuditEntry.objects.filter(by_id=admin.pk, action__startswith="wording.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["wording.written", "wording.ended"]


def test_an_older_wording_is_ended_and_kept(purpose, admin):
    first = reword(purpose, OWN, by=admin)
    second = reword(purpose, OWN + "。", by=admin)

    assert list(Wording.objects.current()) == [second]
    first.refresh_from_db()
    assert first.ended_at is not None


def test_words_that_the_page_did_not_show_are_not_ended_by_it(purpose, admin):
    seen = fingerprint(words_in_use(purpose, None))
    colleagues = reword(purpose, OWN, by=admin, seen=seen)

    with pytest.raises(ChangedMeanwhile):
        reword(purpose, OWN + "。", by=admin, seen=seen)

    assert Wording.objects.current().get() == colleagues
    assert reword(purpose, OWN + "。", by=admin, seen=fingerprint(words_in_use(purpose, colleagues))) != colleagues


def test_the_same_words_twice_are_written_once(purpose, admin):
    seen = fingerprint(words_in_use(purpose, None))

    assert reword(purpose, OWN, by=admin, seen=seen) == reword(purpose, OWN, by=admin, seen=seen)
    assert Wording.objects.count() == 1


def test_a_place_that_nobody_can_fill_in_is_named_with_those_that_can(purpose):
    (sentence,) = wrong("【{市名}】{講座}は{会場}。{電話}", purpose)

    assert "{講座}" in sentence
    assert "{市名}, {講座名}, {会場}, {電話}" in sentence


@pytest.mark.parametrize(
    "text",
    [
        "【{市名}】{会場.__class__}。{電話}",
        "【{市名}】{会場!r}。{電話}",
        "【{市名}】{0}{会場}。{電話}",
        "【{市名}】{{会場}}。{電話}",
        "【{市名}】{% include 'x' %}{会場}。{電話}",
        "【{市名}】{会場。{電話}",
        "【{市名}】会場}{会場}。{電話}",
        "【{市名}】｛会場。{会場}。{電話}",
    ],
)
def test_nothing_between_braces_is_more_than_a_name(purpose, text):
    assert wrong(text, purpose)


def test_what_the_barest_text_says_must_be_said(purpose):
    found = " ".join(wrong("【{市名}】「{講座名}」があります。", purpose))

    assert "{会場}" in found
    assert "{電話}" in found
    assert "{講座名}" not in found


@pytest.mark.parametrize(
    "text", ["{会場}。{電話}【{市名}】", "{市名}より。{会場}。{電話}", "お知らせ【{市名}】{会場}{電話}"]
)
def test_a_text_begins_with_the_city(purpose, text):
    assert any("【{市名}】" in sentence for sentence in wrong(text, purpose))


@pytest.mark.parametrize(
    "words",
    [
        "https://example.jp",
        "口座番号",
        "暗証番号",
        "明日です",
        "090-1234-5678",
        "1を押してください",
        "{電話}を押してください",
    ],
)
def test_what_frauds_say_is_refused_in_a_wording(purpose, words):
    assert wrong(f"{OWN} {words}", purpose)
    assert wrong(OWN, purpose) == []


def test_a_text_that_can_never_be_as_short_as_it_is_allowed_to_be_is_refused(purpose):
    long = OWN + "お気をつけてお越しください。" * 4

    assert wrong(long, purpose)
    assert wrong(long, purpose, most_parts=2) == []


def test_nothing_is_no_text(purpose):
    assert len(wrong("  \n", purpose)) == 1


def test_a_text_with_mistakes_is_not_kept(purpose, admin):
    with pytest.raises(WordingHasMistakes) as refused:
        reword(purpose, OWN + "暗証番号", by=admin)

    assert len(refused.value.mistakes) == 1
    assert not Wording.objects.exists()


def test_braces_of_the_other_width_name_a_place_too(purpose, admin):
    reword(purpose, "【｛市名｝】{ 会場 }。｛電話｝", by=admin)

    assert render(purpose, FACTS) == "【葛城市】忍海集会所。0745-00-0000"


def test_what_a_caller_is_told_in_is_read_at_once_and_is_what_is_in_use(purpose, admin):
    reword(purpose, OWN.replace("お休みは", "お休みの方は"), by=admin)
    reword(purpose, OWN, most_parts=2, by=admin)

    city, words = read_city_and_words(purpose)

    assert words == {purpose.name: words_of(purpose, city=CityProfile.current())}
    assert (city, words[purpose.name].own, words[purpose.name].most_parts) == (CityProfile.current(), OWN, 2)
    use_built_in(purpose, by=admin)
    assert read_city_and_words(purpose)[1][purpose.name].own == ""


def test_planned_texts_follow_the_office_to_its_new_number(purpose, admin):
    number, city = make_residents.mobile(), CityProfile.current()
    message = make.message(make.textable(number))
    assert "0745-00-0000" in message.body

    city.office_phone = "0745-44-5003"
    change_profile(city, by=admin)

    # Who is told the same from now on shares it.
    joined = make.message(make.textable(number), body=message.body.replace("0745-00-0000", "0745-44-5003"))
    gateway = MemoryGateway()
    deliver_next(gateway, worker="one", now=make.NOON)
    (sent,) = gateway.sent
    assert joined == message
    assert "0745-44-5003" in sent.body
    assert "0745-00-0000" not in sent.body
    assert not CallTask.objects.exists()


def test_planned_texts_begin_with_the_citys_new_name_and_keep_the_names_of_halls(purpose, admin):
    number, city = make_residents.mobile(), CityProfile.current()
    body = f"【{city.name}】{city.name}民体育館 12月4日（金）。欠席は{city.office_phone}へ"
    message, called = make.message(make.textable(number), body=body), make.call(body=body)
    new = body.replace(f"【{city.name}】", "【大和市】")

    city.name, city.office_phone = "大和市", "0745-44-5003"
    change_profile(city, by=admin)

    new = new.replace("0745-00-0000", "0745-44-5003")
    message.refresh_from_db()
    assert (message.body, called.requests.get().body) == (new, new)
    assert make.message(make.textable(number), body=new) == message


def test_what_was_said_stays_as_it_was_said(admin):
    message, city = make.sent(), CityProfile.current()
    Message.objects.update(state=Message.State.DELIVERED)

    city.office_phone = "0745-44-5003"
    change_profile(city, by=admin)

    assert "0745-00-0000" in Message.objects.get().body
    assert "0745-00-0000" in message.requests.get().body


def test_a_text_that_comes_back_bears_the_offices_new_number_and_the_citys_new_name(
    purpose, admin, gateway, time_machine
):
    time_machine.move_to(make.NOON, tick=False)
    make.message()
    city, gateway.is_away, send = CityProfile.current(), True, gateway.send

    def move_meanwhile(text):
        city.office_phone, city.name = "0745-44-5003", "新葛城市"
        change_profile(city, by=admin)
        return send(text)

    gateway.send = move_meanwhile
    deliver_next(gateway, worker="w", now=make.NOON)
    gateway.send, gateway.is_away = send, False
    while deliver_next(gateway, worker="w", now=make.later(minutes=2)):
        pass

    [text] = gateway.sent
    assert text.body.startswith("【新葛城市】")
    assert "0745-44-5003" in text.body


def test_what_is_being_handed_over_is_said_anew_only_if_it_comes_back(purpose, admin):
    message = make.message()
    key = message.requests.get().key
    Message.objects.update(state=Message.State.CLAIMED, claimed_at=make.NOON)

    assert say_anew({key: make.BODY + "変更"}, by=admin) == 0

    message.refresh_from_db()
    assert (message.body, message.requests.get().body) == (make.BODY, make.BODY + "変更")


def test_whoever_is_called_would_be_texted_with_the_new_number_and_its_length_counts(admin):
    called, longest = make.call(), make.message(body="あ" * 58 + "0745-00-0000")
    city = CityProfile.current()

    city.office_phone = "0745-44-50031"
    change_profile(city, by=admin)

    longest.refresh_from_db()
    assert "0745-44-50031" in called.requests.get().body
    assert longest.parts == 2
