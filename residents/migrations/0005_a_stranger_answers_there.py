"""A number at which a stranger answered is not called again for anybody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0004_people_told_apart"),
    ]

    operations = [
        migrations.AddField(
            model_name="phoneline",
            name="is_strangers",
            field=models.BooleanField(default=False, verbose_name="a stranger answers there"),
        ),
        migrations.AddIndex(
            model_name="phoneline",
            index=models.Index(
                condition=models.Q(("is_doubtful", True)), fields=["resident"], name="phone_lines_to_be_checked"
            ),
        ),
        migrations.AddConstraint(
            model_name="phoneline",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_strangers", False), ("is_doubtful", True), _connector="OR"),
                name="a_strangers_number_is_in_doubt",
            ),
        ),
    ]
