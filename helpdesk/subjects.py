"""What a consultation may be about, in the order in which it is asked: guides, procedures without one, topics."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from helpdesk.models import Consultation
from materials.models import Edition, Guide, Procedure, Topic
from materials.notation import plain

# As many as fit on a tablet without scrolling.
OFTEN = 8


@dataclass(frozen=True)
class Choice:
    """One thing to tap: its words, a remark, and the query that opens the form about it."""

    text: str
    query: str
    remark: str = ""


@dataclass(frozen=True)
class Group:
    """Topics under their common heading."""

    title: str
    choices: list[Choice]


@dataclass(frozen=True)
class Subjects:
    """Everything that can be tapped."""

    often: list[Choice]
    others: list[Choice]
    procedures: list[Choice]
    groups: list[Group]


def subjects() -> Subjects:
    """All there is, what was asked most often first. A few queries, however many consultations there are."""
    guides = [
        Choice(plain(edition.guide.title), f"?edition={edition.pk}", edition.guide.get_system_display())
        for edition in _current_editions()
    ]
    covered = Guide.objects.published().filter(procedure__isnull=False).values("procedure")
    procedures = Procedure.objects.exclude(pk__in=covered).annotate(used=Count("consultations"))
    return Subjects(
        often=guides[:OFTEN],
        others=guides[OFTEN:],
        procedures=[
            Choice(procedure.name, f"?procedure={procedure.pk}")
            for procedure in procedures.order_by("-used", "order", "key")
        ],
        groups=_topics(),
    )


def subject_words(consultation: Consultation) -> str:
    """What a consultation was about, in words."""
    if consultation.edition is not None:
        return plain(str(consultation.edition.guide))
    return str(consultation.procedure or consultation.topic)


def _current_editions() -> list[Edition]:
    """The newest edition of each guide that is out; those used most often in any edition first."""
    uses = dict(
        Consultation.objects.filter(edition__isnull=False)
        .order_by()
        .values_list("edition__guide")
        .annotate(number=Count("pk"))
    )
    newest: dict[int, Edition] = {}
    for edition in Edition.objects.published().select_related("guide"):
        newest.setdefault(edition.guide_id, edition)
    return sorted(newest.values(), key=lambda edition: (-uses.get(edition.guide_id, 0), edition.guide.order))


def _topics() -> list[Group]:
    groups: dict[str, list[Choice]] = {}
    leaves = Topic.objects.filter(Q(parent__isnull=False) | Q(subtopics__isnull=True)).select_related("parent")
    for topic in leaves.order_by("parent__order", "order", "key"):
        groups.setdefault(str(topic.parent or ""), []).append(Choice(topic.text, f"?topic={topic.pk}"))
    return [Group(title or str(_("Other topics")), choices) for title, choices in groups.items()]
