from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0007_seats_decided_at_one_moment"),
    ]

    operations = [
        migrations.AddField(
            model_name="draw",
            name="devices",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="devices to lend"),
        ),
        migrations.AddField(
            model_name="draw",
            name="seats",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="seats to give"),
        ),
        migrations.AddField(
            model_name="lot",
            name="devices",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="devices asked for"),
        ),
        migrations.AddField(
            model_name="lot",
            name="seats",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="seats asked for"),
        ),
    ]
