"""How somebody agreed is told in words of its own: a consent that is taken back is not “read out”."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0005_a_stranger_answers_there"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consent",
            name="manner",
            field=models.CharField(
                choices=[("spoken", "By word of mouth"), ("written", "In writing")], max_length=10, verbose_name="how"
            ),
        ),
    ]
