"""Lots as anybody may check them: chances as the rules say, no gain from being early, and the printed lines agree."""

import itertools
import math
import random
import subprocess
import sys
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classes.drawing import PROCEDURE, Entry, drawn, figures, new_seed, seal, ticket_of
from tests.project.places import ROOT

DRAWS = 4000
# A chance in a run of 4,000 lies within five standard deviations but once in 1.7 million times.
SIGMAS = 5


def alone(number: int, *, points: int = 0, devices: int = 0) -> Entry:
    return Entry(f"12-{number}", points, 1, devices)


def couple(number: int, *, points: int = 0, devices: int = 0) -> Entry:
    return Entry(f"12-{number}", points, 2, devices)


def winners(entries: list[Entry], *, seed: str, number: str, seats: int, devices: int = 9) -> set[str]:
    found = drawn(entries, seed=seed, number=number, seats=seats, devices=devices)
    return {result.entry.label for result in found if result.is_won}


def won(entries: list[Entry], *, seats: int, devices: int = 9, source: int = 7) -> Counter[str]:
    """How often each lot won, each time with a seed and a number of its own."""
    chance = random.Random(source)
    counted: Counter[str] = Counter()
    for _draw in range(DRAWS):
        seed, number = f"{chance.getrandbits(256):064x}", "".join(chance.choices("123456", k=6))
        counted.update(winners(entries, seed=seed, number=number, seats=seats, devices=devices))
    return counted


def expected(entries: list[Entry], *, seats: int, devices: int = 9) -> dict[str, Fraction]:
    """The exact chance of each lot: every order in which lots with more points come first is as likely as any other."""
    ranked = [list(group) for _points, group in itertools.groupby(_by_points(entries), key=lambda entry: entry.points)]
    orders = list(itertools.product(*[list(itertools.permutations(group)) for group in ranked]))
    counted: Counter[str] = Counter()
    for order in orders:
        left, lent = seats, devices
        for entry in itertools.chain(*order):
            if entry.people <= left and entry.devices <= lent:
                left, lent = left - entry.people, lent - entry.devices
                counted[entry.label] += 1
    return {entry.label: Fraction(counted[entry.label], len(orders)) for entry in entries}


def _by_points(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: -entry.points)


def assert_as_the_rules_say(counted: Counter[str], chances: dict[str, Fraction]) -> None:
    for label, chance in chances.items():
        error = SIGMAS * math.sqrt(DRAWS * chance * (1 - chance))
        assert abs(counted[label] - DRAWS * chance) <= error, (label, counted[label], float(DRAWS * chance))


LISTS = {
    "people who come alone": ([alone(n) for n in range(1, 8)], 3, 9),
    "couples among people who come alone": ([couple(1), alone(2), alone(3), couple(4), alone(5), alone(6)], 3, 9),
    "a party of three": ([Entry("12-1", 0, 3), alone(2), alone(3), couple(4), alone(5)], 4, 9),
    "some who are preferred": ([alone(1, points=1), alone(2), couple(3, points=2), alone(4, points=1), alone(5)], 3, 9),
    "more who are preferred than seats": ([*(alone(n, points=2) for n in range(1, 6)), alone(6), alone(7)], 3, 9),
    "few devices to borrow": (
        [alone(1, devices=1), alone(2, devices=1), alone(3), couple(4, devices=2), alone(5)],
        3,
        2,
    ),
    "seats for all": ([alone(1), couple(2), alone(3)], 9, 9),
}


@pytest.mark.parametrize(("entries", "seats", "devices"), LISTS.values(), ids=LISTS)
def test_the_chance_of_each_party_is_as_the_rules_say(entries, seats, devices) -> None:
    chances = expected(entries, seats=seats, devices=devices)

    assert_as_the_rules_say(won(entries, seats=seats, devices=devices), chances)


def test_in_a_long_list_everybody_who_comes_alone_has_the_same_chance() -> None:
    """Sixty lots, one of them a couple's at each end and in the middle: too many to list every order of."""
    entries = [couple(n) if n in {1, 30, 60} else alone(n) for n in range(1, 61)]

    counted = won(entries, seats=20)

    singles = [entry.label for entry in entries if entry.people == 1]
    mean = sum(counted[label] for label in singles) / len(singles)
    spread = math.sqrt(mean * (1 - mean / DRAWS))
    assert all(abs(counted[label] - mean) <= SIGMAS * spread for label in singles)
    # χ² with 56 degrees of freedom; draws without replacement make it smaller, and a bias would make it larger.
    assert sum((counted[label] - mean) ** 2 / mean for label in singles) < 56 + 5 * math.sqrt(2 * 56)
    couples = [counted[f"12-{n}"] for n in (1, 30, 60)]
    assert max(couples) - min(couples) <= 2 * SIGMAS * spread


