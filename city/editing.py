"""What the city says of itself: its profile, venues, districts and closing days, changed and on record.

These words stand on every slip, text and page. What must never happen: a venue vanishing under lessons that are held in
it; it is taken out of use instead. Nor may an older page put back, unsaid, what a colleague has changed: `seen` is
everywhere the fingerprint of the record as its page showed it (core.stale).
"""

from collections.abc import Callable

from django.db import transaction

from accounts.models import User
from city.models import CityProfile, ClosingDay, District, Venue
from core import audit
from core.stale import refuse_overwriting

# What the city was and what it is.
Reaction = Callable[[CityProfile, CityProfile], None]
_reactions: list[Reaction] = []
# Before a venue is written anew: locks what it has to (docs/locking.md), and gives what follows once it is written and
# says in a sentence what became of it, if anything did.
VenueReaction = Callable[[Venue], Callable[[User], str]]
_venue_reactions: list[VenueReaction] = []


def when_changed(react: Reaction) -> None:
    """Register what an application above has to change with the city's settings, in the same transaction."""
    if react not in _reactions:
        _reactions.append(react)


def when_a_venue_changes(react: VenueReaction) -> None:
    """Register what an application above has to change with a venue, in the same transaction."""
    if react not in _venue_reactions:
        _venue_reactions.append(react)


@transaction.atomic
def change_profile(profile: CityProfile, *, by: User, seen: str | None = None) -> CityProfile:
    """The city's settings as they are to be from now on, and whatever is planned by them. Raises ChangedMeanwhile."""
    before = CityProfile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    refuse_overwriting(before, profile, seen=seen)

    profile.save()
    for react in _reactions:
        react(before, profile)

    audit.record("city.changed", profile, by=by)
    return profile


@transaction.atomic
def keep_venue(venue: Venue, *, by: User, seen: str | None = None, say: Callable[[str], object] | None = None) -> Venue:
    """A new venue, or one that exists with other details. The same new one twice is once.

    `say` hears in sentences what followed. Raises ChangedMeanwhile.
    """
    is_new = venue.pk is None
    reactions = [] if is_new else [react(venue) for react in _venue_reactions]
    User.objects.one_press_at_a_time(by)
    if is_new and (standing := Venue.objects.filter(name=venue.name, room=venue.room).first()) is not None:
        return standing
    if not is_new:
        refuse_overwriting(Venue.objects.select_for_update(no_key=True).get(pk=venue.pk), venue, seen=seen)

    venue.save()

    audit.record("venue.made" if is_new else "venue.changed", venue, by=by, is_active=venue.is_active)
    for follow in reactions:
        if (sentence := follow(by)) and say:
            say(sentence)
    return venue


@transaction.atomic
def keep_district(district: District, *, by: User, seen: str | None = None) -> District:
    """A new district, or one that exists with other details. The same new one twice is once.

    Raises ChangedMeanwhile.
    """
    User.objects.one_press_at_a_time(by)
    is_new = district.pk is None
    if is_new and (standing := District.objects.filter(name=district.name).first()) is not None:
        return standing
    if not is_new:
        refuse_overwriting(District.objects.select_for_update(no_key=True).get(pk=district.pk), district, seen=seen)

    district.save()

    audit.record("district.made" if is_new else "district.changed", district, by=by)
    return district


@transaction.atomic
def close_on(closing_day: ClosingDay, *, by: User) -> ClosingDay:
    """A day on which the office is closed. The same day again changes its reason only."""
    kept, is_new = ClosingDay.objects.update_or_create(day=closing_day.day, defaults={"reason": closing_day.reason})

    audit.record("closing_day.made" if is_new else "closing_day.changed", kept, by=by, day=kept.day)
    return kept


@transaction.atomic
def open_again(closing_day: ClosingDay, *, by: User) -> None:
    """The office is open on that day after all."""
    audit.record("closing_day.removed", closing_day, by=by, day=closing_day.day)
    closing_day.delete()
