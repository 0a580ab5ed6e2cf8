from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0002_people_who_come_together"),
    ]

    operations = [
        migrations.AddField(
            model_name="courserun",
            name="loan_devices",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="devices to borrow"),
        ),
        migrations.AddField(
            model_name="registration",
            name="borrows",
            field=models.BooleanField(default=False, verbose_name="borrows a device"),
        ),
    ]
