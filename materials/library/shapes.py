"""What a row of the starter library consists of; the rows themselves stand in the modules beside this one."""

from dataclasses import dataclass, field

from materials.library.drawing import Drawing


@dataclass(frozen=True)
class TopicRow:
    """A topic; `confirmed` is False while nobody has compared its title with the national materials."""

    key: str
    name: str
    name_en: str
    theme: str = ""
    confirmed: bool = True
    subtopics: tuple["TopicRow", ...] = ()


@dataclass(frozen=True)
class ProcedureRow:
    """An online procedure of the city. None of these facts has been confirmed by the office in charge."""

    key: str
    name: str
    topic: str
    needs: str
    cost: str
    duration: str
    at_counter: str
    without_card: str = ""


@dataclass(frozen=True)
class StepRow:
    """One step of a guide with its drawing."""

    title: str
    actions: tuple[str, ...]
    expected: str
    drawing: Drawing
    description: str
    caution: str = ""


@dataclass(frozen=True)
class GuideRow:
    """A guide; `system` is a value of materials.models.System."""

    slug: str
    title: str
    summary: str
    topic: str
    system: str
    steps: tuple[StepRow, ...]
    procedure: str = ""
    needs: str = ""
    duration: str = ""


@dataclass(frozen=True)
class TermRow:
    """A word, its reading, and what it means in our own plain words."""

    word: str
    reading: str
    explanation: str
    source: str = field(default="")
