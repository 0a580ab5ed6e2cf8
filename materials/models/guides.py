"""The guides: their editions, steps and pictures.

A published edition never changes: paper already handed out stays true, and a consultation keeps pointing at the very
step on which somebody got stuck. The deeds refuse it first; `save` and `delete` here are the last fence behind them.
"""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from materials.models.topics import Procedure, Topic

# An edition that nobody has compared with the real screens for this long is shown as old.
STALE_AFTER = timedelta(days=180)


class PublishedIsFixed(RuntimeError):
    """Code tried to change what has been published; a bug, never an answer to a person."""


class System(models.TextChoices):
    """What the guide's pictures are of."""

    ANDROID = "android", _("Android")
    IPHONE = "iphone", _("iPhone")
    KIOSK = "kiosk", _("Kiosk in a shop")
    ANY = "any", _("Any device")


class GuideQuerySet(models.QuerySet["Guide"]):
    """Questions about many guides."""

    def published(self) -> "GuideQuerySet":
        """Guides of which an edition is out."""
        return self.filter(models.Exists(Edition.objects.published().filter(guide=models.OuterRef("pk"))))

    def with_shelf_facts(self) -> "GuideQuerySet":
        """Each guide with what a list says of it.

        Adds `current_number`, `checked_on` and `unchecked` of the edition that is out, `draft_id`, and `step_count`.
        """
        current = Edition.objects.published().filter(guide=models.OuterRef("pk"))
        drafts = Edition.objects.drafts().filter(guide=models.OuterRef("pk"))
        steps = Step.objects.filter(edition=models.OuterRef("shown_id")).order_by().values("edition")
        return self.annotate(
            current_id=models.Subquery(current.values("pk")[:1]),
            current_number=models.Subquery(current.values("number")[:1]),
            checked_on=models.Subquery(current.values("checked_on")[:1]),
            unchecked=models.Subquery(current.values("needs_checking")[:1]),
            draft_id=models.Subquery(drafts.values("pk")[:1]),
            shown_id=models.functions.Coalesce("current_id", "draft_id"),
        ).annotate(
            step_count=models.functions.Coalesce(
                models.Subquery(steps.annotate(count=models.Count("pk")).values("count")[:1]), 0
            )
        )


