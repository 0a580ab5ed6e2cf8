import pytest

from bench.frame.registry import (
    Anchor,
    Measurement,
    Of,
    Scenario,
    Target,
    UnknownScenarioError,
    at_least,
    at_most,
    chosen,
    exactly,
)
from bench.frame.report import row
from bench.frame.stopwatch import each_once, together

FLOOR = Anchor("floor page", 2.0)


@pytest.mark.parametrize(
    ("target", "value", "holds"),
    [
        (at_most(5), 10.0, True),
        (at_most(5), 10.1, False),
        (at_least(0.5), 1.0, True),
        (at_least(0.5), 0.9, False),
        (at_most(12, Of.VALUE), 12.0, True),
        (at_most(12, Of.VALUE), 13.0, False),
        (exactly(20), 20.0, True),
        (exactly(20), 19.0, False),
    ],
)
def test_a_target_holds_up_to_its_limit(target: Target, value: float, holds: bool) -> None:
    assert target.holds(Measurement("page", value, "ms", FLOOR)) is holds


def test_a_ratio_without_its_anchor_does_not_hold() -> None:
    assert not at_most(5).holds(Measurement("page", 1.0, "ms"))


def test_a_row_says_the_measurement_its_anchor_and_whether_the_target_holds() -> None:
    pages = Scenario("pages", "Pages.", at_most(5), lambda run: [])

    entry = row(pages, Measurement("home", 12.345, "ms", FLOOR))

    assert (entry.name, entry.value, entry.anchor, entry.ratio) == ("pages: home", 12.3, 2.0, 6.17)
    assert (entry.target, entry.holds) == ("≤ 5 × anchor", False)


def test_a_measurement_may_have_a_target_of_its_own() -> None:
    pages = Scenario("pages", "Pages.", at_most(5), lambda run: [])

    entry = row(pages, Measurement("queries", 9, "queries", target=at_most(12, Of.VALUE)))

    assert (entry.target, entry.holds) == ("≤ 12", True)


def test_an_unknown_scenario_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownScenarioError, match=r"no scenario nonsense.*anchors"):
        chosen(["nonsense"])


def test_clients_together_count_what_succeeds_and_keep_what_fails() -> None:
    def fail() -> None:
        raise ConnectionError

    crowd = together([lambda: None, fail], seconds=0.05)

    assert crowd.done > 0
    assert set(crowd.errors) == {"ConnectionError()"}


def test_each_act_is_done_once_however_many_clients_there_are() -> None:
    done: list[int] = []

    crowd = each_once([lambda number=number: done.append(number) for number in range(50)], clients=8)

    assert crowd.done == 50
    assert sorted(done) == list(range(50))
