"""The shape that ARCHITECTURE.md describes, held to."""

import ast
import re
from pathlib import Path

import pytest

from tests.project.places import APPS, PACKAGES, ROOT, modules, parsed, shown

# Files with such a name have no reason to stop growing.
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "services", "selectors", "managers", "signals", "misc", "lib"}
MOST_LINES = 400


def test_every_module_is_named_for_what_it_is_about() -> None:
    places = [ROOT / name for name in (*PACKAGES, "tools", "bench", "tests")]
    vague = [
        shown(path)
        for place in places
        for path in place.rglob("*")
        if path.stem in NAMES_THAT_SAY_NOTHING and (path.suffix == ".py" or path.is_dir())
    ]

    assert vague == []


def test_no_module_has_swallowed_a_second_subject() -> None:
    long = {shown(path): count for path in modules() if (count := len(path.read_text().splitlines())) > MOST_LINES}

    assert long == {}


def test_every_migration_is_named_for_its_intent() -> None:
    migrations = [path for app in APPS for path in (ROOT / app / "migrations").glob("[0-9]*.py")]
    nameless = [shown(path) for path in migrations if "_auto_" in path.name or re.fullmatch(r"\d+", path.stem)]

    assert migrations
    assert nameless == []


@pytest.mark.parametrize("app", APPS)
def test_every_application_says_what_it_is_for(app: str) -> None:
    readme = ROOT / app / "README.md"

    assert readme.is_file()
    assert 10 <= len(readme.read_text().splitlines()) <= 60


def test_config_holds_settings_and_addresses_and_nothing_else() -> None:
    held = {path.stem for path in modules("config")} - {"__init__"}

    assert held == {"base", "local", "production", "test", "env", "urls", "wsgi"}


def test_only_one_module_reads_the_environment() -> None:
    readers = [shown(path) for path in modules() if any(reads_environment(node) for node in ast.walk(parsed(path)))]

    assert readers == ["config/env.py"]


def reads_environment(node: ast.AST) -> bool:
    """os.environ[…], os.environ.get(…) and os.getenv(…); setdefault only says which settings to use."""
    match node:
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id="os"), attr="environ"), ctx=ast.Load()):
            return True
        case ast.Call(func=ast.Name(id="dict"), args=[ast.IfExp() | ast.Attribute(attr="environ"), *_]):
            return "os.environ" in ast.unparse(node)
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="environ"), attr=verb)):
            return verb != "setdefault"
        case ast.Attribute(value=ast.Name(id="os"), attr="getenv"):
            return True
    return False


def test_nothing_listens_to_signals_of_our_own_models() -> None:
    """Effects are called by name in the deed, so that readers can follow them."""
    listeners = [
        shown(path)
        for path in modules()
        if re.search(r"\b(pre|post)_(save|delete)\.connect|@receiver\(", path.read_text())
    ]

    assert listeners == []


def test_only_deeds_open_transactions() -> None:
    """A page that holds a transaction while it renders makes every other counter wait."""
    views = [path for path in modules(*APPS) if "views" in path.stem or path.parent.name == "views"]
    holding = [shown(path) for path in views if "transaction.atomic" in path.read_text()]

    assert holding == []


# Tests mirror modules -------------------------------------------------------------------------------------


def test_every_test_module_mirrors_a_module() -> None:
    strays = [
        shown(test)
        for package in PACKAGES
        for test in (ROOT / "tests" / package).rglob("test_*.py")
        if not mirrored(package, test.stem.removeprefix("test_"))
    ]

    assert strays == []


def mirrored(package: str, name: str) -> bool:
    """Whether tests/<package>/test_<name>.py stands for a module or package of that name."""
    return any(name in names(path) for path in modules(package))


def names(path: Path) -> set[str]:
    """What the tests of core/pdf/page.py may be called: page, pdf_page, or pdf for the whole package."""
    parts = path.relative_to(ROOT).with_suffix("").parts[1:]
    return {"_".join(parts[start:]) for start in range(len(parts))} | set(parts[:-1])


def test_every_deed_is_tested_where_one_looks_for_it() -> None:
    untested = [shown(path) for path in modules(*APPS) if has_a_deed(path) and not has_tests(path)]

    assert untested == []


def has_a_deed(path: Path) -> bool:
    """A deed is a public function that says who does it: a keyword-only `by` without a default."""
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            needed = [a.arg for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is None]
            if "by" in needed:
                return True
    return False


def has_tests(path: Path) -> bool:
    """Whether tests/<app>/ has a test module for it."""
    folder = ROOT / "tests" / path.relative_to(ROOT).parts[0]
    return any(test.stem.removeprefix("test_") in names(path) for test in folder.rglob("test_*.py"))
