"""`make pictures`: the main pages of a practice city, photographed at a desk's and at a telephone's width.

Whoever changes a page looks at its pictures before showing it to anybody. They are made of the practice city as
`make run` serves it, so what stands on them is invented; the README shows one of them.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.postgres import free_port
from tools.serve import ROOT, surroundings, wait_until_it_answers, web_command
from tools.trouble import Trouble, give_up

CHROMIUM = "/usr/bin/chromium"
PICTURES = ROOT / "var" / "pictures"
CITY = ROOT / "var" / "picture-city"
README_PICTURE = ROOT / "docs" / "pictures" / "desk.png"
# The practice sign-ins' password, which every start of a practice installation prints.
PASSWORD = "kakehashi-renshu"  # noqa: S105  (see above)
SIZES = {1280: 900, 390: 844}


@dataclass(frozen=True)
class View:
    """One page: who looks at it, where it is, and what is pressed on the way there."""

    name: str
    who: str
    start: str
    steps: tuple[Callable[[Page], None], ...] = ()


def follow(selector: str) -> Callable[[Page], None]:
    """Open the first link of that kind, whatever its number."""

    def step(page: Page) -> None:
        address = page.locator(selector).first.get_attribute("href")
        page.goto(urljoin(page.url, str(address)))

    return step


def press(selector: str) -> Callable[[Page], None]:
    """Press the first of these buttons or links."""

    def step(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    return step


def type_in(selector: str, text: str) -> Callable[[Page], None]:
    """Type into the first of these boxes, and wait for what answers by itself."""

    def step(page: Page) -> None:
        page.locator(selector).first.fill(text)
        page.wait_for_load_state("networkidle")

    return step


CALLER = (type_in("[name=typed]", "タカハシ"), press("#people button[name=person]"))
# A caller who stands alone in the list, and a class: everything the desk shows at once.
README_VIEW = (type_in("[name=typed]", "タカハシ イ"), press("#people button[name=person]"), press("#open-runs button"))
VIEWS = [
    View("sign-in", "", "/sign-in/"),
    View("guides", "", "/guides/"),
    View("guide", "", "/guides/", (follow("main a[href^='/guides/']"),)),
    View("guide-one-step", "", "/guides/", (follow("main a[href^='/guides/']"), follow("a[href*='step=']"))),
    View("words", "", "/words/"),
    View("calendar", "", "/calendar/"),
    View("calendar-run", "", "/calendar/", (follow("article h2 a"),)),
    View("home-reception", "uketsuke", "/"),
    View("desk", "uketsuke", "/desk/"),
    View("desk-people", "uketsuke", "/desk/", (type_in("[name=typed]", "タカハシ"),)),
    View("desk-person", "uketsuke", "/desk/", CALLER),
    View("desk-run", "uketsuke", "/desk/", (*CALLER, press("#open-runs button"))),
    View("desk-new", "uketsuke", "/desk/", (type_in("[name=typed]", "09000001234"), press("button[name=new]"))),
    View("courses", "uketsuke", "/courses/"),
    View("course-new", "uketsuke", "/courses/new/"),
    View("course", "uketsuke", "/courses/", (follow("main tbody a[href^='/courses/']"),)),
    View("runs", "uketsuke", "/runs/"),
    View("run-new", "uketsuke", "/runs/new/"),
    View("run", "uketsuke", "/runs/", (follow("main tbody a[href^='/runs/']"),)),
    View(
        "lesson-move", "uketsuke", "/runs/", (follow("main tbody a[href^='/runs/']"), follow("main a[href$='/move/']"))
    ),
    View("offers", "uketsuke", "/offers/"),
    View("offer", "uketsuke", "/offers/", (press("main form[action$='/take/'] button"),)),
    View("calls", "uketsuke", "/calls/"),
    View("call", "uketsuke", "/calls/", (press("main form[action$='/take/'] button"),)),
    View("messages", "uketsuke", "/messages/"),
    View(
        "person",
        "uketsuke",
        "/runs/",
        (follow("main tbody a[href^='/runs/']"), follow("main tbody a[href^='/people/']")),
    ),
    View("duplicates", "uketsuke", "/residents/duplicates/"),
    View("merge", "uketsuke", "/residents/duplicates/", (follow("main a[href*='/merge/']"),)),
    View("home-instructor", "koushi", "/"),
    View("today", "koushi", "/today/"),
    View(
        "roster",
        "uketsuke",
        "/runs/",
        (follow("main tbody a[href^='/runs/']"), follow("main tbody a[href$='/roster/']")),
    ),
    View("home-adviser", "soudan", "/"),
    View("consultation-subject", "soudan", "/consultations/new/"),
    View("consultation", "soudan", "/consultations/new/", (follow("main a[href*='edition=']"),)),
    View("consultations", "soudan", "/consultations/"),
    View("home-author", "kyozai", "/"),
    View("guide-desk", "kyozai", "/guide-desk/"),
    View("guide-manage", "kyozai", "/guide-desk/", (follow("main tbody a[href^='/guide-desk/']"),)),
    View("home-analyst", "bunseki", "/"),
    View("insights", "bunseki", "/insights/"),
    View("home-administrator", "kanri", "/"),
    View("users", "kanri", "/users/"),
    View("audit", "kanri", "/audit/"),
    View("city", "kanri", "/city/"),
]


def main() -> None:
    """Serve the city and photograph the views whose names are given, or all."""
    try:
        missed = take(sys.argv[1:])
        print(f"The pictures are in {PICTURES.relative_to(ROOT)}.")
        refuse_if_missed(missed)
    except Trouble as trouble:
        give_up(trouble)


def take(wanted: list[str]) -> list[str]:
    """Photograph the views of these names, or all; gives the names of those that could not be taken."""
    views = chosen(wanted)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with city() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        missed = [view.name for view in views if not photograph(browser, address, view)]
        if not wanted:
            photograph_for_readme(browser, address)
        browser.close()
    return missed


def chosen(wanted: list[str]) -> list[View]:
    """The views of these names, or all.

    Raises Trouble for a name that no view has, and where nothing can take pictures.
    """
    if unknown := set(wanted) - {view.name for view in VIEWS}:
        raise Trouble(f"There is no view called {', '.join(sorted(unknown))}.")
    if not Path(CHROMIUM).exists():
        raise Trouble("Chromium takes the pictures and is not installed (Debian: apt-get install chromium).")
    return [view for view in VIEWS if not wanted or view.name in wanted]


def refuse_if_missed(missed: list[str]) -> None:
    """Raise Trouble naming the views that could not be taken."""
    if missed:
        raise Trouble(f"These could not be taken: {', '.join(missed)}.")


@contextmanager
def city() -> Iterator[str]:
    """A practice city being served; gives its address. It is made anew each day, because its dates surround today."""
    made_on = CITY / "made-on"
    if not made_on.exists() or made_on.read_text() != str(date.today()):  # noqa: DTZ011  (this machine's day will do)
        shutil.rmtree(CITY, ignore_errors=True)
    CITY.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = os.environ | {"VAR_DIR": str(CITY)} | surroundings("localhost", port) | {"VAR_DIR": str(CITY)}
    environment["DATABASE_URL"] = f"sqlite:///{CITY / 'kakehashi.sqlite3'}"
    if subprocess.run([sys.executable, "-m", "tools.prepare"], cwd=ROOT, env=environment, check=False).returncode:
        raise Trouble("The city to be photographed could not be made; the reason stands above.")
    made_on.write_text(str(date.today()))  # noqa: DTZ011  (as above)
    server = subprocess.Popen(web_command("localhost", port), cwd=ROOT, env=environment, start_new_session=True)
    try:
        wait_until_it_answers("localhost", port, {"The web server": server})
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def photograph(browser: Browser, address: str, view: View) -> bool:
    """One view at every width; False, with the reason said, when the way there leads nowhere."""
    for width, height in SIZES.items():
        page = screen(browser, address, width, height)
        try:
            lead_to(page, view)
            page.screenshot(path=PICTURES / f"{view.name}-{width}.png", full_page=True)
        except Exception as error:  # noqa: BLE001  (one page that fails must not keep the others from being seen)
            print(f"{view.name} at {width}: {str(error).splitlines()[0]}")
            return False
        finally:
            page.context.close()
    return True


def photograph_for_readme(browser: Browser, address: str) -> None:
    """The desk with a caller and a class chosen, in few colours so that the file stays small."""
    page = screen(browser, address, 1280, 900)
    lead_to(page, View("readme", "uketsuke", "/desk/", README_VIEW))
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=README_PICTURE, full_page=True)
    page.context.close()
    with Image.open(README_PICTURE) as picture:
        picture.convert("RGB").quantize(64).save(README_PICTURE, optimize=True)


def screen(browser: Browser, address: str, width: int, height: int) -> Page:
    """A person's screen of that size, telephone below a tablet's width."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        is_mobile=width < 600,
        has_touch=width < 600,
    )
    context.set_default_timeout(10_000)
    return context.new_page()


def lead_to(page: Page, view: View) -> None:
    """Sign in, where the view needs it, and go there."""
    if view.who:
        page.goto("/sign-in/")
        page.fill("[name=login]", view.who)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
    answer = page.goto(view.start)
    if answer is None or answer.status >= 400:
        raise Trouble(f"{view.start} answers {answer.status if answer else 'nothing'}.")
    for step in view.steps:
        step(page)
    time.sleep(0.2)


if __name__ == "__main__":
    main()
