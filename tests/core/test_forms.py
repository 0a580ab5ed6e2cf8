"""How forms are drawn, and what their fields make of what people type."""

import uuid
from datetime import date
from html.parser import HTMLParser

import pytest
from django import forms
from django.utils import translation

from core.fields import WarekiDateField
from core.forms import FilterForm, IdempotencyKeyField, Tile, Tiles, choice_field, summary_of

STEPS = [("1", Tile("カードを置く", number=1)), ("0", Tile("止まらずにできた", none=True))]


class Intake(forms.Form):
    name = forms.CharField(label="お名前", help_text="姓と名のあいだを<空けて>ください。")
    note = forms.CharField(label="備考", required=False)
    minutes = forms.IntegerField(label="時間", widget=forms.NumberInput(attrs={"data-unit": "分"}))
    reach = forms.ChoiceField(label="連絡の方法", widget=forms.RadioSelect, choices=[("1", "SMS"), ("2", "電話")])
    born = WarekiDateField(label="生年月日", required=False)
    heard = forms.BooleanField(label="利用目的を読み上げました")
    later = forms.BooleanField(label="あとで知らせる", required=False)
    key = IdempotencyKeyField()


GOOD = {"name": "髙橋 茂", "minutes": "15", "reach": "1", "heard": "on"}


