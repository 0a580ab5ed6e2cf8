from django.apps import apps

from residents.holdings import holdings
from residents.models import Resident


def test_no_table_about_people_is_overlooked() -> None:
    """Merging, disclosure and forgetting see only what a holding declares."""
    pointing = {
        model
        for model in apps.get_models(include_auto_created=True)
        for column in model._meta.get_fields()
        if column.concrete and column.is_relation and column.related_model is Resident
    }
    declared = {model for holding in holdings() for model in holding.models}

    assert {model._meta.label for model in pointing - declared} == set()


def test_two_parts_of_the_office_never_answer_for_one_table() -> None:
    declared = [model for holding in holdings() for model in holding.models]

    assert len(declared) == len(set(declared))
