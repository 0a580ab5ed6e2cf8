"""What every purpose of the whole site keeps to, whoever registered it."""

import pytest

from city.models import CityProfile
from reminders.about import KINDS, About
from reminders.purposes import PHONE, Purpose, texted
from reminders.rewording import mistakes
from reminders.wording import count_parts, fields_of, render
from tests.make import classes as make_classes

pytestmark = pytest.mark.django_db
TEXTED = texted()


@pytest.mark.parametrize("about", TEXTED, ids=lambda about: about.name)
def test_the_built_in_texts_are_such_as_the_city_itself_might_write(about: Purpose) -> None:
    city = CityProfile.current()

    assert [mistakes(text, about, city=city) for text in about.wordings] == [[] for _text in about.wordings]


@pytest.mark.parametrize("about", TEXTED, ids=lambda about: about.name)
def test_the_longest_facts_of_a_database_are_known_for_every_place(about: Purpose) -> None:
    own = {field.name for field in about.fields}

    assert own <= about.sample().facts.keys()
    assert all(about.sample().facts[name] for name in own)
    assert about.sample().people > 0


@pytest.mark.parametrize("about", TEXTED, ids=lambda about: about.name)
def test_a_text_is_one_part_with_the_longest_facts_too(about: Purpose) -> None:
    make_classes.run(
        course=make_classes.course("マイナポータルの使い方（健康保険証・年金・税の確認）と電子申請入門"),
        venue=make_classes.venue("葛城市歴史博物館あかねホール多目的交流スペース北館二階第三会議室"),
    )

    text = render(about, about.sample().facts)

    assert count_parts(text) == 1
    assert CityProfile.current().office_phone in text


@pytest.mark.parametrize("about", TEXTED, ids=lambda about: about.name)
def test_no_two_places_of_a_purpose_are_written_alike(about: Purpose) -> None:
    labels = [field.label for field in fields_of(about)]

    assert len(labels) == len(set(labels))
    assert PHONE.label in labels


def test_every_purpose_says_of_which_kind_its_texts_are() -> None:
    kinds = {about.name: about.about for about in TEXTED}

    assert set(kinds.values()) == set(KINDS)
    assert [name for name, kind in kinds.items() if kind == About.REMINDERS] == ["lesson-reminder"]
