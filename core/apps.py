from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from core.checks import embedded_database_is_new_enough


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Foundation")

    def ready(self) -> None:
        register(embedded_database_is_new_enough, Tags.compatibility)
