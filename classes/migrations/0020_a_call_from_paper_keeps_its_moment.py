from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0019_seats_given_so_far_came_with_an_answer_or_the_decision"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="last_paper_attempt_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="last call from paper"),
        ),
    ]