@pytest.mark.parametrize("source", range(3))
def test_the_order_of_application_has_no_effect(source) -> None:
    """The same people, who applied in another order and so have other slips: each has the same chance."""
    chance = random.Random(source)
    people = [("a couple", 2), ("Abe", 1), ("Baba", 1), ("another couple", 2), ("Chiba", 1), ("Doi", 1)]
    first = dict(enumerate(people, start=1))
    shuffled = dict(enumerate(chance.sample(people, k=len(people)), start=1))

    tallies = []
    for order in (first, shuffled):
        counted = won([Entry(f"12-{slip}", 0, size) for slip, (_name, size) in order.items()], seats=3, source=source)
        tallies.append({name: counted[f"12-{slip}"] for slip, (name, _size) in order.items()})

    for name, size in people:
        p = float(expected([Entry(n, 0, s) for n, s in people], seats=3)[name])
        assert abs(tallies[0][name] - tallies[1][name]) <= SIGMAS * math.sqrt(2 * DRAWS * p * (1 - p)), (name, size)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3)), min_size=1, max_size=30), st.randoms())
def test_the_order_of_the_file_changes_nothing_at_all(lots, chance) -> None:
    entries = [Entry(f"12-{n}", points, people) for n, (points, people) in enumerate(lots, start=1)]
    facts = {"seed": "ab" * 32, "number": "123456", "seats": 7, "devices": 0}

    assert list(drawn(entries, **facts)) == list(drawn(chance.sample(entries, k=len(entries)), **facts))


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)), max_size=30),
    st.integers(0, 20),
    st.integers(0, 5),
)
def test_no_more_is_given_than_there_is_and_nobody_passes_a_higher_class(lots, seats, devices) -> None:
    entries = [
        Entry(f"12-{n}", points, people, min(borrow, people)) for n, (points, people, borrow) in enumerate(lots, 1)
    ]

    results = list(drawn(entries, seed="cd" * 32, number="654321", seats=seats, devices=devices))

    given_away = [result.entry for result in results if result.is_won]
    assert sum(entry.people for entry in given_away) <= seats
    assert sum(entry.devices for entry in given_away) <= devices
    assert [result.entry.points for result in results] == sorted((e.points for e in entries), reverse=True)
    assert sorted(result.entry.label for result in results) == sorted(entry.label for entry in entries)
    assert not [entry for entry in given_away if entry.people == 0]


def test_every_figure_of_seed_and_number_and_slip_matters() -> None:
    tickets = {
        ticket_of(label, seed=seed, number=number)
        for label, seed, number in itertools.product(["1-23", "12-3"], ["aa", "ab"], ["123456", "123465"])
    }

    assert len(tickets) == 8


def test_a_seal_shows_nothing_of_its_seed_and_fits_no_other() -> None:
    seeds = [new_seed() for _each in range(50)]

    assert len({seal(seed) for seed in seeds}) == len(set(seeds)) == 50
    assert all(len(seed) == 64 and seed not in seal(seed) for seed in seeds)


@pytest.mark.parametrize(
    ("typed", "number"), [("352614", "352614"), (" ３５２ ６１４", "352614"), ("000001", "000001")]
)
def test_figures_are_read_in_any_width(typed, number) -> None:
    assert figures(typed) == number


# The lines that are printed -------------------------------------------------------------------------------


@pytest.mark.parametrize(("entries", "seats", "devices"), LISTS.values(), ids=LISTS)
def test_the_printed_lines_repeat_the_draw_in_a_fresh_python(entries, seats, devices, tmp_path) -> None:
    seed, number = "9f" * 32, "263415"
    (tmp_path / "lots-12.txt").write_text("".join(entry.line for entry in entries))
    lines = PROCEDURE.format(seed=seed, number=number, seats=seats, devices=devices, file="lots-12.txt")

    repeated = subprocess.run(
        [sys.executable, "-I", "-c", lines], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    results = drawn(entries, seed=seed, number=number, seats=seats, devices=devices)
    told = [
        f"{place} {result.entry.label} {result.ticket[:12]} {'won' if result.is_won else '-'}"
        for place, result in enumerate(results, start=1)
    ]
    assert repeated.stdout.splitlines() == [f"seal {seal(seed)}", *told]


def test_the_page_about_the_draw_shows_the_same_lines() -> None:
    told = (ROOT / "docs" / "lottery.md").read_text()

    facts = {"seed": "…64 figures…", "number": "352614", "seats": 12, "devices": 4, "file": "lots-12.txt"}
    assert PROCEDURE.format(**facts) in told


def test_the_printed_lines_are_few() -> None:
    assert len(PROCEDURE.splitlines()) <= 12
    assert max(len(line) for line in PROCEDURE.splitlines()) <= 100
