"""Keep what was told to everybody of some lessons at once."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0008_what_there_was_to_draw_for"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Broadcast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(editable=False, unique=True, verbose_name="key")),
                ("same_key", models.CharField(editable=False, max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("called_off", "The lessons do not take place"),
                            ("notice", "The lessons take place, but something is different"),
                        ],
                        max_length=12,
                        verbose_name="what happens",
                    ),
                ),
                ("reason", models.CharField(max_length=160, verbose_name="reason")),
                ("body", models.TextField(verbose_name="text")),
                ("by_telephone", models.BooleanField(default=False, verbose_name="everybody by telephone")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sent")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="broadcasts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "lessons",
                    models.ManyToManyField(related_name="broadcasts", to="classes.lesson", verbose_name="lessons"),
                ),
            ],
            options={
                "verbose_name": "broadcast",
                "verbose_name_plural": "broadcasts",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("same_key",), name="the_same_is_broadcast_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="a_broadcast_says_why"
                    ),
                ],
            },
        ),
    ]
