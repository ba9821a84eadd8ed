"""Names of files as titles of documents, and the other way round. No name is ever a path here."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from shared.domain.documents import LONGEST_TITLE, NO_TITLE
from shared.domain.text import TextFormat

_LONGEST_NAME = 120  # with four bytes for each character, and an ending, file systems take it
_FORBIDDEN = frozenset('<>:"/\\|?*')  # on one system or another
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)


@dataclass(frozen=True)
class Naming:
    """What the document is to be called and kept as; None is as the file has it."""

    title: str | None = None
    tags: tuple[str, ...] = ()
    format: TextFormat | None = None


def title_of(file_name: str) -> str:
    """Return the title of a document that comes from a file of this name."""
    bare = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = " ".join(_printable(bare).split())
    stem = PurePosixPath(plain).stem if plain else ""
    return stem[:LONGEST_TITLE].strip(" .") or NO_TITLE


def file_name_for(title: str, extension: str) -> str:
    """Return a name under which a document can be saved on any system."""
    legal = "".join("_" if sign in _FORBIDDEN else sign for sign in _printable(title))
    name = " ".join(legal.split())[:_LONGEST_NAME].strip(" .") or NO_TITLE
    if name.partition(".")[0].casefold() in _RESERVED:
        name = f"_{name}"
    return name + extension


def _printable(text: str) -> str:
    """Return it without control characters, and without those that turn the direction of a line."""
    kinds = ((sign, unicodedata.category(sign)) for sign in text)
    return "".join(
        " " if kind in ("Cc", "Zl", "Zp") else sign
        for sign, kind in kinds
        if kind not in ("Cs", "Co", "Cn") and not _turns(sign)
    )


def _turns(sign: str) -> bool:
    return "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069"
