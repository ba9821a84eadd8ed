"""Makes texts, and edits them while it keeps track of where every character went."""

from functools import cached_property
from random import Random

from shared.domain.rebase import Quote, Rebased, RebaseState
from shared.domain.text import GraphemeBoundaries, Span

WORDS = [
    "the",
    "of",
    "and",
    "plan",
    "house",
    "big",
    "small",
    "wind",
    "river",
    "we",
    "they",
    "saw",
    "made",
    "gave",
    "team",
    "report",
    "figure",
    "clear",
    "old",
    "new",
    "letter",
    "road",
    "under",
    "over",
    "with",
    "from",
    "about",
    "number",
    "year",
    "people",
    "city",
    "light",
    "table",
    "window",
    "morning",
    "answer",
]
PHRASES = [
    *("the big plan", "at the end of the day", "in order to", "we made it clear", "and so on"),
]
ODD = [
    "\U0001f600",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "e\u0301t\u00e9",
    "\u6f22\u5b57\u3068",
    "don\u2019t",
]
MARKS = ["\u0301", "\u200d", "\ufe0f"]
GAPS = [" "] * 12 + ["  ", ", ", ", ", ". ", ". ", ".\r\n", "\n\n"]


def dice(seed):
    """Return random numbers that are the same each time."""
    return Random(seed)


def text_of(random, words):
    pieces = []
    for _ in range(words):
        kind = random.random()
        pool = WORDS if kind < 0.9 else PHRASES if kind < 0.97 else ODD
        pieces += [random.choice(pool), random.choice(GAPS)]
    return "".join(pieces)


class History:
    """A text in which each character knows where it stood at first, if it stood anywhere.

    The characters of a twin, the words of a quote put in once more beside it, know whose they are.
    """

    def __init__(self, text):
        self.old = text
        self.characters = [(character, at, None) for at, character in enumerate(text)]
        self.twinned = set()

    @property
    def new(self):
        return "".join(character for character, *_ in self.characters)

    def replace(self, start, end, text):
        """Replace as an editor does: what is the same at both ends is not touched."""
        while start < end and text and self.characters[start][0] == text[0]:
            start, text = start + 1, text[1:]
        while start < end and text and self.characters[end - 1][0] == text[-1]:
            end, text = end - 1, text[:-1]
        self.characters[start:end] = [(character, None, None) for character in text]

    def put_twin(self, at, quote):
        known = enumerate(quote.original, quote.span.start)
        twin = [(character, None, origin) for origin, character in known]
        self.characters[at:at] = [*twin, (" ", None, None)]
        self.twinned.add(quote)

    def move(self, start, end, to):
        block = self.characters[start:end]
        del self.characters[start:end]
        self.characters[to:to] = block

    def holds(self, quote, span):
        """Whether the quote's own characters stand there, or those of a twin in their place."""
        origins = [
            twin if origin is None else origin
            for _, origin, twin in self.characters[span.start : span.end]
        ]
        return origins == list(range(quote.span.start, quote.span.end))

    def truth(self, quote):
        """Return where the quote's own characters stand, or what became of them."""
        places = [self._places.get(origin) for origin in range(quote.span.start, quote.span.end)]
        if not any(place is not None for place in places):
            return Rebased(RebaseState.GONE)
        start = places[0] or 0
        span = Span(start, start + len(places))
        is_intact = places == list(range(span.start, span.end))
        if not is_intact or not all(map(self._is_apart, (span.start, span.end))):
            return Rebased(RebaseState.CONFLICTED)
        same = span == quote.span
        return Rebased(RebaseState.UNCHANGED if same else RebaseState.MOVED, span)

    @cached_property
    def _places(self):
        """Where every character of the old text stands once all edits are made."""
        return {origin: place for place, (_, origin, _) in enumerate(self.characters)}

    @cached_property
    def _outcome(self):
        return self.new, GraphemeBoundaries(self.new)

    def _is_apart(self, at):
        """Whether neither a grapheme nor a word goes on across the place."""
        text, boundaries = self._outcome
        around = text[max(at - 1, 0) : at + 1]
        in_word = len(around) == 2 and around.isalnum() and max(around) < "\u3000"
        return at in boundaries and not in_word


def quotes_in(random, text, count):
    """Return stretches of one to four words, none of them cutting a grapheme."""
    boundaries = GraphemeBoundaries(text)
    quotes = []
    while len(quotes) < count:
        start = random.randrange(len(text) - 1)
        start = text.rfind(" ", 0, start) + 1
        end = start + len(" ".join(text[start:].split(" ")[: random.randint(1, 4)]))
        if start < end and start in boundaries and end in boundaries:
            quotes.append(Quote(text[start:end], Span(start, end)))
    return quotes


def edit(random, history, quotes):
    """Make one edit of some kind, now and then right beside a quote."""
    text = history.new
    start = random.randrange(len(text) + 1)
    end = min(start + random.randint(1, 40), len(text))
    near = random.choice(quotes)
    kinds = {
        "type": (start, start, text_of(random, random.randint(1, 8))),
        "delete": (start, end, ""),
        "rewrite": (start, end, text_of(random, random.randint(1, 6))),
        "letter": (start, min(start + 1, len(text)), random.choice(["x", "", "ab"])),
        "mark": (start, start, random.choice(MARKS + ODD)),
        "copy": (start, start, copied(random, text)),
        "phrase": (start, start, random.choice(PHRASES) + " "),
        "beside": (*beside(text, near), ""),
        "twin": (0, 0, ""),
        "line": line_break(random, text),
    }
    kind = random.choices(list(kinds), [20, 14, 14, 16, 5, 8, 8, 3, 3, 9])[0]
    history.replace(*kinds[kind])
    if kind == "twin" and near not in history.twinned:
        history.put_twin(random.choice(beside(text, near)), near)


def copied(random, text):
    start = random.randrange(len(text))
    return text[start : start + random.randint(5, 60)]


def beside(text, quote):
    at = text.find(quote.original)
    return (at, min(at + len(quote.original), len(text))) if at >= 0 else (0, 1)


def line_break(random, text):
    """Shorten a line break of two characters, or put a tab before one."""
    at = text.find("\n", random.randrange(len(text)))
    if at < 0:
        return (0, 0, "")
    return (at - 1, at, "") if text[at - 1 : at] == "\r" else (at, at, "\t")
