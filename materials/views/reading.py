"""Guides as anybody reads and prints them, without signing in."""

import io
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import ANYONE, allow
from accounts.roles import Permission
from core import kana
from materials import notation
from materials.forms import GuideSearchForm
from materials.models import Edition, Guide, Picture, Printing, Term, Topic
from materials.outline import Outline, StepBlock, outline
from materials.printing import guide_pdf as drawn_guide

A_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Options:
    """How a reader wants a guide: with readings, in larger type, one step at a time."""

    ruby: bool = False
    large: bool = False
    step: int | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> "Options":
        """The options in the address; whatever makes no sense is passed over."""
        step = request.GET.get("step", "")
        return cls(
            ruby=request.GET.get("ruby") == "1",
            large=request.GET.get("size") == "large",
            step=int(step) if step.isascii() and step.isdigit() and len(step) < 4 else None,
        )

    def query(self, **other: bool | int | None) -> str:
        """The address's query with some options changed."""
        wanted = {"ruby": self.ruby, "large": self.large, "step": self.step} | other
        asked = {"ruby": "1" if wanted["ruby"] else "", "size": "large" if wanted["large"] else ""}
        asked["step"] = str(wanted["step"] or "")
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    @property
    def links(self) -> dict[str, str]:
        """The other ways to read the same guide."""
        return {
            "ruby": self.query(ruby=not self.ruby),
            "size": self.query(large=not self.large),
            "all": self.query(step=None),
            "single": self.query(step=1),
            "print": self.query(step=None),
            "print_large": self.query(step=None, large=True),
        }


@allow(ANYONE)
def guide_list(request: HttpRequest) -> HttpResponse:
    """The shelf: published guides by topic, searched by words and device."""
    form = GuideSearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    guides = list(
        Guide.objects.published()
        .with_shelf_facts()
        .select_related("topic__parent", "procedure")
        .order_by("topic__order", "order", "title")
    )
    words = kana.fold(asked.get("q", ""))
    shown = [
        guide
        for guide in guides
        if (not asked.get("topic") or guide.topic.key == asked["topic"])
        and (not asked.get("system") or guide.system in {asked["system"], "any"})
        and words in kana.fold(_searched(guide))
    ]
    shelves: dict[Topic, list[Guide]] = {}
    for guide in shown:
        shelves.setdefault(guide.topic, []).append(guide)
    context = {"filter": form, "shelves": shelves, "count": len(shown), "searched": any(asked.values())}
    return render(request, "materials/guide_list.html", context)


@allow(ANYONE)
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """A guide as a page."""
    edition = _current(slug)
    return show(request, edition, pdf_url=f"{edition.guide.get_absolute_url()}guide.pdf")


@allow(ANYONE)
def guide_pdf(request: HttpRequest, slug: str) -> FileResponse:
    """A guide as paper; counted, not who took it."""
    edition = _current(slug)
    options = Options.of(request)
    response = paper(edition, options)
    if request.method == "GET":
        Printing.objects.create(edition=edition, large=options.large, ruby=options.ruby)
    return response


@allow(ANYONE)
def glossary(request: HttpRequest) -> HttpResponse:
    """The difficult words, in the order of their readings."""
    return render(request, "materials/glossary.html", {"terms": Term.objects.all()})


@allow(ANYONE)
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """An uploaded picture: to anybody when a published guide shows it, before that to authors only."""
    found = get_object_or_404(Picture.objects.exclude(file=""), pk=pk)
    is_public = Picture.objects.public().filter(pk=pk).exists()
    if not is_public and not (request.user.is_authenticated and request.user.may(Permission.WRITE)):
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = f'inline; filename="picture-{pk}.png"'
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_public else "private, no-store"
    return response


def show(request: HttpRequest, edition: Edition, *, pdf_url: str, preview: bool = False) -> HttpResponse:
    """The page of an edition, published or in preview."""
    options = Options.of(request)
    said = outline(edition, ruby=options.ruby)
    single = _single(said, options.step)
    context = {
        "guide": edition.guide,
        "edition": edition,
        "outline": said,
        "single": single,
        "options": options,
        "links": options.links,
        "previous": options.query(step=single.number - 1) if single and single.number > 1 else "",
        "next": options.query(step=single.number + 1) if single and single.number < len(said.steps) else "",
        "pdf_url": pdf_url,
        "preview": preview,
    }
    return render(request, "materials/guide.html", context)


def paper(edition: Edition, options: Options) -> FileResponse:
    """The PDF of an edition as a response."""
    content = drawn_guide(edition, large=options.large, ruby=options.ruby)
    name = notation.plain(edition.guide.title)
    response = FileResponse(io.BytesIO(content), content_type="application/pdf", filename=f"{name}.pdf")
    # The telephone number may change tomorrow, so nobody keeps the paper for us.
    response["Cache-Control"] = "no-cache"
    return response


def _current(slug: str) -> Edition:
    edition = (
        Edition.objects.published().filter(guide__slug=slug).select_related("guide__topic", "guide__procedure").first()
    )
    if edition is None:
        raise Http404
    prefetch_related_objects([edition], "steps__picture")
    return edition


def _single(said: Outline, number: int | None) -> StepBlock | None:
    """The one step to be shown, or None for all of them."""
    return next((step for step in said.steps if step.number == number), None)


def _searched(guide: Guide) -> str:
    words = [guide.title, guide.summary, guide.topic.name, guide.procedure.name if guide.procedure else ""]
    return " ".join(map(notation.plain, words))
