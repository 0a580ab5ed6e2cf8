"""An edition as neutral blocks: what a guide says, in which order, for the page and for the paper alike.

Page and paper are drawn from nothing but this outline, so the two can never say different things. What must never
happen: a renderer that asks the database for one more fact.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, ClassVar

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from city.models import CityProfile
from core.scene import Mark, Scene
from core.wareki import wareki
from materials import notation
from materials.common_readings import COMMON_READINGS
from materials.models import Edition, Picture, Step, Term
from materials.notation import Words

# The telephone number stands after so many steps, before a reader who is stuck has to look for it.
STEPS_BETWEEN_HELP = 3


@dataclass(frozen=True)
class Opening:
    """What the guide is, for which device, for whom, and the stamps it bears."""

    kind: ClassVar = "opening"
    title: Words
    system: str
    procedure: str
    summary: Words
    stamps: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """A label and what stands behind it: 用意するもの, 費用, かかる時間, 窓口ではこうします, カードがない方."""

    label: Words
    lines: tuple[Words, ...]
    url: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything to know before one starts."""

    kind: ClassVar = "facts"
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class PictureBlock:
    """A picture with its marks: a drawing, or the name of an upload; and its words for those who cannot see it."""

    ident: int
    description: str
    marks: tuple[Mark, ...]
    scene: Scene | None = None
    file_name: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class StepBlock:
    """One step: what to do, action by action, and how to know that it worked."""

    kind: ClassVar = "step"
    number: int
    title: Words
    actions: tuple[Words, ...]
    expected: Words
    caution: Words
    plain_text: Words
    picture: PictureBlock | None


@dataclass(frozen=True)
class Help:
    """That stopping is all right, and whom to ring."""

    kind: ClassVar = "help"
    sentence: Words
    phone: str
    phone_confirmed: bool
    office: str
    hours: str


@dataclass(frozen=True)
class GlossaryEntry:
    """A word and what it means."""

    word: str
    reading: str
    explanation: Words


@dataclass(frozen=True)
class Glossary:
    """The difficult words of this guide."""

    kind: ClassVar = "glossary"
    entries: tuple[GlossaryEntry, ...]


@dataclass(frozen=True)
class Imprint:
    """Which edition this is, when it was compared with the real screens, and of which version they were."""

    kind: ClassVar = "imprint"
    edition: str
    checked: str
    system_version: str


Block = Opening | Facts | StepBlock | Help | Glossary | Imprint


@dataclass(frozen=True)
class Outline:
    """A guide as it is read, on the page and on paper."""

    title: str
    city: str
    blocks: tuple[Block, ...]

    @property
    def steps(self) -> list[StepBlock]:
        """The steps in their order."""
        return [block for block in self.blocks if isinstance(block, StepBlock)]

    @property
    def opening(self) -> Opening:
        """The first block."""
        return next(block for block in self.blocks if isinstance(block, Opening))

    @property
    def help(self) -> Help:
        """Whom to ring."""
        return next(block for block in self.blocks if isinstance(block, Help))

    @property
    def imprint(self) -> Imprint:
        """The last block."""
        return next(block for block in self.blocks if isinstance(block, Imprint))


Reader = Callable[[str], Words]


def outline(edition: Edition, *, ruby: bool = False, on: date | None = None) -> Outline:
    """Everything a reader of this edition sees; `on` is the day of reading (by default today), which makes it stale."""
    prefetch_related_objects([edition], "guide__procedure", "steps__picture")
    read: Reader = partial(notation.words, ruby=ruby, common=COMMON_READINGS)
    city = CityProfile.current()
    steps = [_step(step, read) for step in sorted(edition.steps.all(), key=lambda step: step.ordinal)]
    blocks: list[Block] = [_opening(edition, read, on=on or timezone.localdate()), _facts(edition, read)]
    help_block = _help(city, read)
    for step in steps:
        blocks.append(step)
        if step.number % STEPS_BETWEEN_HELP == 0 or step is steps[-1]:
            blocks.append(help_block)
    if not steps:
        blocks.append(help_block)
    entries = _glossary(edition, read)
    if entries:
        blocks.append(Glossary(entries))
    blocks.append(_imprint(edition))
    return Outline(title=notation.plain(edition.guide.title), city=city.name, blocks=tuple(blocks))


