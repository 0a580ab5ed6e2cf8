from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from classes.action_names import ACTION_NAMES
from core.action_names import name_actions


class ClassesConfig(AppConfig):
    name = "classes"
    verbose_name = _("Classes")

    def ready(self) -> None:
        from city.editing import when_a_venue_changes  # noqa: PLC0415  (models exist only from here on)
        from classes.broadcast_purposes import CALLED_OFF, NOTICE  # noqa: PLC0415  (as above)
        from classes.holding import CLASSES_HOLDING  # noqa: PLC0415  (as above)
        from classes.lesson_reminder import LessonReminder  # noqa: PLC0415  (as above)
        from classes.notices import NOTICES  # noqa: PLC0415  (as above)
        from classes.renaming import before_a_venue_changes  # noqa: PLC0415  (as above)
        from classes.seat_calls import SeatCalls  # noqa: PLC0415  (as above)
        from reminders.other_calls import register_other_calls  # noqa: PLC0415  (as above)
        from reminders.purposes import register_purpose  # noqa: PLC0415  (as above)
        from residents.holdings import register_holding  # noqa: PLC0415  (as above)

        register_purpose(LessonReminder())
        for notice in NOTICES:
            register_purpose(notice())
        register_purpose(CALLED_OFF)
        register_purpose(NOTICE)
        register_other_calls(SeatCalls())
        register_holding(CLASSES_HOLDING)
        when_a_venue_changes(before_a_venue_changes)
        name_actions(ACTION_NAMES)
