from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0005_lots_and_draws"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="reason",
            field=models.CharField(blank=True, max_length=160, verbose_name="reason for asking out of turn"),
        ),
    ]
