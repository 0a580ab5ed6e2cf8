from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0017_seats_given_so_far_were_told_as_over_capacity"),
    ]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="seated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="seat given on"),
        ),
    ]
