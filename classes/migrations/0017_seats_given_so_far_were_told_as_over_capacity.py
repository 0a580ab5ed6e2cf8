from django.db import migrations


def as_they_were_told(apps, _schema_editor):
    """What stood on the pages stays there: nobody can tell any more which of these seats was free."""
    apps.get_model("classes", "Registration").objects.exclude(override_reason="").update(is_over_capacity=True)


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0016_a_seat_given_all_the_same"),
    ]

    operations = [
        migrations.RunPython(as_they_were_told, migrations.RunPython.noop),
    ]
