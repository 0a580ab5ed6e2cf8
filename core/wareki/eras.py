"""The eras since Meiji, their first and last days, and the fiscal year.

Sources: 大正改元の詔書 (30 July 1912), 昭和改元の詔書 (25 December 1926), 元号を改める政令 of 1989 and of 2019.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Era:
    """An era with its names and days; on 30 July 1912 and 25 December 1926 the old and the new one both hold."""

    name: str
    letter: str
    english: str
    first: date
    last: date | None

    def year_of(self, day: date) -> int:
        """The year of the era in which a day lies, 1 for 元年."""
        return day.year - self.first.year + 1


ERAS: tuple[Era, ...] = (
    Era("令和", "R", "Reiwa", date(2019, 5, 1), None),
    Era("平成", "H", "Heisei", date(1989, 1, 8), date(2019, 4, 30)),
    Era("昭和", "S", "Showa", date(1926, 12, 25), date(1989, 1, 7)),
    Era("大正", "T", "Taisho", date(1912, 7, 30), date(1926, 12, 25)),
    # 明治 was counted back to the first day of its lunar year.
    Era("明治", "M", "Meiji", date(1868, 1, 25), date(1912, 7, 30)),
)

# Until the end of 明治5年 Japan counted moons: no day before this one has the number that we would give it.
FIRST_SOLAR_DAY = date(1873, 1, 1)


def era_of(day: date) -> Era | None:
    """The era of a day, the newer one on a day of change; None before Meiji."""
    return next((era for era in ERAS if era.first <= day), None)


def fiscal_year(day: date) -> int:
    """The 年度 of a day: it begins on 1 April (会計法11条, 地方自治法208条) and bears the number of that year."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_days(year: int) -> tuple[date, date]:
    """The first and the last day of a 年度."""
    return date(year, 4, 1), date(year + 1, 3, 31)
