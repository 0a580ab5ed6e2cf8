"""Find the next texts in the order in which they are claimed, without sorting all that are due."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="message", name="messages_planned_by_due"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "planned")), fields=["due_at", "id"], name="messages_planned_in_turn"
            ),
        ),
    ]
