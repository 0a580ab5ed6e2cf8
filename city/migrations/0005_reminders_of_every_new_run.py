from django.db import migrations, models

import city.models


class Migration(migrations.Migration):
    dependencies = [("city", "0004_bookings_confirmed_in_writing")]

    operations = [
        migrations.AddField(
            model_name="cityprofile",
            name="reminder_rules",
            field=models.JSONField(blank=True, default=city.models.usual_reminders, verbose_name="reminders"),
        ),
    ]
