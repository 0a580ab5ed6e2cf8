"""Let the analysis count from two indexes alone, each in the order in which it counts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="consultation",
            name="consultations_by_edition",
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(
                fields=[
                    "edition",
                    "reached_ordinal",
                    "topic",
                    "procedure",
                    "fiscal_year",
                    "age_band",
                    "device",
                    "venue",
                ],
                name="consultations_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="difficulty",
            index=models.Index(fields=["step", "cause", "consultation"], name="difficulties_by_step"),
        ),
        migrations.AlterField(
            model_name="difficulty",
            name="step",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="difficulties",
                to="materials.step",
                verbose_name="step",
            ),
        ),
    ]
