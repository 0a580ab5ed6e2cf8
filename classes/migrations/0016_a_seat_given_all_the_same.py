from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0015_a_sheet_opens_by_its_code"),
    ]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="is_over_capacity",
            field=models.BooleanField(default=False, verbose_name="over capacity"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_over_capacity", False), models.Q(("override_reason", ""), _negated=True), _connector="OR"
                ),
                name="a_seat_over_capacity_has_a_reason",
            ),
        ),
    ]
