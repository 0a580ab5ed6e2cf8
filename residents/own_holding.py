"""What the register itself holds of a person: name, telephones, consents, and how the record came to say what it says.

What must never happen: a telephone or a consent left behind with a record that was merged away, or a name that outlives
the person's record in its history.
"""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from city.codes import labels
from city.models import Code
from core.wareki import wareki
from residents.history import changes_in_words
from residents.holdings import Holding, Line, Moved
from residents.models import Apart, Consent, Correction, Merge, PhoneLine, Resident

# What a person says about a telephone, beside the number.
_TOLD = ("relation", "memo", "is_doubtful", "is_strangers")


def _summary(resident: Resident) -> list[Line]:
    """The consents and how they stand, and the purpose notice."""
    consents = [
        Line(
            text=_("%(what)s (%(manner)s, notice of version %(version)s)")
            % {
                "what": consent.get_kind_display(),
                "manner": consent.get_manner_display(),
                "version": consent.notice_version,
            },
            at=consent.at,
            state=_("agreed") if consent.is_given else _("not agreed"),
        )
        for consent in resident.consents.all()
    ]
    notice = Line(
        text=_("Told what the data are for: version %(version)s") % {"version": resident.notice_version},
        at=resident.notice_at,
        state=str(resident.get_notice_manner_display()),
    )
    return [*consents, notice]


def _export(resident: Resident) -> list[dict[str, Any]]:
    """The record as it stands, its telephones, consents and history."""
    own = {
        "name": resident.name,
        "kana": resident.kana,
        "birth_year": resident.birth_year,
        "age_band": resident.current_age_band,
        "district": str(resident.district or ""),
        "postal_code": resident.postal_code,
        "address": resident.address,
        "device": resident.device,
        "contact_wish": resident.get_contact_wish_display(),
        "accommodation": resident.accommodation,
        "notice_version": resident.notice_version,
        "notice_at": wareki(resident.notice_at),
        "taken_down": wareki(resident.created_at),
    }
    phones = [
        {"telephone": line.phone.national, "relation": line.relation, "memo": line.memo}
        for line in resident.phone_lines.all()
    ]
    consents = [
        {"consent": consent.kind, "agreed": consent.is_given, "at": wareki(consent.at)}
        for consent in resident.consents.all()
    ]
    corrections = [
        {"corrected": wareki(correction.at), "changes": _in_words(correction.changes)}
        for correction in resident.corrections.all()
    ]
    merges = [
        {
            "merged": wareki(merge.at),
            "record": merge.duplicate_id,
            "undone": wareki(merge.undone_at) if merge.undone_at else "",
            "changes": _in_words(merge.record["columns"]),
        }
        for merge in resident.merges.all()
    ]
    # A record that was merged away is kept beside this one, as it was.
    merged = [entry for away in resident.merged_from.all() for entry in _export(away)]
    return [own, *phones, *consents, *corrections, *merges, *merged]


def _move(old: Resident, new: Resident, _by: User) -> Moved:
    """Telephones behind those of the record that stays, consents, corrections, and whom it was told apart from."""
    standing = {line.number: line for line in new.phone_lines.all()}
    order = max((line.order for line in standing.values()), default=-1) + 1
    moved, completed = [], []
    for line in old.phone_lines.all():
        twin = standing.get(line.number)
        if twin is not None:
            completed.append(_complete(twin, line))
            continue
        moved.append({"id": line.pk, "number": line.number, "order": line.order, **_told(line)})
        line.resident, line.order = new, order
        line.save()
        order += 1
    kept: Moved = {"phones": moved, "completed": completed, "apart": _keep_apart(old, new)}
    for name, rows in (("consents", old.consents), ("corrections", old.corrections)):
        kept[name] = list(rows.values_list("pk", flat=True))
        rows.update(resident=new)
    return kept


def _move_back(moved: Moved, old: Resident, new: Resident, _by: User) -> None:
    """A telephone that was taken off the merged record meanwhile, because it was not that person's, is written anew."""
    for told in moved["phones"]:
        as_it_was = {name: told[name] for name in _TOLD}
        line = new.phone_lines.filter(pk=told["id"]).first() or PhoneLine(number=told["number"], **as_it_was)
        line.resident, line.order = old, told["order"]
        line.save()
    for completed in moved["completed"]:
        new.phone_lines.filter(pk=completed["id"], **completed["is"]).update(**completed["was"])
    new.consents.filter(pk__in=moved["consents"]).update(resident=old)
    new.corrections.filter(pk__in=moved["corrections"]).update(resident=old)
    # A merge from before these were handed over has none.
    Apart.objects.filter(pk__in=moved.get("apart", [])).delete()


def _in_words(changes: dict[str, Any]) -> list[str]:
    return [str(change) for change in changes_in_words(changes)]


def _told(line: PhoneLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _TOLD}


def _complete(line: PhoneLine, twin: PhoneLine) -> dict[str, Any]:
    """Add to a telephone what is told of it in the other record; gives what was told before and is told now.

    Whose it is besides, by the other record, stands in the memo in words.
    """
    was = _told(line)
    besides = ""
    if line.relation == "self":
        line.relation = twin.relation
    elif twin.relation not in {"self", line.relation}:
        besides = labels(Code.Kind.RELATION).get(twin.relation, twin.relation)
    told = [words for words in (besides, twin.memo) if words and words not in line.memo]
    line.memo = " ".join(filter(None, [line.memo, *told]))
    line.is_doubtful = line.is_doubtful or twin.is_doubtful
    line.is_strangers = line.is_strangers or twin.is_strangers
    line.save()
    return {"id": line.pk, "was": was, "is": _told(line)}


def _keep_apart(old: Resident, new: Resident) -> list[int]:
    """Whoever was told apart from the one is told apart from the other too; gives the numbers of what that adds."""
    known = set(Apart.objects.filter(Q(one=new) | Q(other=new)).values_list("one", "other"))
    added = []
    for apart in Apart.objects.filter(Q(one=old) | Q(other=old)).order_by("pk"):
        third = apart.other_id if apart.one_id == old.pk else apart.one_id
        pair = (min(third, new.pk), max(third, new.pk))
        if third != new.pk and pair not in known:
            added.append(Apart.objects.create(one_id=pair[0], other_id=pair[1], at=apart.at, by_id=apart.by_id).pk)
    return added


def _erase(resident: Resident) -> int:
    """Blank who it was, in the records merged into this one too; age band, district and device stay for the counts."""
    touched = sum(_erase(away) for away in resident.merged_from.all())
    for rows in (
        resident.phone_lines.all(),
        resident.consents.all(),
        resident.corrections.all(),
        Merge.objects.filter(Q(into=resident) | Q(duplicate=resident)),
        Apart.objects.filter(Q(one=resident) | Q(other=resident)),
    ):
        touched += rows.delete()[0]
    resident.family_name = resident.family_kana = "-"
    for name in ("given_name", "given_kana", "postal_code", "address", "accommodation"):
        setattr(resident, name, "")
    resident.age_band, resident.birth_year = resident.current_age_band, None
    resident.save()
    return touched + 1


RESIDENT_HOLDING = Holding(
    name="residents",
    label=gettext_lazy("Purpose notice and consents"),
    models=(Resident, PhoneLine, Consent, Correction, Merge, Apart),
    summary=_summary,
    export=_export,
    move=_move,
    move_back=_move_back,
    erase=_erase,
)
