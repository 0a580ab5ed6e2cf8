"""What the audit log calls what is done to the city's settings."""

from django.utils.translation import gettext_lazy as _

ACTION_NAMES = {
    "city.changed": _("Changed the city's settings"),
    "venue.made": _("Added a venue"),
    "venue.changed": _("Changed a venue"),
    "district.made": _("Added a district"),
    "district.changed": _("Changed a district"),
    "closing_day.made": _("Added a closing day"),
    "closing_day.changed": _("Changed a closing day"),
    "closing_day.removed": _("Removed a closing day"),
}
