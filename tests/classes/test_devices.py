"""On which devices a course is taught."""

import pytest

from classes.devices import courses_for
from classes.planning_forms import CourseForm

pytestmark = pytest.mark.django_db


def test_nobody_teaches_on_a_device_that_nobody_has() -> None:
    offered = dict(CourseForm().fields["device"].choices)

    assert "none" not in offered
    assert {"android", "iphone", "easyphone", "tablet", "pc"} < offered.keys()


def test_a_course_for_every_device_is_called_so() -> None:
    assert dict(CourseForm().fields["device"].choices)["unknown"] != "不明"


@pytest.mark.parametrize(
    ("device", "found"), [("easyphone", {"easyphone", "android", "unknown"}), ("iphone", {"iphone", "unknown"})]
)
def test_an_owner_finds_the_courses_that_suit(device: str, found: set[str]) -> None:
    assert set(courses_for(device)) == found
