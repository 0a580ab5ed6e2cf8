"""The one base of every list: django-tables2 with a caption, a count, sorting by consent and rows that draw fast.

What must never happen: a list sorted by a column that nobody allowed, a table without a caption, an empty page
without a sentence.
"""

from typing import Any

import django_tables2
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import AttributeDict

PER_PAGE = 50


class Table(django_tables2.Table):
    """A list. State caption and empty_text; give a column orderable=True to let people sort by it.

    Meta.row_attrs, Meta.order_by and all of django-tables2 work as documented there.
    """

    caption: Any = ""
    """What the list shows, said before the count: 「開催（12件）」."""
    empty_text: Any = _("There is nothing here yet.")
    empty_action: tuple[str, Any] | None = None
    """The next thing to do when there is nothing: (URL, words)."""
    row_header: str | None = None
    """The column that names the row for a screen reader; the first one when not said."""
    stacks = True
    """On a telephone each row becomes a card; False keeps the grid and scrolls it."""
    css_class = ""
    """More class names for the table element, e.g. "heat"."""

    def __init__(self, data: Any = None, *, caption: Any = None, empty_action: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("orderable", False)
        kwargs.setdefault("empty_text", self.empty_text)
        kwargs.setdefault("template_name", "django_tables2/kakehashi.html")
        super().__init__(data, **kwargs)
        self.caption = self.caption if caption is None else caption
        self.empty_action = self.empty_action if empty_action is None else empty_action

    @property
    def prefixed_per_page_field(self) -> None:
        """How many rows a page has is not for an address to say: 0 of them crash, all of them stop the server."""

    @property
    def order_by(self) -> Any:
        """The columns by which the list is sorted."""
        return super().order_by

    @order_by.setter
    def order_by(self, asked: Any) -> None:
        """Whatever names no column of this list is passed over before django-tables2 tries to read it."""
        names = asked.split(",") if isinstance(asked, str) else asked or ()
        known = {*self.columns.names()}
        django_tables2.Table.order_by.fset(self, tuple(name for name in names if str(name).removeprefix("-") in known))

    @property
    def count(self) -> int:
        """How many rows there are on all pages together."""
        return self.paginator.count if hasattr(self, "paginator") else len(self.rows)

    @property
    def classes(self) -> str:
        """The class attribute of the table element."""
        return " ".join(filter(None, [self.css_class, "stacks" if self.stacks else "", self.attrs.get("class", "")]))

    def body(self) -> SafeString:
        """The rows of this page as HTML.

        A bound column computes its attributes anew for every cell, which is most of what drawing a list costs. Here
        they are computed once per column, and again only for a column whose attributes are asked of the record.
        """
        columns = [_Drawn(bound, self) for bound in self.columns]
        rows = self.page.object_list if hasattr(self, "page") else self.rows
        return mark_safe("\n".join(_row_html(row, columns) for row in rows))  # noqa: S308 - every cell was escaped


class _Drawn:
    """A visible column with the fixed part of its cells made ready."""

    def __init__(self, bound: Any, table: Table) -> None:
        self.name = bound.name
        self.bound = bound
        header = table.row_header or next(iter(table.columns.names()))
        self.tag = 'th scope="row"' if bound.name == header else "td"
        self.end = "th" if bound.name == header else "td"
        self.asks_record = any(callable(value) for value in self._declared(bound).values())
        # Only a table that becomes cards needs its headings repeated in the cells.
        self.label = format_html(' data-label="{}"', bound.header) if table.stacks and self.end == "td" else ""
        # A card puts heading and value side by side, which needs one element around the value.
        wrapped = bool(self.label) and "act" not in (bound.attrs["td"].get("class") or "")
        self.inner, self.end = ("<div>", f"</div></{self.end}>") if wrapped else ("", f"</{self.end}>")
        self.open = "" if self.asks_record else self._open()

    @staticmethod
    def _declared(bound: Any) -> dict[str, Any]:
        attrs = bound.column.attrs
        return attrs.get("td", attrs.get("cell", {}))

    def _open(self) -> str:
        attrs = self.bound.attrs["td"].as_html()
        return f"<{self.tag}{' ' if attrs else ''}{attrs}{self.label}>{self.inner}"

    def cell(self, row: Any) -> str:
        value = row.get_cell(self.name)
        if self.asks_record:
            self.bound.current_record, self.bound.current_value = row.record, value
            return f"{self._open()}{conditional_escape(value)}{self.end}"
        return f"{self.open}{conditional_escape(value)}{self.end}"


def _row_html(row: Any, columns: list[_Drawn]) -> str:
    declared = row.table.row_attrs
    attrs = AttributeDict(row.attrs).as_html() if declared else ""
    return f"<tr{' ' if attrs else ''}{attrs}>{''.join([column.cell(row) for column in columns])}</tr>"


class NumberColumn(django_tables2.Column):
    """Figures, right-aligned, with the thousands marked."""

    attrs = {"cell": {"class": "n"}}

    def render(self, value: Any) -> str:
        return f"{value:,}" if isinstance(value, int | float) else value


class ActionColumn(django_tables2.Column):
    """The row's links and buttons; write render_<name> on the table. Its heading is said, not shown."""

    attrs = {"cell": {"class": "act"}}

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name or _("What to do"), **{"empty_values": (), "accessor": "pk", **kwargs})


class TableView(django_tables2.SingleTableView):
    """A list page: 50 rows a page, the last page when the asked one is gone."""

    table_pagination = {"per_page": PER_PAGE}
