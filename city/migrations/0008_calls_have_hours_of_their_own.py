from datetime import time

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("city", "0007_outside_the_city_in_every_list")]

    operations = [
        migrations.AddField(
            model_name="cityprofile",
            name="calls_from",
            field=models.TimeField(default=time(9, 0), verbose_name="calls from"),
        ),
        migrations.AddField(
            model_name="cityprofile",
            name="calls_until",
            field=models.TimeField(default=time(17, 0), verbose_name="calls until"),
        ),
    ]
