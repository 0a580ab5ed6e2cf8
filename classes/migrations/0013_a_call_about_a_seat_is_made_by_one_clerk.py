import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("classes", "0012_a_held_seat_holds_a_device_too"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="held_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers_held",
                to=settings.AUTH_USER_MODEL,
                verbose_name="being called by",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="held_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="held until"),
        ),
        migrations.AddField(
            model_name="offer",
            name="printed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers_printed",
                to=settings.AUTH_USER_MODEL,
                verbose_name="printed by",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="printed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="printed"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=Q(held_by__isnull=True) | Q(held_until__isnull=False), name="a_call_about_a_seat_ends_in_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=Q(printed_by__isnull=True) | Q(printed_at__isnull=False),
                name="a_printed_offer_was_printed_at_a_moment",
            ),
        ),
    ]
