"""The flyer of a run (開催案内): one sheet of A4 for notice boards, circulars and counters, copied again and again.

Everything on it comes from the run's record. What must never happen: a date without its weekday, a rule of selection
that is not the one applied, or a telephone number nobody has confirmed shown as if it were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from city.models import CityProfile
from classes.announcing import LANGUAGE, are_alike, for_whom, how_many, loan_devices, reception
from classes.lottery import draw_of
from classes.models import CourseRun, Draw, Lesson
from classes.preferences import rules_in_words
from classes.printing import lessons_of, office_box, place_of_lesson
from core.pdf.blocks import Banner, Block, Box, Bullets, DefinitionList, Fill, Paragraph
from core.pdf.page import Document, Footer, Header
from core.pdf.text import Run, Text, bold
from core.wareki import clock_range, short_date, span, wareki

# In points: the largest in which a flyer is one sheet is taken.
SIZES = (21, 19, 17.5, 16, 15, 14, 13, 12, 11, 10)
# Of a flyer with more to say than one sheet holds.
ON_TWO_SHEETS = 14
# The rules of a draw are read with the flyer in the hand, so they stay small and leave the room to the date.
RULES, RULES_OF_A_FULL_FLYER = 10.5, 9.0
Row = tuple[Text, Text]


@dataclass(frozen=True)
class Flyer:
    """What one flyer says, read once and set as often as it takes."""

    run: CourseRun
    city: CityProfile
    address: str
    facts: Sequence[Row]
    rules: Sequence[str]
    draw: Draw | None


def flyer_pdf(run: CourseRun) -> bytes:
    """The flyer of a run, A4."""
    with override(LANGUAGE):
        flyer = flyer_of(run)
        for points in SIZES:
            paper = _paper(flyer, points)
            drawn = paper.to_bytes()
            if paper.page_count == 1:
                return drawn
        return _paper(flyer, ON_TWO_SHEETS, on_sheets=True).to_bytes()


def flyer_of(run: CourseRun) -> Flyer:
    """What the flyer of a run says."""
    facts = _facts(run, lessons_of(run))
    return Flyer(run, CityProfile.current(), calendar_address(run), facts, rules_in_words(run), draw_of(run))


def _paper(flyer: Flyer, points: float, *, on_sheets: bool = False) -> Document:
    run, city = flyer.run, flyer.city
    paper = Document(
        title=_("Flyer: %(title)s") % {"title": run.course.title},
        author=city.name,
        header=Header(
            left=bold(_("%(city)s　Smartphone classes") % {"city": city.name}, 16 / 12),
            boxed=_("Called off") if run.called_off_at else _("Flyer"),
        ),
        footer=_foot(city, flyer.address),
        text_size=points,
        page_numbers=on_sheets,
    )
    paper.add(Banner(run.course.title))
    if run.course.summary:
        paper.add(Paragraph(run.course.summary, align="center"))
    return paper.add(
        DefinitionList(flyer.facts, size=16, label_scale=1),
        *_selection(flyer, points),
        Fill(),
        office_box(city, reason=_how_to_apply(run)),
    )


def calendar_address(run: CourseRun) -> str:
    """Where the run stands in the public calendar; empty when it does not, or nobody knows the calendar's address."""
    base = settings.PUBLIC_BASE_URL
    return f"{base}{reverse('calendar_run', args=[run.pk])}" if base and run.is_public else ""


def _foot(city: CityProfile, address: str) -> Footer:
    parts = urlsplit(address)
    return Footer(
        office=f"{city.name} {city.office_name}",
        note=_("Free seats can be seen here, too:") if address else "",
        qr=address,
        path=f"{parts.netloc}{parts.path}",
    )


def _facts(run: CourseRun, lessons: Sequence[Lesson]) -> list[Row]:
    """When, where, for whom and what to bring, in the order in which the city's paper has them."""
    rows: list[Row] = [(pgettext("on the flyer", "When"), dates(lessons))] if lessons else []
    venues = list({lesson.venue_id: lesson.venue for lesson in lessons}.values())
    rows += [(pgettext("on the slip", "Place"), place_of_lesson(venue)) for venue in venues[:1]]
    rows += [(_("also"), place_of_lesson(venue)) for venue in venues[1:]]
    rows += [(_("For whom"), for_whom(run.course)), (_("How many"), how_many(run))]
    if run.loan_devices:
        rows.append((_("Loan device"), loan_devices(run)))
    if run.to_bring:
        rows.append((_("Bring"), run.to_bring))
    return rows


def dates(lessons: Sequence[Lesson]) -> list[str | Run]:
    """Every date with its weekday, the year with the first; hours and place once where they are the same."""
    if are_alike(lessons):
        days = "　".join([wareki(lessons[0].starts_at), *(short_date(lesson.starts_at) for lesson in lessons[1:])])
        return [bold(f"{days}\n{clock_range(lessons[0].starts_at, lessons[0].ends_at)}", 18 / 16)]
    are_apart = len({lesson.venue_id for lesson in lessons}) > 1
    lines = [
        _("Lesson %(number)d") % {"number": lesson.ordinal}
        + f"　{span(lesson.starts_at, lesson.ends_at)}"
        + (f"　{lesson.venue.name}" if are_apart else "")
        for lesson in lessons
    ]
    return [bold("\n".join(lines))]


def _selection(flyer: Flyer, points: float) -> list[Block]:
    """Who is preferred and how the lots are drawn, in a frame; nothing where whoever comes first has a seat."""
    if not flyer.rules:
        return []
    size = (RULES if points >= RULES + 4 else RULES_OF_A_FULL_FLYER) * 16 / points
    content: list[Block] = [Bullets(flyer.rules, size=size)]
    if flyer.draw:
        content += _seal(flyer.draw, size)
    is_drawn = flyer.run.selection == CourseRun.Selection.LOTTERY
    return [Box(content, title=_("How the seats are drawn") if is_drawn else _("Who is preferred"), size=size * 1.2)]


def _seal(draw: Draw, size: float) -> list[Block]:
    """The digest of the seed, in groups that two people can compare, and what it is for."""
    groups = " ".join(draw.seed_digest[at : at + 8] for at in range(0, len(draw.seed_digest), 8))
    sealed = _("The seed of the draw was sealed on %(day)s, and this is its seal (SHA-256).")
    return [
        Paragraph(sealed % {"day": wareki(draw.made_at)}, size),
        Paragraph(Run(groups, fixed=True), size),
        Paragraph(_("After the draw the seed is made public, and anybody can check that it was not changed."), size),
    ]


def _how_to_apply(run: CourseRun) -> list[str | Run]:
    """Until when and how."""
    return [bold(_("Apply")), "　", bold(reception(run)), "\n", _("Call us or come to the counter:")]
