"""Write fewer indexes for each text: none of the beginnings of tokens, none of when it was not settled."""

from django.db import migrations, models

from reminders.models import new_token


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0003_a_call_where_no_text_leaves"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="message",
            name="messages_by_settling",
        ),
        migrations.AlterField(
            model_name="message",
            name="token",
            field=models.CharField(default=new_token, editable=False, max_length=64),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", False)), fields=["settled_at"], name="messages_by_settling"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("token",), name="a_token_names_one_message"),
        ),
    ]
