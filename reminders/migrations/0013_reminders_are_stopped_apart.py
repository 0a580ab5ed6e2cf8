from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0012_nobody_is_invited_by_text")]

    operations = [
        migrations.AlterField(
            model_name="optout",
            name="about",
            field=models.CharField(
                choices=[
                    ("everything", "All texts"),
                    ("reminders", "Reminders before the day"),
                    ("booked", "News of a registration: confirmed, changed, called off, the result"),
                ],
                max_length=16,
                verbose_name="takes no texts about",
            ),
        ),
    ]
