"""Courses with their runs and lessons, who holds a seat in them, and who came."""

from classes.models.attendance import Attendance, Disagreement, DisagreementQuerySet, Submission
from classes.models.broadcasts import Broadcast
from classes.models.courses import Assignment, Course, CourseRun, CourseRunQuerySet, Lesson, LessonQuerySet, Move
from classes.models.draws import Draw, Lot
from classes.models.holds import SeatHold, SeatHoldQuerySet
from classes.models.registrations import Offer, OfferQuerySet, Party, Registration, RegistrationQuerySet
from classes.models.sheets import SheetCode

__all__ = [
    "Assignment",
    "Attendance",
    "Broadcast",
    "Course",
    "CourseRun",
    "CourseRunQuerySet",
    "Disagreement",
    "DisagreementQuerySet",
    "Draw",
    "Lesson",
    "LessonQuerySet",
    "Lot",
    "Move",
    "Offer",
    "OfferQuerySet",
    "Party",
    "Registration",
    "RegistrationQuerySet",
    "SeatHold",
    "SeatHoldQuerySet",
    "SheetCode",
    "Submission",
]
