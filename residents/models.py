"""Who it is for: residents, the telephones they can be reached at, and what they agreed to.

Names are kept as they were typed, variant characters included; search works on folded copies beside them.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from city.codes import age_band_of
from city.models import District
from core.kana import fold, sort_key
from core.phone import PhoneNumber
from residents.fields import CodePointField


class ContactWish(models.TextChoices):
    """How a person wants to be reached."""

    SMS = "sms", _("Text message")
    CALL = "call", _("Telephone call from the office")
    POSTCARD = "postcard", _("Postcard")
    NONE = "none", _("No reminder")


class NoticeManner(models.TextChoices):
    """How the purpose notice was given."""

    SPOKEN = "spoken", _("Read out")
    WRITTEN = "written", _("On paper")


class ConsentManner(models.TextChoices):
    """How a person agreed to something, or took it back."""

    SPOKEN = "spoken", pgettext_lazy("consent", "By word of mouth")
    WRITTEN = "written", pgettext_lazy("consent", "In writing")


class ResidentQuerySet(models.QuerySet["Resident"]):
    """Questions about many residents."""

    def real(self) -> "ResidentQuerySet":
        """People who are not practice people."""
        return self.filter(is_practice=False)

    def current(self) -> "ResidentQuerySet":
        """People who were not merged into another record."""
        return self.filter(merged_into__isnull=True)

    def lock(self) -> None:
        """Hold these people's records until the transaction ends; in the order of docs/locking.md they come second."""
        list(self.order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def in_kana_order(self) -> "ResidentQuerySet":
        """Sorted as a Japanese roster is."""
        return self.order_by("kana_key", "pk")


class Resident(models.Model):
    """A person the office books, reminds and helps."""

    family_name = models.CharField(_("family name"), max_length=40)
    given_name = models.CharField(_("given name"), max_length=40, blank=True)
    family_kana = models.CharField(_("family name in kana"), max_length=60)
    given_kana = models.CharField(_("given name in kana"), max_length=60, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    age_band = models.CharField(_("age band"), max_length=32, default="unknown")
    district = models.ForeignKey(
        District,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="residents",
        verbose_name=_("district"),
    )
    device = models.CharField(_("device"), max_length=32, default="unknown")
    contact_wish = models.CharField(
        _("how to be reached"), max_length=10, choices=ContactWish, default=ContactWish.CALL
    )
    postal_code = models.CharField(_("postal code"), max_length=8, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    # Kept only with the person's consent, see Consent.Kind.ACCOMMODATION.
    accommodation = models.CharField(_("accommodation"), max_length=120, blank=True)
    notice_version = models.CharField(_("version of the purpose notice"), max_length=20)
    notice_manner = models.CharField(_("how the notice was given"), max_length=10, choices=NoticeManner)
    notice_at = models.DateTimeField(_("notice given"), default=timezone.now)
    is_practice = models.BooleanField(_("practice person"), default=False, editable=False)
    created_at = models.DateTimeField(_("taken down"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="residents_taken_down",
        verbose_name=_("taken down by"),
        editable=False,
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged_from",
        verbose_name=_("merged into"),
        editable=False,
        # Almost every row says "nobody", and a planner that knows no better would begin there; see Meta.indexes.
        db_index=False,
    )
    # Folded copies for search: width, script and variant characters do not matter there.
    name_key = CodePointField(max_length=80, editable=False)
    given_key = CodePointField(max_length=40, editable=False)
    reading_key = CodePointField(max_length=120, editable=False)
    given_reading_key = CodePointField(max_length=60, editable=False)
    # The order of a Japanese roster, see core.kana.sort_key.
    kana_key = CodePointField(max_length=260, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        indexes = [
            models.Index(fields=["name_key"], name="residents_by_name"),
            models.Index(fields=["given_key"], name="residents_by_given_name"),
            models.Index(fields=["reading_key"], name="residents_by_reading"),
            models.Index(fields=["given_reading_key"], name="residents_by_given_reading"),
            models.Index(fields=["kana_key"], name="residents_in_kana_order"),
            models.Index(fields=["merged_into"], name="residents_merged", condition=Q(merged_into__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                name="nobody_is_merged_into_themselves",
            ),
            models.CheckConstraint(condition=Q(contact_wish__in=ContactWish.values), name="the_contact_wish_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with its search keys, which follow from its own columns."""
        self.refold()
        super().save(*args, **kwargs)

    def refold(self) -> None:
        """Recompute the search keys from the names; bulk writers call this themselves."""
        # A sign may unfold into several letters, so keys are cut to their columns; a prefix still finds them.
        self.name_key = fold(f"{self.family_name} {self.given_name}")[:80]
        self.given_key = fold(self.given_name)[:40]
        self.reading_key = fold(f"{self.family_kana} {self.given_kana}")[:120]
        self.given_reading_key = fold(self.given_kana)[:60]
        self.kana_key = sort_key(f"{self.family_kana} {self.given_kana}")[:260]

    @property
    def name(self) -> str:
        """Family and given name."""
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def kana(self) -> str:
        """Family and given name in kana."""
        return f"{self.family_kana} {self.given_kana}".strip()

    @property
    def age(self) -> int | None:
        """The age reached in this calendar year, when the year of birth is known."""
        return timezone.localdate().year - self.birth_year if self.birth_year else None

    @property
    def current_age_band(self) -> str:
        """The age band today: from the year of birth when it is known, else as it was told."""
        return age_band_of(self.age) if self.age is not None else self.age_band

    @property
    def phone_lines_to_call(self) -> "list[PhoneLine]":
        """The telephones in the order in which they are tried, without those at which a stranger answered."""
        return [line for line in self.phone_lines.all() if not line.is_strangers]


class PhoneLine(models.Model):
    """A number at which a person can be reached, and whose telephone it is. A household shares a number."""

    resident = models.ForeignKey(
        Resident, on_delete=models.CASCADE, related_name="phone_lines", verbose_name=_("resident")
    )
    # As E.164, "+81745002811".
    number = CodePointField(_("telephone number"), max_length=20)
    last_four = CodePointField(_("last four digits"), max_length=4, editable=False)
    relation = models.CharField(_("whose telephone"), max_length=32, default="self")
    # Longer than anybody types: what two merged records said of a number stands in it side by side.
    memo = models.TextField(_("extension or memo"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # Set when a text or call told that the number reaches nobody or somebody else.
    is_doubtful = models.BooleanField(_("number to be checked"), default=False)
    # Somebody else answered there: not even called, as a number in doubt otherwise is.
    is_strangers = models.BooleanField(_("a stranger answers there"), default=False)

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")
        ordering = ["order", "pk"]
        indexes = [
            models.Index(fields=["number"], name="phone_lines_by_number"),
            models.Index(fields=["last_four"], name="phone_lines_by_last_four"),
            models.Index(fields=["resident"], condition=Q(is_doubtful=True), name="phone_lines_to_be_checked"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_strangers=False) | Q(is_doubtful=True), name="a_strangers_number_is_in_doubt"
            ),
            models.UniqueConstraint(fields=["resident", "number"], name="a_number_stands_once_with_a_resident"),
        ]

    def __str__(self) -> str:
        return f"PhoneLine {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with its last four digits, which follow from the number."""
        self.last_four = self.number[-4:]
        super().save(*args, **kwargs)

    @property
    def phone(self) -> PhoneNumber:
        """The number as a value that knows its kind and how it is written."""
        return PhoneNumber.from_e164(self.number)


class Consent(models.Model):
    """What a person agreed to or withdrew, when and how. The newest row of a kind counts."""

    class Kind(models.TextChoices):
        SMS = "sms", _("Text messages")
        ACCOMMODATION = "accommodation", _("Keeping what the instructor should know")
        INVITATION = "invitation", _("Being told of classes")

    resident = models.ForeignKey(
        Resident, on_delete=models.CASCADE, related_name="consents", verbose_name=_("resident")
    )
    kind = models.CharField(_("to what"), max_length=20, choices=Kind)
    is_given = models.BooleanField(_("agreed"))
    manner = models.CharField(_("how"), max_length=10, choices=ConsentManner)
    notice_version = models.CharField(_("version of the notice"), max_length=20)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="consents_recorded",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.kind} {self.is_given}"


class Correction(models.Model):
    """What stood in a record and what stands there since (訂正の履歴): personal data, so it lives with the person."""

    resident = models.ForeignKey(
        Resident, on_delete=models.CASCADE, related_name="corrections", verbose_name=_("resident")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="corrections_made",
        verbose_name=_("corrected by"),
    )
    # Column to [old, new], as the columns store them; "phones" to lists of [number, relation, memo].
    changes = models.JSONField(_("changes"))

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Correction {self.pk}"


class MergeQuerySet(models.QuerySet["Merge"]):
    """Questions about many merges."""

    def standing(self) -> "MergeQuerySet":
        """Those that were not undone."""
        return self.filter(undone_at__isnull=True)


class Merge(models.Model):
    """That two records were found to be of one person and made one (統合), with all it takes to make them two again."""

    duplicate = models.ForeignKey(
        Resident, on_delete=models.CASCADE, related_name="merges_away", verbose_name=_("record merged away")
    )
    into = models.ForeignKey(
        Resident, on_delete=models.CASCADE, related_name="merges", verbose_name=_("record that stays")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="merges_made", verbose_name=_("merged by")
    )
    # {"columns": {column: [old, new]} of the record that stays, "moved": {holding: what it handed over}}.
    record = models.JSONField(_("what was moved and replaced"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merges_undone",
        verbose_name=_("undone by"),
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(undone_at__isnull=True), name="a_record_is_merged_away_once"
            ),
            models.CheckConstraint(condition=~Q(duplicate=models.F("into")), name="a_record_is_merged_into_another"),
        ]

    def __str__(self) -> str:
        return f"Merge {self.pk}"


class Apart(models.Model):
    """That two records look alike and are of two people, as somebody found out (別の方)."""

    one = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="+", verbose_name=_("older record"))
    other = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="+", verbose_name=_("newer record"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("found out by")
    )

    class Meta:
        verbose_name = _("two people who look alike")
        verbose_name_plural = _("people who look alike")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="two_people_are_told_apart_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="the_older_record_comes_first"),
        ]

    def __str__(self) -> str:
        return f"Apart {self.pk}"
