"""Results that come back in files: any order, twice, with lines missing, from programs that know other words."""

import pytest
import time_machine

from reminders import carried_results as results
from reminders import carrying
from reminders.models import CallTask, CarriedLine, Message, OptOut
from reminders.reasons import Reason
from tests.make import reminders as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State


@pytest.fixture(autouse=True)
def _carried(settings):
    settings.SMS_GATEWAY = "file"
    with time_machine.travel(make.NOON, tick=False):
        yield


@pytest.fixture
def lines() -> list[CarriedLine]:
    """Three texts that stand in a file."""
    for number in range(3):
        make.message(make.real_textable(), occasion=f"lesson:{number}")
    carrying.make_file(due_by=make.NOON, by=make.clerk(), now=make.NOON)
    return list(CarriedLine.objects.order_by("position"))


def take(text: str, encoding: str = "utf-8-sig") -> results.Taken:
    return results.take_down(results.read(text.encode(encoding)), by=make.clerk(), now=make.later(hours=1))


def state(line: CarriedLine) -> str:
    return Message.objects.get(token=line.message_token).state


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_results_in_any_order_and_with_lines_missing_are_taken_down(lines: list[CarriedLine], encoding: str) -> None:
    taken = take(f"結果,照合番号\r\n到達,{lines[2].token}\r\n不達,{lines[0].token}\r\n", encoding)

    assert taken == results.Taken(news=2)
    assert [state(line) for line in lines] == [State.FAILED, State.SENT, State.DELIVERED]
    assert CallTask.objects.get().reason == Reason.FAILED


def test_the_same_results_twice_count_once_and_what_arrived_stays(lines: list[CarriedLine]) -> None:
    token = lines[0].token
    take(f"token,status\n{token},delivered\n")

    taken = take(f"token,status\n{token},delivered\n{token},undelivered\n{token},sent\n")

    assert taken == results.Taken(known=3)
    assert state(lines[0]) == State.DELIVERED
    assert not CallTask.objects.exists()


def test_lines_that_are_not_ours_or_unclear_are_named_and_the_rest_is_taken(lines: list[CarriedLine]) -> None:
    taken = take(f"token,status\nAAAAAAAAAA,delivered\n{lines[0].token},maybe\n\n{lines[1].token},delivered\n,\nx\n")

    assert (taken.news, taken.strangers, taken.unclear) == (1, [2, 7], [3])
    assert state(lines[0]) == State.SENT


def test_a_text_that_stands_in_no_file_takes_no_result() -> None:
    message = make.message(make.real_textable())

    assert take(f"token,status\n{message.token},delivered\n").strangers == [2]

    message.refresh_from_db()
    assert message.state == State.PLANNED


@pytest.mark.parametrize(
    ("said", "reason"),
    [("受信拒否", Reason.FAILED), ("30005", Reason.DOUBTFUL), ("停止", Reason.STOPPED), ("謎", Reason.FAILED)],
)
def test_a_reason_in_words_or_as_a_code_leads_to_the_same_as_at_the_provider(
    lines: list[CarriedLine], said: str, reason: str
) -> None:
    take(f"token\tstatus\tcode\n{lines[0].token.lower()}\t NG \t{said}\n")

    assert CallTask.objects.get().reason == reason
    assert OptOut.objects.exists() == (reason == Reason.STOPPED)


def test_what_a_spreadsheet_added_is_passed_over(lines: list[CarriedLine]) -> None:
    assert take(f'file,token,status,,\n1,"\'{lines[0].token}",ＯＫ,,\n,,,,\n').news == 1


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\xff\xfe", b"\xff\xfet\x00o\x00k\x00", b'token,status\na,"b\x00"']
)
def test_what_is_no_text_is_answered_with_a_sentence(content: bytes) -> None:
    with pytest.raises((results.ResultsAreUnreadable, results.ColumnsAreMissing)):
        results.read(content)


@pytest.mark.parametrize("head", ["", "token", "status,code", "番号,状況", "\n\n"])
def test_a_head_without_the_columns_is_told_what_was_found(head: str) -> None:
    with pytest.raises(results.ColumnsAreMissing):
        results.read(head.encode())


def test_what_is_far_too_long_is_refused() -> None:
    with pytest.raises(results.ResultsAreTooLong):
        results.read(b"x" * (results.MOST_BYTES + 1))
    with pytest.raises(results.ResultsAreTooLong):
        results.read(b"token,status\n" + b"A,ok\n" * (results.MOST_LINES + 1))
