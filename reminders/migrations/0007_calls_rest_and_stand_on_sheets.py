"""A call at which nobody was reached rests until another time of day; a printed list is typed back by its number."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

OUTCOMES = [
    ("self", "Spoke to the person"),
    ("family", "Spoke to the family"),
    ("voicemail", "Answering machine"),
    ("no_answer", "No answer"),
    ("wrong_number", "Wrong number"),
    ("absence", "Will not come"),
]


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reminders", "0006_what_is_urgent_goes_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="calltask",
            name="again_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="call again from"),
        ),
        migrations.CreateModel(
            name="CallSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("printed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="printed")),
                (
                    "printed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_sheets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="printed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "sheet of calls",
                "verbose_name_plural": "sheets of calls",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="CallSheetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number on the sheet")),
                (
                    "outcome",
                    models.CharField(blank=True, choices=OUTCOMES, max_length=24, verbose_name="outcome"),
                ),
                ("typed_at", models.DateTimeField(blank=True, null=True, verbose_name="typed in")),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="reminders.callsheet",
                        verbose_name="sheet",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheet_lines",
                        to="reminders.calltask",
                        verbose_name="call",
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_sheet_lines_typed",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="typed in by",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a sheet of calls",
                "verbose_name_plural": "lines of sheets of calls",
                "ordering": ["sheet", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "number"), name="a_number_stands_once_on_a_sheet"),
                    models.UniqueConstraint(fields=("sheet", "task"), name="a_call_stands_once_on_a_sheet"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", ""), ("typed_at__isnull", True))
                        | (models.Q(("typed_at__isnull", False)) & ~models.Q(("outcome", ""))),
                        name="what_was_typed_in_has_its_time",
                    ),
                ],
            },
        ),
    ]
