"""Dates and times of day, however they are written."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest

from shared.domain.meanings.words import Token, one_of, table, vocabulary, words

# Stands in the text where a date was; a year behind it is left to the numbers.
DATE_SIGN = "\x01"

_ORDINAL_DAY = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?|(?:twenty-|thirty-)?(?:first|second|third|[a-z]{4,7}th))"
)
_TIME = (
    r"(?<![\d:.,$€£])(?P<hour>\d{1,2})"
    r"(?:(?P<oclock>\s*o['\u2019]clock)|(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|:(?P<minute24>[0-5]\d)(?::\d{2})?(?![\d:]))"
)
_NUMERIC = (
    r"(?<![\d/.-])(?:(?P<year>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})"
    r"|(?P<raw>\d{1,2}(?P<sign>[/.])\d{1,2}(?P=sign)\d{4}|\d{1,2}/\d{1,2}/\d{2}))(?![\d/])"
)
_ISO_MONTHS = range(1, 13)

_BETWEEN_DAYS = re.compile(r"\s*(?:-(?=\d)|\u2013|\bto\b|\band\b|,)\s*")
_WORD = re.compile(r"[^\W\d_]+")

Item = tuple[object, ...]


def take_dates(text: str) -> tuple[set[Item], str]:
    """Return the dates and times, and the text with a sign in the place of each.

    January 5, 5 January and Jan. 5th are one date; 3 p.m. and 15:00 are one time. A date in figures
    whose order differs between countries is known by its figures alone.
    """
    found: set[Item] = set()

    def keep(items: list[Item], rest: str = "") -> str:
        found.update(items)
        return f" {DATE_SIGN} {rest}"

    has_figures = any(map(str.isdigit, text))
    if not has_figures and dating_words().isdisjoint(_WORD.findall(text.lower())):
        return found, text
    if has_figures:
        text = _numeric().sub(lambda m: keep(*_numeric_items(m)), text)
    text = _days().sub(lambda m: keep(_day_items(m)), text)
    text = _names().sub(lambda m: keep(items) if (items := _name_items(m)) else m[0], text)
    return found, text


def relative_dates(tokens: list[Token]) -> Iterator[Item]:
    """Yield what is told from today: tomorrow, last year."""
    relative, units = table("dates", "relative"), words("dates", "relative_of")
    for token, following in zip_longest(tokens, tokens[1:]):
        low = token.low.removesuffix("'s")
        if low in words("dates", "points"):
            yield ("point", low)
        elif following is None:
            return
        elif low == "this" and following.low in ("evening", "night"):
            yield ("point", "tonight")
        elif low in relative and _is_time(following, units):
            yield ("relative", relative[low])


@cache
def dating_words() -> frozenset[str]:
    """Return the words without which an edit with no figures in it changes no date."""
    lists = table("dates")
    found = frozenset().union(
        _months(), _weekdays(), lists["decades"], lists["points"], lists["relative"]
    )
    found |= {"noon", "midday", "midnight", "this", "bc", "bce", *table("numbers", "ordinals")}
    return found | words("dates", "relative_of")


def _is_time(token: Token, units: frozenset[str]) -> bool:
    return token.text == DATE_SIGN or token.low.removesuffix("'s") in units


@cache
def _numeric() -> re.Pattern[str]:
    return re.compile(f"{_NUMERIC}|{_TIME}", re.IGNORECASE)


def _numeric_items(match: re.Match[str]) -> tuple[list[Item], str]:
    if year := match["year"]:
        return [("day", int(match["iso_month"]), int(match["iso_day"]))], f"{year} "
    if raw := match["raw"]:
        return [("raw", *map(int, re.split("[/.]", raw)))], ""
    hour = int(match["hour"])
    if half := match["half"]:
        hour = hour % 12 + (12 if half in "pP" else 0)
    return [("time", hour * 60 + int(match["minute"] or match["minute24"] or 0))], ""


@cache
def _months() -> dict[str, int]:
    rows = vocabulary()["dates"]["months"]
    return {name: number for number, row in enumerate(rows, 1) for name in row.split()}


@cache
def _weekdays() -> dict[str, int]:
    rows = vocabulary()["dates"]["weekdays"]
    return {name: number for number, row in enumerate(rows, 1) for name in row.split()}


@cache
def _days() -> re.Pattern[str]:
    """A pattern for days of a month, one or several, in either order."""
    month = one_of(_months())
    days = rf"{_ORDINAL_DAY}(?:\s*(?:-|\u2013|to|and|,)\s*{_ORDINAL_DAY})?"
    day_first = rf"\b(?:the\s)?(?P<days>{days})\s(?:of\s)?(?P<month>{month})\b\.?"
    return re.compile(
        rf"{day_first}|\b(?P<month_first>{month})\b\.?\s(?:the\s)?(?P<days_last>{days})(?![\w:%]|,\d)",
        re.IGNORECASE,
    )


def _day_items(match: re.Match[str]) -> list[Item]:
    month = _months()[(match["month"] or match["month_first"]).lower()]
    days = _BETWEEN_DAYS.split(match["days"] or match["days_last"])
    return [("day", month, _day_number(day)) for day in days]


def _day_number(day: str) -> int:
    if day[0].isdigit():
        return int(re.match(r"\d+", day)[0])  # type: ignore[index]
    ordinals, tens = table("numbers", "ordinals"), table("numbers", "tens")
    head, _, tail = day.lower().rpartition("-")
    return int(tens.get(head, 0) + ordinals.get(tail, 0))


@cache
def _names() -> re.Pattern[str]:
    name = one_of([*_months(), *_weekdays()])
    decade = one_of(table("dates", "decades"))
    return re.compile(
        rf"\b(?P<name>{name})\b\.?(?=\W|$)|\b(?:12\s)?(?P<noon>noon|midday|midnight)\b"
        rf"|(?P<figures>\b\d{{3}}0|['\u2019]?\b\d0)['\u2019]?s\b|\b(?P<decade>{decade})\b"
        r"|\b(?P<era>BCE?\b|B\.C\.(?:E\.)?)",
        re.IGNORECASE,
    )


def _name_items(match: re.Match[str]) -> list[Item]:
    if match["name"]:
        return _month_or_weekday(match)
    if noon := match["noon"]:
        return [("time", 0 if noon.lower() == "midnight" else 720)]
    if figures := match["figures"]:
        year = int(re.sub(r"\D", "", figures))
        return [("decade", year if year > 99 else 1900 + year)]
    if decade := match["decade"]:
        return [("decade", table("dates", "decades")[decade.lower()])]
    return [("era", "BC")] if match["era"].isupper() else []


def _month_or_weekday(match: re.Match[str]) -> list[Item]:
    text = match["name"]
    low = text.lower()
    is_doubtful = low in words("dates", "doubtful") or len(low) < 5
    if text.islower() and is_doubtful:
        return []
    if low in words("dates", "doubtful") and not _in_a_date(match):
        return []
    return [("month", _months()[low]) if low in _months() else ("weekday", _weekdays()[low])]


def _in_a_date(match: re.Match[str]) -> bool:
    """Whether a word that is also another one stands as a date's name would."""
    ahead = match.string[: match.start()].rsplit(None, 1)[-1:]
    behind = match.string[match.end() :].lstrip(" .,")[:1]
    return behind.isdigit() or bool(ahead and ahead[0].lower() in words("dates", "before"))
