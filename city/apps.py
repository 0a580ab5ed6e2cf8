from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from city.action_names import ACTION_NAMES
from core.action_names import name_actions


class CityConfig(AppConfig):
    name = "city"
    verbose_name = _("City")

    def ready(self) -> None:
        name_actions(ACTION_NAMES)
