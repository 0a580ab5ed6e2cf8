import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0006_offers_out_of_turn"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="courserun",
            name="decided_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="seats decided"),
        ),
        migrations.AddField(
            model_name="courserun",
            name="decided_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs_decided",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="courserun",
            name="decision_reason",
            field=models.CharField(blank=True, editable=False, max_length=160, verbose_name="reason of the decision"),
        ),
    ]
