from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("city", "0003_texts_in_a_minute")]

    operations = [
        migrations.AddField(
            model_name="cityprofile",
            name="confirms_by_text",
            field=models.BooleanField(default=True, verbose_name="bookings by telephone are confirmed by a text"),
        ),
    ]
