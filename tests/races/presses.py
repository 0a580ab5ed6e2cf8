"""What is pressed in races within one process, and what became of a run."""

from collections import Counter
from collections.abc import Callable

from classes.models import CourseRun, Registration
from classes.registration import register
from residents.models import Resident
from tests.make import classes as make


def registering_of(person: Resident, run: CourseRun) -> Callable[[], Registration]:
    """A press of the button, by a clerk of their own."""
    clerk = make.clerk()
    return lambda: register(person, run, by=clerk, channel=Registration.Channel.PHONE)


def states(run: CourseRun) -> Counter[str]:
    """How many registrations of a run are in each state."""
    return Counter(run.registrations.values_list("state", flat=True))
