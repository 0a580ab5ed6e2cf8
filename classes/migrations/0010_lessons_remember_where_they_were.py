import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0001_initial"),
        ("classes", "0009_told_to_everybody_at_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField(verbose_name="was to begin")),
                ("ends_at", models.DateTimeField(verbose_name="was to end")),
                ("moved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="moved")),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="classes.lesson",
                        verbose_name="lesson",
                    ),
                ),
                (
                    "moved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lessons_moved",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="moved by",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lessons_moved_away",
                        to="city.venue",
                        verbose_name="was to be at",
                    ),
                ),
            ],
            options={
                "verbose_name": "move of a lesson",
                "verbose_name_plural": "moves of lessons",
                "ordering": ["pk"],
            },
        ),
    ]
