"""Who holds a seat in a run, who waits for one, who comes together, and to whom a freed seat is offered.

A seat is a confirmed registration or an open offer. Nothing here may ever give one seat away twice: the deeds lock the
run first (docs/locking.md), and the constraints below hold whatever code forgets.
"""

import re
import unicodedata
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.wareki import local_date
from residents.models import Resident

# Of a size that the columns hold, and as it is printed; a longer one, or one with a 0 in front, is a telephone number.
# Read out it is 「受付番号、12の3」, and the key for the stroke is whichever is near.
_SLIP = re.compile(
    r"(?:(?:受付)?番号|no\.?)?[\s:、]*([1-9][0-9]{0,8})\s*[-‐−–—―─ーのノ]\s*([1-9][0-9]{0,3})\s*番?", re.IGNORECASE
)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Questions about many registrations."""

    def active(self) -> "RegistrationQuerySet":
        """Confirmed or waiting."""
        return self.filter(state__in=Registration.ACTIVE)

    def confirmed(self) -> "RegistrationQuerySet":
        """Those who hold a seat."""
        return self.filter(state=Registration.State.CONFIRMED)

    def seated_before(self, moment: models.OuterRef | datetime) -> "RegistrationQuerySet":
        """Those who hold a seat and had it before a moment; whoever waited until later had none then."""
        return self.confirmed().alias(since=Coalesce("seated_at", "taken_at")).filter(since__lt=moment)

    def waiting(self) -> "RegistrationQuerySet":
        """The waiting list, whoever waited longest first."""
        return self.filter(state=Registration.State.WAITING).order_by("waiting_since", "pk")

    def offered(self) -> "RegistrationQuerySet":
        """Those for whom a seat is held until they answer."""
        return self.filter(_has_open_offer())

    def lent(self) -> "RegistrationQuerySet":
        """Those to whom one of the office's devices is promised."""
        return self.filter(Q(state=Registration.State.CONFIRMED) | Q(_has_open_offer()), borrows=True)

    def in_line(self) -> "RegistrationQuerySet":
        """Whom to ask for a free seat, in this order.

        Who could not be reached comes after the others this time; who let the seat go by is asked about another one.
        """
        return (
            self.waiting()
            .filter(declined_at__isnull=True)
            .exclude(_has_open_offer())
            .order_by(models.F("passed_at").asc(nulls_first=True), "waiting_since", "pk")
        )

    def with_offers(self) -> "RegistrationQuerySet":
        """Annotated with `has_open_offer`: whether a seat is held until the person answers."""
        return self.annotate(has_open_offer=_has_open_offer())

    def with_offer_to_answer(self, at: datetime) -> "RegistrationQuerySet":
        """Annotated with `offer_to_answer`: the number of the offer of a held seat still to be answered, or None."""
        mine = Offer.objects.to_ask(at).filter(registration=models.OuterRef("pk"))
        return self.annotate(offer_to_answer=models.Subquery(mine.values("pk")[:1]))

    def with_reason_out_of_turn(self) -> "RegistrationQuerySet":
        """Annotated with `out_of_turn`: why the person is or was asked before those who waited longer, or empty."""
        kept = [Offer.State.OPEN, Offer.State.ACCEPTED]
        offers = Offer.objects.filter(registration=models.OuterRef("pk"), state__in=kept).exclude(reason="")
        return self.annotate(
            out_of_turn=Coalesce(models.Subquery(offers.order_by("-pk").values("reason")[:1]), models.Value(""))
        )

    def beside(self, registration: "Registration") -> "RegistrationQuerySet":
        """Whoever of somebody's party has a place too, in the order of their slips."""
        others = self.active().filter(party=registration.party_id, party__isnull=False)
        return others.exclude(pk=registration.pk).order_by("slip_number")

    def with_companions(self) -> "RegistrationQuerySet":
        """Annotated with `companions`: how many others of the party stand alike, with a seat or in line."""
        alike = {"party": models.OuterRef("party"), "state": models.OuterRef("state")}
        others = Registration.objects.filter(**alike).exclude(pk=models.OuterRef("pk"))
        counted = others.order_by().values("party").annotate(n=models.Count("pk")).values("n")
        return self.annotate(companions=Coalesce(models.Subquery(counted), 0))

    def with_routes(self) -> "RegistrationQuerySet":
        """With their people, and what decides how these are reached."""
        return self.select_related("resident").prefetch_related("resident__phone_lines", "resident__consents")

    def with_place(self) -> "RegistrationQuerySet":
        """Annotated with `place` on the waiting list, counted from 1; means nothing for those who do not wait.

        People who come together wait since one moment and have one place.
        """
        party = Coalesce(models.OuterRef("party"), 0)
        ahead = Registration.objects.filter(run=models.OuterRef("run"), state=Registration.State.WAITING).filter(
            Q(waiting_since__lt=models.OuterRef("waiting_since"))
            | Q(waiting_since=models.OuterRef("waiting_since"), pk__lt=models.OuterRef("pk"))
            & (Q(party__isnull=True) | ~Q(party=party))
        )
        counted = ahead.order_by().values("run").annotate(n=models.Count("pk")).values("n")
        return self.annotate(place=Coalesce(models.Subquery(counted), 0) + 1)

    def of_slip(self, typed: str) -> "Registration | None":
        """The registration whose slip number somebody reads out, such as 12-3 or 12の3; None when there is none."""
        found = _SLIP.fullmatch(unicodedata.normalize("NFKC", typed).strip())
        if found is None:
            return None
        run, number = found.groups()
        people = self.select_related("run__course", "resident__district").prefetch_related("resident__phone_lines")
        return people.filter(run=int(run), slip_number=int(number)).first()


