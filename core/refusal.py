"""The one way a deed says no.

A refusal carries the facts of the case and a sentence that a clerk can say across the counter. It is expected and
caught at the edge, where a view shows it; anything else that goes wrong is a bug and stays one.
"""

from typing import Any, ClassVar

from django.utils.functional import Promise


class Refusal(Exception):
    """A deed the office declines, with its facts.

    Subclasses set `sentence`, a translatable format string whose placeholders are the names of the facts.
    """

    sentence: ClassVar[str | Promise] = ""

    def __init__(self, **facts: Any) -> None:
        super().__init__()
        self.facts = facts

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self) -> str:
        return str(self.sentence) % self.facts

    @property
    def code(self) -> str:
        """A stable name of the reason, for logs and tests."""
        return type(self).__name__
