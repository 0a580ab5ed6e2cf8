from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_person",
            field=models.BooleanField(default=True, editable=False, verbose_name="is a person"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=Q(is_person=True) | Q(is_active=False), name="only_people_sign_in"
            ),
        ),
    ]
