"""What stays in hand during one call, and what does not go over into the next."""

from classes.conversation import MOST_COMPANIONS, Conversation


def test_whoever_comes_along_is_named_once_and_is_not_the_caller() -> None:
    conversation = Conversation(opened=1)

    answers = [conversation.bring(person) for person in (2, 2, 1)]

    assert answers == [True, True, True]
    assert conversation.companions == [2]


def test_no_more_come_along_than_one_can_read_out() -> None:
    conversation = Conversation(opened=1, companions=list(range(2, 2 + MOST_COMPANIONS)))

    assert conversation.bring(99) is False
    assert 99 not in conversation.companions


def test_whoever_does_not_come_along_borrows_nothing() -> None:
    conversation = Conversation(opened=1, companions=[2, 3], borrowing=[1, 2])

    conversation.leave_behind(2)

    assert (conversation.companions, conversation.borrowing) == ([3], [1])


def test_another_caller_brings_nobody_and_narrows_the_list_by_their_own_device() -> None:
    conversation = Conversation(opened=1, companions=[2], filters={"device": "iphone", "venue": "3"})

    conversation.turn_to(9, typed="2811")

    assert (conversation.companions, conversation.typed) == ([], "2811")
    assert conversation.filters == {"venue": "3"}


def test_what_is_kept_is_not_changed_before_it_is_kept_again() -> None:
    session: dict = {}
    Conversation(opened=1, companions=[2]).keep(session)

    Conversation.of(session).bring(3)

    assert Conversation.of(session).companions == [2]


def test_the_next_call_keeps_only_the_way_callers_come() -> None:
    ended = Conversation(typed="1834", opened=1, companions=[2], channel="counter", filters={"venue": "3"}).end()

    assert ended == Conversation(channel="counter")