class Guide(models.Model):
    """How to do one thing on one kind of device (手順書)."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=60)
    summary = models.CharField(_("who and what for"), max_length=160, blank=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="guides", verbose_name=_("topic"))
    procedure = models.ForeignKey(
        Procedure,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="guides",
        verbose_name=_("procedure"),
    )
    system = models.CharField(_("device"), max_length=10, choices=System, default=System.ANY)
    # What a basic skill needs; a guide to a procedure leaves these empty and takes the procedure's.
    needs = models.TextField(_("what is needed"), blank=True)
    duration = models.CharField(_("time it takes"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = GuideQuerySet.as_manager()

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return f"{self.title}（{self.get_system_display()}）"

    def get_absolute_url(self) -> str:
        return reverse("guide", args=[self.slug])

    @property
    def draft(self) -> "Edition | None":
        """The edition being written, or None."""
        return self.editions.drafts().first()


class EditionQuerySet(models.QuerySet["Edition"]):
    """Questions about many editions."""

    def published(self) -> "EditionQuerySet":
        """Editions that are out, the newest first."""
        return self.filter(state=Edition.State.PUBLISHED).order_by("-number")

    def drafts(self) -> "EditionQuerySet":
        """Editions still being written."""
        return self.filter(state=Edition.State.DRAFT)

    def stale(self, *, on: date) -> "EditionQuerySet":
        """Current editions that must be compared with the real screens again."""
        newer = Edition.objects.published().filter(guide=models.OuterRef("guide"), number__gt=models.OuterRef("number"))
        return self.published().filter(
            ~models.Exists(newer),
            models.Q(needs_checking=True)
            | models.Q(checked_on__isnull=True)
            | models.Q(checked_on__lt=on - STALE_AFTER),
        )


class Edition(models.Model):
    """One state of a guide. A draft may be changed; once published it is never touched again."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    guide = models.ForeignKey(Guide, on_delete=models.PROTECT, related_name="editions", verbose_name=_("guide"))
    number = models.PositiveSmallIntegerField(_("edition"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    checked_on = models.DateField(_("compared with the real screens"), null=True, blank=True)
    system_version = models.CharField(_("version of the device or application"), max_length=60, blank=True)
    needs_checking = models.BooleanField(_("must be compared with the real screens"), default=True)
    change_note = models.CharField(_("what changed"), max_length=160, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="editions_begun",
        verbose_name=_("begun by"),
        editable=False,
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="editions_published",
        verbose_name=_("published by"),
        editable=False,
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["guide", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["guide", "number"], name="an_edition_number_is_used_once"),
            models.UniqueConstraint(
                fields=["guide"],
                condition=models.Q(state="draft"),
                name="a_guide_has_one_draft_at_most",
            ),
        ]

    # What a later comparison with the real screens may move on; the words and pictures stay.
    CHECK_FIELDS = frozenset({"checked_on", "needs_checking", "system_version"})

    def __str__(self) -> str:
        return f"{self.guide_id} #{self.number}"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Store the edition; raises PublishedIsFixed when it is out and more than the check would change."""
        only_checked = update_fields is not None and set(update_fields) <= self.CHECK_FIELDS
        if self.pk and not only_checked:
            _refuse_if_published(self.pk)
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove a draft; raises PublishedIsFixed for an edition that is out."""
        _refuse_if_published(self.pk)
        return super().delete(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        """True once it is out."""
        return self.state == self.State.PUBLISHED

    def is_stale(self, *, on: date) -> bool:
        """True when the last comparison with the real screens is more than 180 days ago."""
        return self.checked_on is not None and self.checked_on < on - STALE_AFTER


def _refuse_if_published(edition_id: int) -> None:
    if Edition.objects.published().filter(pk=edition_id).exists():
        raise PublishedIsFixed(f"Edition {edition_id} is published.")


def picture_path(picture: "Picture", filename: str) -> str:  # noqa: ARG001 - Django passes the row
    """Where an upload is kept: under a random name, because a file's own name may say something about somebody."""
    extension = "jpg" if filename.endswith(".jpg") else "png"
    return f"pictures/{uuid.uuid4().hex}.{extension}"


class PictureQuerySet(models.QuerySet["Picture"]):
    """Questions about many pictures."""

    def public(self) -> "PictureQuerySet":
        """Pictures that stand in a published edition, so that anyone may see them."""
        return self.filter(
            models.Exists(Step.objects.filter(picture=models.OuterRef("pk"), edition__state=Edition.State.PUBLISHED))
        )

    def drawings(self) -> "PictureQuerySet":
        """Drawings described as data, to choose from; they show nobody's screen."""
        return self.filter(scene__isnull=False).order_by("description", "pk")


class Picture(models.Model):
    """A picture of a step: an uploaded screenshot, or a drawing described as data. Never changed, only replaced."""

    file = models.ImageField(_("file"), upload_to=picture_path, blank=True)
    # See core.scene: primitives with coordinates, drawn alike on screen and on paper.
    scene = models.JSONField(_("drawing"), null=True, blank=True)
    description = models.CharField(_("description for those who cannot see it"), max_length=200)
    width = models.PositiveSmallIntegerField(default=0, editable=False)
    height = models.PositiveSmallIntegerField(default=0, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file="", scene__isnull=False) | (~models.Q(file="") & models.Q(scene__isnull=True)),
                name="a_picture_is_a_file_or_a_drawing",
            )
        ]

    def __str__(self) -> str:
        return self.description

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the picture; raises PublishedIsFixed when a published edition shows it."""
        if self.pk and Picture.objects.public().filter(pk=self.pk).exists():
            raise PublishedIsFixed(f"Picture {self.pk} stands in a published edition.")
        super().save(*args, **kwargs)


class Step(models.Model):
    """One action with one picture, and how to know that it worked."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="steps", verbose_name=_("edition"))
    # The same in every edition that has this step, so that before and after can be compared.
    lineage = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    ordinal = models.PositiveSmallIntegerField(_("number"))
    # Longer than a heading should be, because readings written 《in brackets》 count as characters here.
    title = models.CharField(_("what to do"), max_length=120)
    actions = models.TextField(_("actions, one a line"), max_length=1200, blank=True)
    expected = models.CharField(_("how it looks when it worked"), max_length=300, blank=True)
    caution = models.CharField(_("be careful"), max_length=300, blank=True)
    plain_text = models.CharField(_("in plain Japanese"), max_length=300, blank=True)
    picture = models.ForeignKey(
        Picture,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="steps",
        verbose_name=_("picture"),
    )
    # See core.scene: each mark has a kind, a place in fractions of the picture, and the number of its action.
    marks = models.JSONField(_("marks on the picture"), default=list, blank=True)
    # A page opened before this moment is stale.
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["edition", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "ordinal"], name="a_step_number_is_used_once"),
            models.UniqueConstraint(fields=["edition", "lineage"], name="an_edition_has_a_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the step; raises PublishedIsFixed when its edition is out."""
        _refuse_if_published(self.edition_id)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the step; raises PublishedIsFixed when its edition is out."""
        _refuse_if_published(self.edition_id)
        return super().delete(*args, **kwargs)

    @property
    def action_lines(self) -> list[str]:
        """The actions, one a line, without empty ones."""
        return [line.strip() for line in self.actions.splitlines() if line.strip()]


class Printing(models.Model):
    """That an edition was printed, how and when; never by whom it was taken home."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="printings", verbose_name=_("edition"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    large = models.BooleanField(_("large print"), default=False)
    ruby = models.BooleanField(_("with readings"), default=False)

    class Meta:
        verbose_name = _("printing")
        verbose_name_plural = _("printings")

    def __str__(self) -> str:
        return f"{self.edition_id} {self.at:%Y-%m-%d}"