def _opening(edition: Edition, read: Reader, *, on: date) -> Opening:
    guide = edition.guide
    stamps = []
    if not edition.is_published:
        stamps.append(_("Draft: not yet published"))
    if edition.needs_checking:
        stamps.append(_("To be confirmed: compare with the real screens"))
    elif edition.is_stale(on=on):
        stamps.append(_("To be confirmed: last compared with the real screens more than 180 days ago"))
    if guide.procedure and not guide.procedure.is_confirmed:
        stamps.append(
            _("To be confirmed: the office in charge has not yet checked what is needed, the cost and the counter")
        )
    return Opening(
        title=read(guide.title),
        system=str(guide.get_system_display()),
        procedure=guide.procedure.name if guide.procedure else "",
        summary=read(guide.summary),
        stamps=tuple(stamps),
    )


def _facts(edition: Edition, read: Reader) -> Facts:
    guide, procedure = edition.guide, edition.guide.procedure
    asked = [
        (_("What you need"), guide.needs or (procedure.needs if procedure else "")),
        (_("Cost"), procedure.cost if procedure else ""),
        (_("Time it takes"), guide.duration or (procedure.duration if procedure else "")),
        (_("At the counter"), procedure.at_counter if procedure else ""),
        (_("If you have no card"), procedure.without_card if procedure else ""),
    ]
    facts = [
        Fact(read(label), tuple(read(line) for line in text.splitlines() if line.strip()))
        for label, text in asked
        if text.strip()
    ]
    if procedure and procedure.official_url:
        url = procedure.official_url
        facts.append(Fact(read(_("Official page")), (Words((notation.Run(url),)),), url=url))
    return Facts(tuple(facts))


def _step(step: Step, read: Reader) -> StepBlock:
    return StepBlock(
        number=step.ordinal,
        title=read(step.title),
        actions=tuple(read(line) for line in step.action_lines),
        expected=read(step.expected),
        caution=read(step.caution),
        plain_text=read(step.plain_text),
        picture=picture_block(step.picture, step.marks) if step.picture else None,
    )


def picture_block(picture: Picture, marks: Sequence[dict[str, Any]]) -> PictureBlock:
    """A picture with its marks as both renderers need it."""
    return PictureBlock(
        ident=picture.pk,
        description=picture.description,
        marks=tuple(Mark(**mark) for mark in marks),
        scene=Scene.from_json(picture.scene) if picture.scene is not None else None,
        file_name=picture.file.name or "",
        width=picture.width,
        height=picture.height,
    )


def _help(city: CityProfile, read: Reader) -> Help:
    return Help(
        sentence=read(_("If you get stuck, you may stop here. That is all right.")),
        phone=city.office_phone,
        phone_confirmed=city.office_phone_confirmed,
        office=city.office_name,
        hours=city.office_hours_text,
    )


def _glossary(edition: Edition, read: Reader) -> tuple[GlossaryEntry, ...]:
    """The terms that occur in the words of this edition, in the order of their readings."""
    text = "\n".join(_texts(edition))
    return tuple(
        GlossaryEntry(word=term.word, reading=term.reading, explanation=read(term.explanation))
        for term in Term.objects.order_by("reading", "word")
        if term.word in text
    )


def _texts(edition: Edition) -> Iterable[str]:
    guide, procedure = edition.guide, edition.guide.procedure
    written = [guide.title, guide.summary, guide.needs]
    if procedure:
        written += [procedure.name, procedure.needs, procedure.at_counter, procedure.without_card]
    for step in edition.steps.all():
        written += [step.title, step.actions, step.expected, step.caution, step.plain_text]
    return map(notation.plain, written)


def _imprint(edition: Edition) -> Imprint:
    if edition.checked_on:
        checked = _("Compared with the real screens on %(day)s") % {"day": wareki(edition.checked_on)}
    else:
        checked = _("Not yet compared with the real screens")
    return Imprint(
        edition=_("Edition %(number)s") % {"number": edition.number},
        checked=checked,
        system_version=edition.system_version,
    )
