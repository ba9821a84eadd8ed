"""The text that is sent, the reply that the model's server gives, and the bytes of a request."""

import json
import time
from itertools import pairwise

TEXT = (
    "Note {number}. We are writing in order to let you know that the meeting about the new plan was"
    " moved to next week. The reason for this is that a large number of the people who were asked"
    " to come are not able to be there on Monday. Please have a look at the attached pages before"
    " we meet, and think about what it is that you would like to change. At this point in time"
    " nothing has been decided, so each and every one of you can still have a say."
)
EDITS = (
    ("in order to", "to", "are writing", "let you know", "Two words say what four said."),
    ("a large number of", "many", "this is that", "the people", "One word is enough."),
    ("At this point in time", "Now", "", "nothing has been", "The short word is the clear one."),
)
ANSWER = (
    "The opening takes two sentences to say that the meeting has moved. Say it in one, give the new"
    " day at once, and leave the reason for later: those who read on will find it, and those who do"
    " not have what they need."
)
# What they come down to in the text: the first one's "to" stays.
CHANGES = (("in order ", ""), *((edit[0], edit[1]) for edit in EDITS[1:]))
TEMPLATE_ID = "clearer"
_AFTERTHOUGHT = " so each and every one of you can still have a say."
PROMPT = {"type": "template", "id": TEMPLATE_ID}
PIECES = 20
_DIGITS = 15
_NUMBERS: int = 10**_DIGITS
_GAP = "@" * _DIGITS


def reply() -> str:
    """Return what the model says to any of the texts."""
    names = ("original", "suggested", "before", "after", "explanation")
    edits = [
        dict(zip(names, edit, strict=True)) | {"category": "wordiness", "alternatives": []}
        for edit in EDITS
    ]
    return json.dumps({"suggestions": edits})


def pieces(whole: str) -> list[str]:
    """Return a reply in equal pieces, as a model streams it."""
    bounds = [len(whole) * n // PIECES for n in range(PIECES + 1)]
    return [whole[start:end] for start, end in pairwise(bounds)]


def piece_with_first_edit() -> int:
    """Return which piece closes the first edit, counted from 0."""
    parts, end = pieces(reply()), reply().index("}") + 1
    return next(n for n in range(PIECES) if len("".join(parts[: n + 1])) >= end)


def text(number: int) -> str:
    """Return a text that no other number has."""
    return TEXT.format(number=f"{number:0{_DIGITS}d}")


def _short(number: int) -> str:
    """Return the text without its first and last words: 300, with headings, are 25,000 words."""
    return text(number).split(". ", 1)[1].removesuffix(_AFTERTHOUGHT)


def document(sections: int) -> str:
    """Return a Markdown document of as many headings, with one text below each."""
    first = fresh_number()
    numbers = range(first, first + sections)
    return "\n".join(f"## Part {number:0{_DIGITS}d}\n\n{_short(number)}\n" for number in numbers)


def edited(document: str, section: int) -> str:
    """Return the document with one word more in the middle of one of its sections."""
    head, separator, rest = document.partition("the attached pages")
    for _ in range(section):
        more, separator, rest = rest.partition("the attached pages")
        head += "the attached pages" + more
    return head + "all " + separator + rest


def body(number: int) -> bytes:
    """Return the body of a request for suggestions."""
    start, end = body_around_number()
    return start + b"%0*d" % (_DIGITS, number) + end


def body_around_number() -> tuple[bytes, bytes]:
    """Return a request's body as the bytes before the number and those behind it."""
    whole = json.dumps(
        {
            "document": {"content": TEXT.format(number=_GAP)},
            "prompt": {"type": "template", "id": TEMPLATE_ID},
        }
    )
    start, end = whole.encode().split(_GAP.encode())
    return start, end


def fresh_number() -> int:
    """Return a number that leaves the next ones free, as long as fewer than 1 a µs are taken."""
    microseconds = time.time_ns() // 1000
    return microseconds % _NUMBERS


def is_right_result(result: dict[str, list[dict[str, str]]]) -> bool:
    """Tell whether a job's result holds just what the model proposed."""
    found = [(edit["original"], edit["suggested"]) for edit in result["suggestions"]]
    return found == list(CHANGES)
