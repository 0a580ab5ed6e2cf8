from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.action_names import name_actions
from materials.action_names import ACTION_NAMES


class MaterialsConfig(AppConfig):
    name = "materials"
    verbose_name = _("Guides")

    def ready(self) -> None:
        name_actions(ACTION_NAMES)
