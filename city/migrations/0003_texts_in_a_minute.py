import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("city", "0002_initial_codes")]

    operations = [
        migrations.AddField(
            model_name="cityprofile",
            name="sms_minute_limit",
            field=models.PositiveIntegerField(
                default=60,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="texts in a minute",
            ),
        ),
    ]
