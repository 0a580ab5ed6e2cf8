"""What is taught and helped with, and the words that need explaining in it."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """What a course teaches and a consultation is about; two levels."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subtopics",
        verbose_name=_("belongs to"),
    )
    # Number of the theme in the national standard teaching materials (総務省 標準教材), where there is one.
    standard_theme = models.CharField(_("standard theme"), max_length=20, blank=True)
    is_confirmed = models.BooleanField(_("the title has been checked"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The name in the language of the reader."""
        in_japanese = (get_language() or "ja").startswith("ja")
        return self.name if in_japanese or not self.name_en else self.name_en


class Procedure(models.Model):
    """Something residents can do online, and how it is done at the counter by those who prefer that."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="procedures", verbose_name=_("topic"))
    owner_office = models.CharField(_("office in charge"), max_length=60, blank=True)
    official_url = models.URLField(_("official page"), blank=True)
    needs = models.TextField(_("what is needed"), blank=True)
    cost = models.CharField(_("cost"), max_length=80, blank=True)
    duration = models.CharField(_("time it takes"), max_length=60, blank=True)
    at_counter = models.TextField(_("at the counter instead"), blank=True)
    without_card = models.TextField(_("without the card"), blank=True)
    is_confirmed = models.BooleanField(_("the facts have been checked"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    """A word that needs explaining where it occurs (用語集)."""

    word = models.CharField(_("word"), max_length=40, unique=True)
    reading = models.CharField(_("reading"), max_length=60, blank=True)
    explanation = models.TextField(_("explanation"))
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["reading", "word"]

    def __str__(self) -> str:
        return self.word
