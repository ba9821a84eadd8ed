"""Texts of every kind that is hard to count in, and what a model is told to do with them."""

from dataclasses import dataclass
from typing import Any

TEMPLATES = ("fix-grammar", "more-professional", "shorter")


@dataclass(frozen=True)
class Sample:
    """A text; `says` stands in it once, and `selected` is the only part to be edited, if any."""

    content: str
    says: str
    format: str = "text"
    selected: str = ""

    def custom(self) -> dict[str, Any]:
        """Return a prompt that even a very small model can follow: it dictates the edit."""
        edit = f'"original": "{self.says}", "suggested": "{self.says} indeed"'
        return {"type": "custom", "text": f'Copy this edit: {{"suggestions": [{{{edit}'}


SAMPLES = {
    "plain": Sample("Me and him has went to the office, it were closed.", "the office"),
    "emoji": Sample(
        "We done it 👩‍👩‍👧‍👦🎉! The team are very very happy 🇩🇪🇫🇷, you know.", "The team"
    ),
    "combining": Sample("The cafe\u0301 are nai\u0308ve, and it were to expensiv.", "expensiv"),
    "crlf": Sample("Dear all,\r\n\r\nthe meeting are moved.\r\nPlease to come.\r\n", "meeting"),
    "markdown": Sample(
        "# Plan\n\n* We **should of** done it.\n* See [the list](https://example.org/a_b).\n",
        "done it",
        "markdown",
    ),
    "html": Sample(
        '<p class="a">It don&#39;t <b>works</b> good.</p>\n<p>We was told.</p>', "We was", "html"
    ),
    "hebrew": Sample("המכתב נכתב אתמול (see page 12), והוא ארוך מאוד.", "see page"),
    "arabic": Sample("هذا التقرير very long جدا ويحتاج إلى مراجعة.", "very long"),
    "repeated": Sample("The big plan is a big plan for a big, big team. The plan is big.", "for a"),
    "cjk": Sample("この文章は very good です。我们明天见。", "very good"),
    "white space": Sample(
        "  Two  spaces\there,\u00a0and “quotes” \u2013 it\u2019s  so.\n\n\n", "spaces"
    ),
    "selected": Sample(
        "Keep this 🙂 sentence. Him and me was late for it. Keep this one to.",
        "was late",
        selected="Him and me was late for it.",
    ),
    "long": Sample(
        "The committee have decided that the report which was wrote last year needs to be "
        "looked at again. There is many reasons for this. " * 4 + "Thanks to all of you.",
        "Thanks to all",
    ),
}
