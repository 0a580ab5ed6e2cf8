"""Two records that are merged said different things of one number, and all of it is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0006_how_consent_was_given"),
    ]

    operations = [
        migrations.AlterField(
            model_name="phoneline",
            name="memo",
            field=models.TextField(blank=True, verbose_name="extension or memo"),
        ),
    ]
