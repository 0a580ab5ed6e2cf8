from django.db import migrations

NAME = "市外"


def put_in(apps, _schema_editor):
    # An office that has entered it by hand means the same by it.
    district = apps.get_model("city", "District")
    district.objects.get_or_create(name=NAME, defaults={"kana": "シガイ", "order": 999})
    district.objects.filter(name=NAME).update(is_outside=True)


class Migration(migrations.Migration):
    dependencies = [("city", "0006_districts_outside_the_city")]

    operations = [migrations.RunPython(put_in, migrations.RunPython.noop)]
