"""Put the starter library on the shelf: topics, procedures, terms, and guides with drawn pictures.

Everything is written through the deeds, as an author would, so that the audit log knows where it came from. Loading
again changes nothing: what the office has mended meanwhile must never be written over.
"""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from core import audit
from materials.library.guides import GUIDES
from materials.library.procedures import PROCEDURES
from materials.library.shapes import GuideRow, TopicRow
from materials.library.terms import TERMS
from materials.library.topics import TOPICS
from materials.models import Guide, Procedure, Term, Topic
from materials.pictures import add_drawing, set_picture, stored
from materials.publishing import publish
from materials.writing import GuideDetails, StepDetails, add_step, make_guide


@dataclass(frozen=True)
class Loaded:
    """How many rows were new."""

    topics: int
    procedures: int
    terms: int
    guides: int


def load_library(*, by: User) -> Loaded:
    """Load what is missing of the library; what is already there stays as it is."""
    with transaction.atomic():
        topics = _load_topics(TOPICS, by=by)
        procedures = _load_procedures(by=by)
        terms = _load_terms(by=by)
    guides = 0
    for order, row in enumerate(GUIDES, start=1):
        if not Guide.objects.filter(slug=row.slug).exists():
            _write(row, order=order * 10, by=by)
            guides += 1
    return Loaded(topics, procedures, terms, guides)


def _load_topics(rows: tuple[TopicRow, ...], *, by: User, parent: Topic | None = None) -> int:
    new = 0
    for order, row in enumerate(rows, start=1):
        topic, created = Topic.objects.get_or_create(
            key=row.key,
            defaults={
                "name": row.name,
                "name_en": row.name_en,
                "parent": parent,
                "standard_theme": row.theme,
                "is_confirmed": row.confirmed,
                "order": (parent.order if parent else 0) + order * (1 if parent else 100),
            },
        )
        if created:
            audit.record("topic.made", topic, by=by)
            new += 1
        new += _load_topics(row.subtopics, by=by, parent=topic)
    return new


def _load_procedures(*, by: User) -> int:
    topics = {topic.key: topic for topic in Topic.objects.all()}
    new = 0
    for order, row in enumerate(PROCEDURES, start=1):
        procedure, created = Procedure.objects.get_or_create(
            key=row.key,
            defaults={
                "name": row.name,
                "topic": topics[row.topic],
                "needs": row.needs,
                "cost": row.cost,
                "duration": row.duration,
                "at_counter": row.at_counter,
                "without_card": row.without_card,
                "order": order * 10,
            },
        )
        if created:
            audit.record("procedure.made", procedure, by=by)
            new += 1
    return new


def _load_terms(*, by: User) -> int:
    new = 0
    for row in TERMS:
        term, created = Term.objects.get_or_create(
            word=row.word,
            defaults={"reading": row.reading, "explanation": row.explanation, "source": row.source},
        )
        if created:
            audit.record("term.made", term, by=by)
            new += 1
    return new


@transaction.atomic
def _write(row: GuideRow, *, order: int, by: User) -> Guide:
    """Write and publish one guide, as not yet compared with the real screens."""
    details = GuideDetails(
        title=row.title,
        topic=Topic.objects.get(key=row.topic),
        procedure=Procedure.objects.get(key=row.procedure) if row.procedure else None,
        system=row.system,
        summary=row.summary,
        needs=row.needs,
        duration=row.duration,
    )
    guide = make_guide(details, slug=row.slug, by=by, order=order)
    draft = guide.editions.get()
    for written in row.steps:
        words = StepDetails(written.title, "\n".join(written.actions), written.expected, written.caution)
        step = add_step(draft, words, by=by)
        picture = add_drawing(written.drawing.scene(written.description), description=written.description, by=by)
        set_picture(step, picture, marks=[stored(mark) for mark in written.drawing.marks], by=by)
    publish(draft, by=by)
    return guide
