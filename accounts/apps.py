from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.action_names import ACTION_NAMES
from core.action_names import name_actions


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People who sign in")

    def ready(self) -> None:
        name_actions(ACTION_NAMES)
