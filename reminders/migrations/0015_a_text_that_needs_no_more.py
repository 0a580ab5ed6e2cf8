from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0014_whoever_stopped_what_there_was_stopped_it_all")]

    operations = [
        migrations.AlterField(
            model_name="messageevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Told by the provider"),
                    ("refused", "Refused by the provider"),
                    ("unreachable", "The provider could not be reached"),
                    ("unclear", "No answer from the provider"),
                    ("claim_died", "The worker stopped in the middle"),
                    ("adopted", "Found again at the provider"),
                    ("not_found", "Not known at the provider"),
                    ("strange", "A receipt that does not fit"),
                    ("told", "The person was told in another way"),
                ],
                max_length=12,
                verbose_name="what",
            ),
        ),
    ]
