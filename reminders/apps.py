from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.action_names import name_actions
from reminders.action_names import ACTION_NAMES


class RemindersConfig(AppConfig):
    name = "reminders"
    verbose_name = _("Reminders")

    def ready(self) -> None:
        from city.editing import when_changed  # noqa: PLC0415  (models exist only from here on)
        from reminders.holding import REMINDERS_HOLDING  # noqa: PLC0415  (as above)
        from reminders.rewording import follow_the_office  # noqa: PLC0415  (as above)
        from residents.holdings import register_holding  # noqa: PLC0415  (as above)

        register_holding(REMINDERS_HOLDING)
        when_changed(follow_the_office)
        name_actions(ACTION_NAMES)
