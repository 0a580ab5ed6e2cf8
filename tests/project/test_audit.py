"""Every action that the source records has words, and no words are kept for what nothing records."""

import ast
from collections.abc import Iterator
from pathlib import Path

from core.action_names import named_actions
from tests.project.places import ROOT, modules

NAMES_OF_RECORD = {"record", "record_all", "record_audit"}


def calls_of_record(path: Path) -> Iterator[ast.Call]:
    """Calls of core.audit.record and record_all in one file, under the names by which files import it."""
    tree = ast.parse(path.read_text())
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "core.audit"
        for alias in node.names
    }
    called = {"audit.record", "audit.record_all", *(imported & NAMES_OF_RECORD)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in called:
            yield node


def recorded_actions() -> dict[str, str]:
    """Every action that is recorded, and where."""
    found = {}
    for path in modules():
        for call in calls_of_record(path):
            for action in _texts(call.args[0]):
                found[action] = f"{path.relative_to(ROOT)}:{call.lineno}"
    return found


def _texts(action: ast.expr) -> Iterator[str]:
    """The action or actions that an argument may be: a text, or one of two texts."""
    if isinstance(action, ast.IfExp):
        yield from _texts(action.body)
        yield from _texts(action.orelse)
    elif isinstance(action, ast.Constant):
        yield action.value
    else:
        yield ast.unparse(action)


def test_every_recorded_action_has_words():
    nameless = {action: place for action, place in recorded_actions().items() if action not in named_actions()}

    assert not nameless


def test_no_words_are_kept_for_what_nothing_records():
    assert set(named_actions()) <= set(recorded_actions())
