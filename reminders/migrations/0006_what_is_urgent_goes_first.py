"""What is urgent goes first: texts are claimed and calls are listed before all others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0005_the_city_words_its_own_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="request",
            name="is_urgent",
            field=models.BooleanField(default=False, verbose_name="urgent"),
        ),
        migrations.AddField(
            model_name="calltask",
            name="is_urgent",
            field=models.BooleanField(default=False, verbose_name="urgent"),
        ),
        migrations.AddField(
            model_name="message",
            name="is_urgent",
            field=models.BooleanField(default=False, verbose_name="urgent"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("is_urgent", True), ("state", "planned")),
                fields=["due_at", "id"],
                name="urgent_messages_in_turn",
            ),
        ),
    ]
