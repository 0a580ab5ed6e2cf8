from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.action_names import name_actions
from helpdesk.action_names import ACTION_NAMES


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
    verbose_name = _("Help desk")

    def ready(self) -> None:
        from helpdesk.holding import HOLDING  # noqa: PLC0415  (models are not loaded before ready)
        from residents.holdings import register_holding  # noqa: PLC0415  (as above)

        register_holding(HOLDING)
        name_actions(ACTION_NAMES)
