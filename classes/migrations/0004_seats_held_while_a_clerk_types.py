import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0003_devices_to_borrow"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SeatHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seats", models.PositiveSmallIntegerField(default=1, verbose_name="seats")),
                ("held_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="held since")),
                ("expires_at", models.DateTimeField(verbose_name="held until")),
                (
                    "held_by",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seat_hold",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="held by",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="classes.courserun",
                        verbose_name="course run",
                    ),
                ),
            ],
            options={
                "verbose_name": "seat held while a clerk types",
                "verbose_name_plural": "seats held while a clerk types",
                "indexes": [models.Index(fields=["run", "expires_at"], name="seat_holds_by_run")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("seats__gte", 1)), name="a_hold_holds_a_seat")
                ],
            },
        ),
    ]