class Page(HTMLParser):
    """The elements of a piece of HTML, with their attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(str(html))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(attrs.get(key.rstrip("_")) == value for key, value in wanted.items())
        ]

    def one(self, tag: str, **wanted: str) -> dict[str, str | None]:
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} × {tag} {wanted}"
        return found[0]

    def ids(self) -> list[str | None]:
        return [attrs["id"] for _tag, attrs in self.elements if "id" in attrs]


@pytest.fixture(autouse=True)
def _japanese():
    with translation.override("ja"):
        yield


def test_a_label_says_in_words_whether_the_field_must_be_filled():
    name, note = str(Intake()["name"].label_tag()), str(Intake()["note"].label_tag())

    assert "お名前" in name
    assert "※必須" in name
    assert "※任意" in note


def test_a_single_checkbox_stands_before_its_words_and_is_never_called_optional():
    field = str(Intake()["later"].as_field_group())

    assert field.index("<input") < field.index("あとで知らせる")
    assert "※任意" not in field


def test_the_browser_is_not_asked_to_stop_the_form_with_bubbles_of_its_own():
    assert [attrs for _tag, attrs in Page(Intake()).elements if "required" in attrs] == []


def test_hint_and_error_are_tied_to_the_field():
    page = Page(Intake({})["name"].as_field_group())

    control = page.one("input")
    described = control["aria-describedby"].split()
    assert control["aria-invalid"] == "true"
    assert described == ["id_name_helptext", "id_name_error"]
    assert set(described) <= set(page.ids())
    assert page.one("label")["for"] == control["id"]


def test_the_error_of_a_group_of_choices_is_tied_to_the_group():
    page = Page(Intake({})["reach"].as_field_group())

    assert page.one("fieldset")["aria-describedby"] == "id_reach_error"
    assert "id_reach_error" in page.ids()
    assert not any("aria-invalid" in attrs for attrs in page.all("input"))


def test_an_error_begins_with_the_word_error():
    assert "<li>エラー：入力するか、選んでください。</li>" in str(Intake({})["name"].errors)


def test_a_hint_is_text_and_never_markup():
    assert "姓と名のあいだを&lt;空けて&gt;ください。" in str(Intake()["name"].as_field_group())


def test_what_was_typed_as_a_number_is_still_there_when_it_cannot_be_read():
    control = Page(Intake({"minutes": "十五分"})["minutes"].as_field_group()).one("input")

    assert control["type"] == "text"
    assert control["inputmode"] == "numeric"
    assert control["value"] == "十五分"


def test_full_width_figures_are_figures():
    form = Intake({**GOOD, "minutes": "１５"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["minutes"] == 15


def test_a_unit_stands_behind_its_control():
    assert "<span>分</span>" in str(Intake()["minutes"].as_field_group())


def test_the_summary_leads_to_every_field_that_needs_a_look():
    form = Intake({"name": "", "minutes": "x", "born_year": "昭和24", "born_month": "13", "born_day": "3"})

    errors = list(summary_of(form))

    assert [error.label for error in errors] == ["お名前", "時間", "連絡の方法", "生年月日", "利用目的を読み上げました"]
    assert {error.anchor for error in errors} <= set(Page(form).ids())


def test_what_is_wrong_with_the_form_as_a_whole_stands_in_the_form_and_in_the_summary():
    form = Intake(GOOD, prefix="who")
    form.add_error(None, "この方は、もう申し込んでいます。")

    whole = next(summary_of(form))

    assert whole.text == "この方は、もう申し込んでいます。"
    assert whole.anchor in Page(form).ids()
    assert "この方は、もう申し込んでいます。" in str(form)


def test_a_form_that_nobody_sent_has_no_summary():
    assert list(summary_of(Intake(), "", None)) == []


def test_the_summary_reads_the_rows_of_a_formset():
    rows = forms.formset_factory(Intake)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "髙橋 茂", "form-0-minutes": ""}
    )

    assert "id_form-0-minutes" in [error.anchor for error in summary_of(rows)]


def test_a_day_is_asked_in_three_boxes_that_say_what_they_hold():
    html = str(Intake(initial={"born": date(1949, 12, 3)})["born"].as_field_group())
    page = Page(html)

    assert [attrs["value"] for attrs in page.all("input")] == ["昭和24", "12", "3"]
    assert len(page.all("label", class_="box")) == 3
    assert "<legend" in html


def test_a_day_that_cannot_be_stays_in_its_boxes_and_each_is_called_wrong():
    form = Intake({**GOOD, "born_year": "昭和24", "born_month": "13", "born_day": "3"})

    page = Page(form["born"].as_field_group())

    assert [attrs["value"] for attrs in page.all("input")] == ["昭和24", "13", "3"]
    assert all(attrs["aria-invalid"] == "true" for attrs in page.all("input"))


def test_each_new_form_has_a_key_of_its_own_and_keeps_it_when_it_comes_back():
    first, second = (Page(Intake()).one("input", name="key")["value"] for _form in range(2))
    again = Page(Intake({"key": first})).one("input", name="key")["value"]

    assert first != second
    assert again == first


@pytest.mark.parametrize("key", ["", "damaged", "１" * 400])
def test_a_damaged_or_missing_key_is_replaced_because_nobody_could_mend_it(key):
    form = Intake({**GOOD, "key": key})

    assert form.is_valid(), form.errors
    assert isinstance(form.cleaned_data["key"], uuid.UUID)


def test_tiles_are_radio_buttons_with_number_and_words():
    class Consultation(forms.Form):
        step = forms.ChoiceField(label="どこで止まりましたか", widget=Tiles(attrs={"class": "steps"}), choices=STEPS)
        why = forms.ChoiceField(label="なぜ", widget=Tiles, choices=[("pin", "暗証番号")])

    html = str(Consultation({"step": "1"}))
    page = Page(html)

    assert page.one("div", id="id_step")["class"] == "tiles steps"
    assert page.one("div", id="id_why")["class"] == "tiles"
    assert [attrs["value"] for attrs in page.all("input", type_="radio") if "checked" in attrs] == ["1"]
    assert '<b class="number">1</b>' in html
    assert len(page.all("label", class_="tile none")) == 1
    assert all("class" not in attrs for attrs in page.all("input"))


def test_a_filter_asks_for_nothing():
    class Filter(FilterForm):
        venue = forms.ChoiceField(label="会場", choices=[("", "すべて")])

    assert Filter({}).is_valid()
    assert "※" not in str(Filter())


def test_a_form_says_the_same_in_english():
    with translation.override("en"):
        form = Intake({"name": ""})
        html = str(form["name"].as_field_group())

    assert "※required" in html
    assert "Error: This field is required." in html


def test_a_field_of_choices_is_given_what_it_offers_today():
    form = Intake()

    choice_field(form, "reach").choices = [("3", "はがき")]

    assert list(form["reach"].field.choices) == [("3", "はがき")]
    assert list(Intake()["reach"].field.choices) == [("1", "SMS"), ("2", "電話")]


def test_a_field_without_choices_is_not_given_any():
    with pytest.raises(TypeError, match="'name' is no field of choices"):
        choice_field(Intake(), "name")
