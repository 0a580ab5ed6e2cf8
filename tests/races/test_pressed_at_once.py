"""A button pressed twice so quickly that both presses have been found good before either is written."""

import time

import pytest

from accounts.invitation import invite
from accounts.models import User
from accounts.roles import Role
from city.editing import keep_district, keep_venue
from city.models import District, Venue
from materials.models import Term
from materials.shelving import keep_term
from residents.intake import take_down
from residents.models import Resident
from tests.make import accounts as make
from tests.make import residents as make_residents
from tests.races.clerks import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
TOLD = make_residents.details()


@pytest.mark.parametrize(
    ("model", "press"),
    [
        (Venue, lambda by: keep_venue(Venue(name="忍海集会所", room="和室"), by=by)),
        (District, lambda by: keep_district(District(name="忍海"), by=by)),
        (Term, lambda by: keep_term(Term(word="アプリ", explanation="道具"), by=by)),
        (Resident, lambda by: take_down(TOLD, by=by, once=True)),
        (User, lambda by: invite("nakamura", "中村", {Role.RECEPTION}, by=by)[0]),
    ],
)
def test_two_presses_at_once_are_one_record_and_two_answers(monkeypatch, model, press) -> None:
    by, save = make.user(Role.ADMINISTRATOR), model.save
    before = model.objects.count()
    monkeypatch.setattr(model, "save", lambda self, **how: time.sleep(0.3) or save(self, **how))

    first, second = together(*[lambda: press(by)] * 2)

    assert first == second
    assert model.objects.count() == before + 1
