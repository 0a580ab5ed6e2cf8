from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0010_lessons_remember_where_they_were"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="reached_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="reached"),
        ),
        migrations.AddField(
            model_name="offer",
            name="reached",
            field=models.CharField(
                blank=True,
                choices=[("person", "The person"), ("family", "Somebody of the family"), ("other", "Somebody else")],
                max_length=8,
                verbose_name="who was reached",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=Q(reached_at__isnull=True, reached="") | Q(reached_at__isnull=False) & ~Q(reached=""),
                name="whoever_was_reached_was_so_at_a_moment",
            ),
        ),
    ]
