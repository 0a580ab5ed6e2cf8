from django.db import migrations

from city.codes import load_initial


def load(apps, _schema_editor):
    load_initial(apps.get_model("city", "Code"))


class Migration(migrations.Migration):
    dependencies = [("city", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
