from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0011_words_are_removed_at_the_provider")]

    operations = [
        migrations.AlterField(
            model_name="optout",
            name="about",
            field=models.CharField(
                choices=[("everything", "All texts"), ("booked", "What was booked")],
                max_length=16,
                verbose_name="takes no texts about",
            ),
        ),
    ]
