"""Keep what guides refer to: the facts of a procedure, and the words that are explained.

What must never happen: a fact printed as checked that nobody checked, without its name standing in the log; or what a
colleague has mended put back, unsaid, by an older page: `seen` is everywhere the fingerprint of the record as its page
showed it (core.stale).
"""

from django.db import transaction

from accounts.models import User
from core import audit
from core.stale import refuse_overwriting
from materials.models import Procedure, Term


@transaction.atomic
def keep_procedure(procedure: Procedure, *, by: User, seen: str | None = None) -> Procedure:
    """Store the facts of a procedure as an author typed them. Raises ChangedMeanwhile."""
    before = Procedure.objects.select_for_update(no_key=True).get(pk=procedure.pk)
    refuse_overwriting(before, procedure, seen=seen)

    procedure.save()

    audit.record("procedure.kept", procedure, by=by, confirmed=procedure.is_confirmed)
    return procedure


@transaction.atomic
def keep_term(term: Term, *, by: User, seen: str | None = None) -> Term:
    """Store a word and what it means. The same new one twice is once. Raises ChangedMeanwhile."""
    User.objects.one_press_at_a_time(by)
    is_new = term.pk is None
    if is_new and (standing := Term.objects.filter(word=term.word).first()) is not None:
        return standing
    if not is_new:
        refuse_overwriting(Term.objects.select_for_update(no_key=True).get(pk=term.pk), term, seen=seen)

    term.save()

    audit.record("term.kept", term, by=by)
    return term
