"""Keep what guides refer to: the facts of a procedure, and the words that are explained.

What must never happen: a fact printed as checked that nobody checked, without its name standing in the log.
"""

from django.db import transaction

from accounts.models import User
from core import audit
from materials.models import Procedure, Term


@transaction.atomic
def keep_procedure(procedure: Procedure, *, by: User) -> Procedure:
    """Store the facts of a procedure as an author typed them."""
    procedure.save()

    audit.record("procedure.kept", procedure, by=by, confirmed=procedure.is_confirmed)
    return procedure


@transaction.atomic
def keep_term(term: Term, *, by: User) -> Term:
    """Store a word and what it means. The same new one twice is once."""
    User.objects.one_press_at_a_time(by)
    is_new = term.pk is None
    if is_new and (standing := Term.objects.filter(word=term.word).first()) is not None:
        return standing
    term.save()

    audit.record("term.kept", term, by=by)
    return term