def _has_open_offer() -> models.Exists:
    return models.Exists(Offer.objects.open().filter(registration=models.OuterRef("pk")))


class Party(models.Model):
    """People who come together to a run (連れ): seated together, drawn together, or waiting together."""

    run = models.ForeignKey("CourseRun", on_delete=models.PROTECT, related_name="parties", verbose_name=_("course run"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")

    def __str__(self) -> str:
        return f"Party {self.pk}"


class Registration(models.Model):
    """A resident's place in a run (申込): a seat, or a place on the waiting list. Cancelled, never deleted."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        WAITING = "waiting", _("Waiting")
        CANCELLED = "cancelled", _("Cancelled")

    class Channel(models.TextChoices):
        PHONE = "phone", _("By telephone")
        COUNTER = "counter", pgettext_lazy("way of registering", "At the counter")
        ON_THE_DAY = "on_the_day", _("On the day")

    ACTIVE = (State.CONFIRMED, State.WAITING)

    run = models.ForeignKey(
        "CourseRun", on_delete=models.PROTECT, related_name="registrations", verbose_name=_("course run")
    )
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("resident")
    )
    # Of those who come together; whoever comes alone has none.
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="members", verbose_name=_("party")
    )
    # Uses one of the office's devices in the lessons.
    borrows = models.BooleanField(_("borrows a device"), default=False)
    # What was drawn for this person, in a run with a lottery.
    lot = models.ForeignKey(
        "Lot", null=True, blank=True, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("lot")
    )
    state = models.CharField(_("state"), max_length=10, choices=State)
    channel = models.CharField(_("taken"), max_length=10, choices=Channel)
    # The number on the slip; running within the run, so that it can be said on the telephone: "12-3".
    slip_number = models.PositiveSmallIntegerField(_("slip number"))
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    # Could not be reached about a free seat; the place in line stays, but the others are asked first this time.
    passed_at = models.DateTimeField(_("passed over for now"), null=True, blank=True)
    # Let a free seat go by; the place in line stays, and another seat will be offered when it is freed.
    declined_at = models.DateTimeField(_("let a seat go by"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken on"), default=timezone.now)
    # When whoever waited was given the seat; a seat that was free at once is theirs since the registration was taken.
    seated_at = models.DateTimeField(_("seat given on"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="registrations_taken",
        verbose_name=_("taken by"),
    )
    # Why this person has a seat that the others in line were not asked about, or one beyond those there are.
    override_reason = models.CharField(_("reason for going over capacity"), max_length=160, blank=True)
    # What was true of it then: no seat, or no device that was asked for, was free.
    is_over_capacity = models.BooleanField(_("over capacity"), default=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="registrations_cancelled",
        verbose_name=_("cancelled by"),
    )
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=32, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["run", "slip_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "resident"],
                condition=Q(state__in=["confirmed", "waiting"]),
                name="one_active_registration_per_resident",
            ),
            models.UniqueConstraint(fields=["run", "slip_number"], name="a_slip_number_is_used_once"),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(waiting_since__isnull=False),
                name="who_waits_has_waited_since_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="a_cancellation_has_a_moment_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["confirmed", "waiting", "cancelled"]),
                name="the_state_of_a_registration_is_known",
            ),
            models.CheckConstraint(condition=Q(slip_number__gte=1), name="slip_numbers_count_from_one"),
            models.CheckConstraint(
                condition=Q(is_over_capacity=False) | ~Q(override_reason=""),
                name="a_seat_over_capacity_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "waiting_since"], name="registration_by_state")]

    def __str__(self) -> str:
        return self.slip

    @property
    def may_go_back_in_line(self) -> bool:
        """Whether a seat was given past the line, with a reason, to somebody who waited for one."""
        return bool(self.state == self.State.CONFIRMED and self.waiting_since and self.override_reason)

    def gave_a_seat_back_since(self, day: date) -> bool:
        """Whether the person held a seat when that day began, or was given one since, and has given it back."""
        held_a_seat = self.waiting_since is None or self.seated_at is not None
        return self.cancelled_at is not None and held_a_seat and local_date(self.cancelled_at) >= day

    @property
    def slip(self) -> str:
        """The number printed on the slip and said on the telephone."""
        return f"{self.run_id}-{self.slip_number}"

    @property
    def awaits_the_decision(self) -> bool:
        """Whether it waits for the draw or for the counter's decision, and has no place in line yet."""
        return self.state == self.State.WAITING and not self.run.seats_go_by_line

    @property
    def state_in_words(self) -> str:
        """Its state as it is told: nothing is confirmed in a run that is off, and a decision is awaited on no list.

        Reads the run's lessons, prefetched or not.
        """
        if self.state in self.ACTIVE and self.run.is_off:
            return gettext("Called off")
        return gettext("Waits for the decision") if self.awaits_the_decision else str(self.get_state_display())


class OfferQuerySet(models.QuerySet["Offer"]):
    """Questions about many offers."""

    def open(self) -> "OfferQuerySet":
        """Those still to be answered."""
        return self.filter(state=Offer.State.OPEN)

    def unheard(self, at: datetime) -> "OfferQuerySet":
        """Those to be answered of which nobody has heard, and about which no clerk is on the telephone."""
        is_being_called = Q(held_by__isnull=False, held_until__gt=at)
        return self.open().filter(reached_at__isnull=True).exclude(is_being_called)

    def in_order_of_calling(self, at: datetime) -> "OfferQuerySet":
        """Whose answer is due first on top; whoever promised one is not called before it is due and comes last."""
        is_promised = models.Case(
            models.When(reached_at__isnull=False, answer_by__gt=at, then=models.Value(1)), default=models.Value(0)
        )
        return self.order_by(is_promised, "answer_by", "registration__waiting_since", "registration")

    def to_ask(self, at: datetime) -> "OfferQuerySet":
        """Those about which somebody must be called: a lesson of the run is still to come."""
        from classes.models.courses import Lesson  # noqa: PLC0415  (courses are built on registrations)

        to_come = Lesson.objects.standing().filter(run=models.OuterRef("registration__run"), starts_at__gt=at)
        return self.open().filter(models.Exists(to_come))


class Offer(models.Model):
    """A freed seat held for the first in line until an answer is recorded (繰上げの打診)."""

    class State(models.TextChoices):
        OPEN = "open", _("To be asked")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        NOT_REACHED = "not_reached", _("Not reached")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Reached(models.TextChoices):
        PERSON = "person", pgettext_lazy("who was reached", "The person")
        FAMILY = "family", _("Somebody of the family")
        OTHER = "other", _("Somebody else")

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="offers", verbose_name=_("registration")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    answer_by = models.DateTimeField(_("answer by"))
    attempts = models.PositiveSmallIntegerField(_("calls made"), default=0)
    last_attempt_at = models.DateTimeField(_("last call"), null=True, blank=True)
    # When the call was made that was last written down from paper, whatever calls came after it: sent twice it is one.
    last_paper_attempt_at = models.DateTimeField(_("last call from paper"), null=True, blank=True)
    # Somebody heard of the seat and will answer by then; nobody else is asked before.
    reached_at = models.DateTimeField(_("reached"), null=True, blank=True)
    reached = models.CharField(_("who was reached"), max_length=8, choices=Reached, blank=True)
    # The clerk who is on the telephone right now, for everybody who comes together.
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offers_held",
        verbose_name=_("being called by"),
    )
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    # The clerk who has the call on a sheet of that day, until something is recorded about it.
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offers_printed",
        verbose_name=_("printed by"),
    )
    printed_at = models.DateTimeField(_("printed"), null=True, blank=True)
    # Why somebody was asked before those who wait longer; stays on record.
    reason = models.CharField(_("reason for asking out of turn"), max_length=160, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="offers_decided",
        verbose_name=_("decided by"),
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["answer_by", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(state="open"), name="one_open_offer_per_registration"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="a_settled_offer_has_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(reached_at__isnull=True, reached="") | Q(reached_at__isnull=False) & ~Q(reached=""),
                name="whoever_was_reached_was_so_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(held_by__isnull=True) | Q(held_until__isnull=False), name="a_call_about_a_seat_ends_in_time"
            ),
            models.CheckConstraint(
                condition=Q(printed_by__isnull=True) | Q(printed_at__isnull=False),
                name="a_printed_offer_was_printed_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.state}"

    def is_promised(self, at: datetime) -> bool:
        """Whether an answer was promised that is not due yet."""
        return self.reached_at is not None and at < self.answer_by

    def is_held_from(self, user: models.Model, at: datetime) -> bool:
        """True when another clerk is on the telephone about it."""
        return self.held_by_id not in (None, user.pk) and self.held_until is not None and self.held_until > at

    def is_on_paper(self, at: datetime) -> bool:
        """True when it stands on a sheet that is out; one that was not typed back on its day is lost."""
        return self.printed_at is not None and local_date(self.printed_at) == local_date(at)
