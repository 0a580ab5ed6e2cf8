from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0010_texts_are_carried_out_in_files")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="words_removed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="words removed at the provider"),
        ),
    ]
