"""Let a call say why it is made instead of a postcard."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0008_whoever_wants_no_texts_is_called"),
    ]

    operations = [
        migrations.AlterField(
            model_name="calltask",
            name="reason",
            field=models.CharField(
                choices=[
                    ("wish", "Asked to be called"),
                    ("postcard", "Asked for a postcard"),
                    ("no_address", "Asked for a postcard, but no address is known"),
                    ("postcard_late", "A postcard would arrive too late"),
                    ("opted_out", "Wants no texts"),
                    ("stopped", "Texts to this number were stopped"),
                    ("landline", "Landline, no texts"),
                    ("ip_phone", "IP telephone (050), no texts"),
                    ("toll_free", "Toll-free number, no texts"),
                    ("not_mobile", "Number that takes no texts"),
                    ("doubtful", "Number to be checked"),
                    ("no_number", "No telephone number known"),
                    ("wrong_number", "The number was wrong"),
                    ("call_only", "Is always told by telephone"),
                    ("wording", "The text may not be sent as it is"),
                    ("no_gateway", "This office sends no texts"),
                    ("failed", "The text did not arrive"),
                    ("no_receipt", "The text’s arrival was not confirmed"),
                    ("uncertain", "Unknown whether the text was sent"),
                    ("late", "Too late for a text"),
                    ("budget", "The budget for texts is used up"),
                ],
                max_length=24,
                verbose_name="why by telephone",
            ),
        ),
    ]
