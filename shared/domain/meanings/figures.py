"""Numbers in figures: decimal, in fractions, Roman."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from shared.domain.meanings.dates import DATE_SIGN
from shared.domain.meanings.words import Token, low_at, touches, words

Value = Fraction | str
_SUFFIXES = {"st", "nd", "rd", "th"}
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_LONGEST = 30


@dataclass
class Number:
    """One number, and the tokens from `first` to before `end` that say it."""

    value: Value
    first: int
    end: int
    unit: str = ""
    bound: str = ""
    decimals: int = 0
    is_ordinal: bool = False
    is_faint: bool = False
    is_year: bool = False
    scale: int = 1

    @property
    def key(self) -> tuple[object, ...]:
        """What has to stay. Closing zeros say how exact a reading is; of money they say nothing."""
        exactness = 0 if self.unit in {"dollar", "usd", "euro", "pound", "yen"} else self.decimals
        return (self.value, self.unit, self.bound, self.is_ordinal, exactness)


def read_figure(tokens: list[Token], at: int) -> Number | None:
    """Return the number that stands here in figures, with what is joined to it: 1st, 2/3, 1½."""
    text = tokens[at].text
    if _is_part(text):
        return Number(_part(text), at, at + 1)
    if not text[-1].isdecimal():
        return _roman(tokens, at)
    number = _literal(text, at)
    if low_at(tokens, at + 1) == "/" and low_at(tokens, at + 2).isdecimal():
        return _over(number, tokens[at + 2].low, at + 3)
    if touches(tokens, at + 1) and low_at(tokens, at + 1) in _SUFFIXES:
        number.end, number.is_ordinal = at + 2, True
    elif isinstance(number.value, Fraction) and _is_part(following := low_at(tokens, at + 1)):
        number.value += _part(following)
        number.end = at + 2
    number.is_year = not number.is_ordinal and _is_year(tokens, at)
    return number


def _is_part(text: str) -> bool:
    """Whether this is one sign for a part of a whole, such as ½."""
    return len(text) == 1 and text.isnumeric() and not text.isdecimal() and not text.isalpha()


def _part(sign: str) -> Fraction:
    return Fraction(unicodedata.numeric(sign)).limit_denominator(100)


def _literal(text: str, at: int) -> Number:
    plain = re.sub(r"[\s\u00a0\u2009\u202f]|,(?=\d{3}(?:\D|$))", "", text)
    plain = plain.replace(",", ".")
    whole, _, decimals = plain.partition(".")
    if "." in decimals or len(plain) > _LONGEST or not plain.isascii():
        return Number(plain, at, at + 1)
    if len(whole) > 1 and whole[0] == "0":
        return Number(plain, at, at + 1)
    zeros = len(decimals) - len(decimals.rstrip("0"))
    return Number(Fraction(plain), at, at + 1, decimals=zeros)


def _over(number: Number, parts: str, end: int) -> Number:
    number.end = end
    if isinstance(number.value, Fraction) and len(parts) < 5 and int(parts):
        number.value /= int(parts)
    else:
        number.value = f"{number.value}/{parts}"
    return number


def _is_year(tokens: list[Token], at: int) -> bool:
    text = tokens[at].text
    if len(text) != 4 or not text.isdecimal() or not 1000 <= int(text) <= 2100:
        return False
    ahead = tokens[at - 1].low if at else ""
    return ahead in words("dates", "year_after") or ahead == DATE_SIGN


def _roman(tokens: list[Token], at: int) -> Number | None:
    text = tokens[at].text
    if not at or not text.isupper() or not _ROMAN.fullmatch(text):
        return None
    ahead = tokens[at - 1]
    if ahead.low not in words("numbers", "roman_after") and ahead.low != "war":
        return None
    digits = [_ROMAN_DIGITS[letter] for letter in text]
    pairs = zip(digits, [*digits[1:], 0], strict=True)
    return Number(Fraction(sum(-a if a < b else a for a, b in pairs)), at, at + 1)
