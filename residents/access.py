"""The one way to fetch a person for a page. Looking is an act and stands in the audit log.

What must never happen: a page about one person that nobody can say who opened.
"""

from django.db.models import Model
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from core import audit
from core.refusal import Refusal
from residents.models import Resident


class RecordWasMerged(Refusal):
    """The page is older than the merging of two records of one person."""

    sentence = _("This record was merged with another one of the same person. Please look the person up again.")


def open_person(pk: int, *, by: Model, recorded: bool = False) -> Resident:
    """The person for a page, telephones and district at hand. A merged record leads to the one that stayed.

    `recorded` is True where the server itself knows that the look of the same conversation stands in the log already.
    Raises Http404 when there is nobody of that number.
    """
    people = Resident.objects.select_related("district").prefetch_related("phone_lines")
    try:
        person = people.get(pk=pk)
        # A record that was merged may have been merged once more.
        while person.merged_into_id is not None:
            person = people.get(pk=person.merged_into_id)
    except Resident.DoesNotExist as nobody:
        raise Http404 from nobody
    if not recorded:
        audit.record("resident.opened", person, by=by)
    return person


def open_person_again(pk: int, *, by: Model) -> Resident:
    """The person for a page that answers the form on it: one look together with the page that was opened before."""
    person = open_person(pk, by=by, recorded=True)
    if not audit.stands("resident.opened", person, by=by):
        audit.record("resident.opened", person, by=by)
    return person
