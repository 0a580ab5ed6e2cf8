"""A clerk who books callers from the keyboard alone, and how often they press a key for it.

Every keydown that reaches the page counts, Tab and Enter included. What a caller dictates (number, name, reading,
district) is put into the box that has the focus without a key, as an input method does with a finished word.
"""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from core.phone import PhoneNumber
from residents.intake import PhoneDetails, ResidentDetails, take_down

# The clerk does not take the first class, which has the focus, but the second.
FEWEST_RUNS = 2
_COUNT = """
const pressed = () => Number(sessionStorage.getItem("presses"));
addEventListener("keydown", () => sessionStorage.setItem("presses", pressed() + 1), true);
"""


@dataclass(frozen=True)
class Caller:
    """What a person says on the telephone who has never called before."""

    number: str
    family: str
    given: str
    family_kana: str
    given_kana: str
    district: str


def household(number: PhoneNumber, *, by: User) -> None:
    """A couple who share a telephone, so that the number alone does not say who calls."""
    for given, kana in (("キヨ", "キヨ"), ("茂", "シゲル")):
        take_down(
            ResidentDetails(
                family_name="鍵田",
                family_kana="カギタ",
                given_name=given,
                given_kana=kana,
                phones=[PhoneDetails(number, "household")],
                notice_manner="spoken",
            ),
            by=by,
        )


@dataclass
class Clerk:
    """At a desk that is open in a browser, its first box in focus."""

    page: Page
    dictated: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(_COUNT)
        self.page.reload()
        expect(self._search_box).to_be_focused()

    @property
    def presses(self) -> int:
        """The keys pressed so far."""
        return int(self.page.evaluate("sessionStorage.getItem('presses')") or 0)

    def books_a_returning_caller(self, digits: str, place: int) -> None:
        """Number, person, second class, seat, slip, next call. `place` is where the list shows the caller."""
        self._dictate(self._search_box, digits)
        self._press("Enter")
        self._expect_in_focus(self.page.locator("#people [data-row]").first)
        self._press(str(place))
        self._chooses_the_second_class()
        self._registers_and_takes_the_next_call()

    def books_a_new_caller(self, caller: Caller) -> None:
        """Nobody found; name, whose telephone, age, district, device, wish, notice; then as for anybody who calls."""
        self._dictate(self._search_box, caller.number)
        self._press("Enter")
        self._expect_in_focus(self.page.locator("button[name=new]"))
        self._press("Enter")
        # The telephone is the caller's own, and leads on to the name.
        self._expect_in_focus(self._box("relation0").first)
        self._press("1")
        for box, said in (
            ("family_kana", caller.family_kana),
            ("given_kana", caller.given_kana),
            ("family_name", caller.family),
            ("given_name", caller.given),
        ):
            self._dictate(self._box(box), said)
            self._press("Enter")
        self._answers("age_band", "3")
        self._dictate(self._box("district"), caller.district)
        self._press("Enter")
        self._answers("device", "1")
        self._answers("contact_wish", "1")
        self._answers("notice_manner", "1")
        self._expect_in_focus(self.page.locator("form[data-asks] .actions button").first)
        self._press("Enter")
        self._chooses_the_second_class()
        self._registers_and_takes_the_next_call()

    def _chooses_the_second_class(self) -> None:
        rows = self.page.locator("#open-runs [data-row]")
        self._expect_in_focus(rows.first)
        self._press("ArrowDown")
        self._expect_in_focus(rows.nth(1))
        self._press("Enter")

    def _registers_and_takes_the_next_call(self) -> None:
        self._expect_in_focus(self.page.locator("#say form button[data-focus]"))
        self._press("Enter")
        slip = self.page.locator("#say a[data-key=p]")
        self._expect_in_focus(slip)
        printed = self.page.context.expect_event("response", lambda answer: answer.url.endswith(".pdf"))
        with printed, self.page.expect_popup() as paper:
            self._press("p")
        paper.value.close()
        self._press("Escape")
        expect(self._search_box).to_be_focused()
        expect(self._search_box).to_have_value("")

    def _answers(self, name: str, digit: str) -> None:
        group = self.page.locator(f"form[data-asks] [name={name}]")
        expect(self.page.locator(f"form[data-asks] [name={name}]:focus")).to_have_count(1)
        self._press(digit)
        expect(group.nth(int(digit) - 1)).to_be_checked()

    def _box(self, name: str) -> Locator:
        return self.page.locator(f"form[data-asks] [name={name}]")

    @property
    def _search_box(self) -> Locator:
        return self.page.locator("#typed")

    def _dictate(self, box: Locator, words: str) -> None:
        self._expect_in_focus(box)
        self.page.keyboard.insert_text(words)
        self.dictated.append(words)

    def _expect_in_focus(self, where: Locator) -> None:
        """The page itself has led there, or the clerk would have to press another key."""
        expect(where).to_be_focused()

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)
