from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("city", "0005_reminders_of_every_new_run")]

    operations = [
        migrations.AddField(
            model_name="district",
            name="is_outside",
            field=models.BooleanField(default=False, verbose_name="outside the city"),
        ),
    ]
