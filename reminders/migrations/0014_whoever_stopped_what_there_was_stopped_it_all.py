from django.db import migrations
from django.db.models import Exists, OuterRef


def widen(apps, _schema_editor):
    """Until now every text was about what was booked, so whoever stopped that takes no reminders either."""
    standing = apps.get_model("reminders", "OptOut").objects.filter(ended_at__isnull=True)
    wider = standing.filter(number=OuterRef("number"), about="everything")
    standing.filter(~Exists(wider), about="booked").update(about="everything")


class Migration(migrations.Migration):
    dependencies = [("reminders", "0013_reminders_are_stopped_apart")]

    operations = [migrations.RunPython(widen, migrations.RunPython.noop)]
