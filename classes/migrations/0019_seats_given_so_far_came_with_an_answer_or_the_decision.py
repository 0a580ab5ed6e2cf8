from django.db import migrations
from django.db.models import DateTimeField, F, OuterRef, Q, Subquery


def since_it_was_theirs(apps, _schema_editor):
    """When a seat past the line was given nobody wrote down, so that stays open."""
    offers, runs = apps.get_model("classes", "Offer").objects, apps.get_model("classes", "CourseRun").objects
    seated = apps.get_model("classes", "Registration").objects.filter(state="confirmed", seated_at=None)

    taken = offers.filter(registration=OuterRef("pk"), state="accepted").order_by("-decided_at")
    answered = Subquery(taken.values("decided_at")[:1], output_field=DateTimeField())
    seated.filter(waiting_since__isnull=False).update(seated_at=answered)

    decided = runs.filter(pk=OuterRef("run")).exclude(selection="first_come").values("decided_at")
    waited_for_it = Q(run__decided_at__gt=F("taken_at"), waiting_since__isnull=False, override_reason="")
    seated.filter(waited_for_it).update(seated_at=Subquery(decided[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0018_a_seat_is_given_at_a_moment"),
    ]

    operations = [
        migrations.RunPython(since_it_was_theirs, migrations.RunPython.noop),
    ]
