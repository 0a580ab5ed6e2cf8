from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.action_names import name_actions
from residents.action_names import ACTION_NAMES


class ResidentsConfig(AppConfig):
    name = "residents"
    verbose_name = _("Residents")

    def ready(self) -> None:
        # The registries hold models, which exist only now.
        from residents.holdings import register_holding  # noqa: PLC0415  (models exist only from here on)
        from residents.own_holding import RESIDENT_HOLDING  # noqa: PLC0415  (as above)

        register_holding(RESIDENT_HOLDING)
        name_actions(ACTION_NAMES)
