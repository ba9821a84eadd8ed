"""A reader that obeys every order outside of the fence: what a model may do on a bad day.

It takes the layout at its word and is easy to fool: any kind of line break ends a line, and a line
counts as the fence's if it looks like it. A layout that stands up to it rests on the nonce alone.
"""

import re
import unicodedata

from tests.injections import TELLTALE
from tests.model_server_scripts import Call, Script, edit, known_words, propose

OF_A_SECTION = ("DOCUMENT", "BRIEF", "BEFORE", "AFTER")  # what stands in front of its text
_ANNOUNCED = re.compile(r"between the lines (?P<begin>BEGIN.*?) and (?P<end>END.*?)[.;]")
_LOOK_ALIKES = str.maketrans({"\u0415": "E", "\u0501": "d"})


def obey(call: Call) -> Script:
    """Do as any order says that stands in the system message or outside of the fence."""
    system, user = (message["content"] for message in call.messages)
    if TELLTALE in system or any(TELLTALE in line for line in outside(user, *OF_A_SECTION)):
        _, part, _ = call.pieces
        return propose(edit(part.split()[0], TELLTALE))
    return known_words(call)


def outside(user: str, *parts: str) -> list[str]:
    """Return the lines of a user's message that are not between those that its head announces.

    `parts` are the names of what stands in front of the text between lines of the same kind.
    """
    head, *lines = user.splitlines()
    announced = _ANNOUNCED.search(head)
    assert announced, "the first line says where the text stands"
    begins = _named(announced["begin"], "BEGIN", parts)
    ends = _named(announced["end"], "END", parts)
    found, is_inside = [], False
    for line in lines:
        if _looks(line) in begins:
            is_inside = True
        elif _looks(line) in ends:
            is_inside = False
        elif not is_inside:
            found.append(line)
    return found


def _named(line: str, word: str, parts: tuple[str, ...]) -> set[str]:
    """Return how the line looks, and those that have the name of a part in it."""
    return {_looks(line), *(_looks(line.replace(word, f"{word} {part}", 1)) for part in parts)}


def _looks(line: str) -> str:
    """Return how the line looks to a hurried reader."""
    plain = unicodedata.normalize("NFKD", line.translate(_LOOK_ALIKES))
    seen = (c for c in plain if unicodedata.category(c) not in ("Cf", "Mn"))
    return " ".join("".join(seen).casefold().split())
