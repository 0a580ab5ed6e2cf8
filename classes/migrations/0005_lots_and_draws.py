import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0004_seats_held_while_a_clerk_types"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="courserun",
            name="preferences",
            field=models.JSONField(blank=True, default=list, verbose_name="preferred"),
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seed", models.CharField(editable=False, max_length=64, verbose_name="seed")),
                ("seed_digest", models.CharField(editable=False, max_length=64, verbose_name="digest of the seed")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="made"),
                ),
                ("listed_at", models.DateTimeField(blank=True, null=True, verbose_name="lots listed")),
                ("public_number", models.CharField(blank=True, max_length=20, verbose_name="number made in public")),
                ("drawn_at", models.DateTimeField(blank=True, null=True, verbose_name="drawn")),
                (
                    "drawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="drawn by",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw",
                        to="classes.courserun",
                        verbose_name="course run",
                    ),
                ),
            ],
            options={
                "verbose_name": "draw",
                "verbose_name_plural": "draws",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("drawn_at__isnull", True),
                            models.Q(("listed_at__isnull", False), models.Q(("public_number", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="lots_are_drawn_from_a_list_with_a_number",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=20, verbose_name="lot")),
                ("size", models.PositiveSmallIntegerField(default=1, verbose_name="people")),
                ("points", models.PositiveSmallIntegerField(default=0, verbose_name="preferences that fit")),
                ("ticket", models.CharField(blank=True, max_length=64, verbose_name="ticket")),
                ("rank", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="place in the draw")),
                ("is_won", models.BooleanField(null=True, verbose_name="won")),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="classes.draw",
                        verbose_name="draw",
                    ),
                ),
            ],
            options={
                "verbose_name": "lot",
                "verbose_name_plural": "lots",
                "ordering": ["draw", "rank", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "label"), name="a_lot_is_in_a_draw_once"),
                    models.UniqueConstraint(fields=("draw", "rank"), name="a_place_in_a_draw_is_given_once"),
                    models.CheckConstraint(condition=models.Q(("size__gte", 1)), name="a_lot_stands_for_somebody"),
                ],
            },
        ),
        migrations.AddField(
            model_name="registration",
            name="lot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registrations",
                to="classes.lot",
                verbose_name="lot",
            ),
        ),
    ]
