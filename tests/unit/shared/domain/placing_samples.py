"""Texts and model answers from a seed: many more than Hypothesis can draw in the same time."""

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, combinations, pairwise
from random import Random

from shared.domain.guards import Guards
from shared.domain.positions import Placer
from shared.domain.suggestions import Edit, Suggestion, as_json
from shared.domain.text import OffsetEncoding, OffsetMap, Span, fold
from tests.unit.shared.domain import placing_cases as cases
from tests.unit.shared.domain.placing_reference import (
    applied,
    boundaries_of,
    keeps,
    reads_as_proposed,
)

CODECS = {"utf-16": ("utf-16-le", 2), "codepoint": ("utf-32-le", 4), "utf-8": ("utf-8", 1)}
WORDS = [
    "we",
    "plan",
    "plan.",
    "big",
    "big,",
    "don\u2019t",
    "nai\u0308ve",
    "\u05e9\u05dc\u05d5\u05dd",
]
SPACES = [*[" "] * 6, "\r\n", "\n\n", "  "]
MISQUOTES = [fold, str.upper, str.strip, lambda quote: quote + "x", lambda quote: quote[:-1]]
BROKEN = ["\ud83d", "\0", ""]


@dataclass(frozen=True)
class Sample:
    """A text, its selection, what is protected in it, and what a model answers."""

    content: str
    within: Span
    protected: tuple[Span, ...]
    edits: tuple[Edit, ...]


def sample(random):
    atoms = _atoms(random)
    content = "".join(atoms)
    places = list(pairwise([0, *accumulate(map(len, atoms))]))
    within = Span(0, len(content))
    if random.random() < 0.2:
        within = Span(random.choice(places)[0], len(content))
    chosen = [random.random() < 0.7 for _ in atoms]
    edits = [_edit(random, atoms, places, content) for _ in range(random.randint(1, 6))]
    edits += random.sample(edits, random.randint(0, 1))
    return Sample(content, within, cases.protected_in(content, chosen), tuple(edits))


def _atoms(random):
    """Words with space between, among them what is hard to cut, and phrases that come again."""
    hard = cases.CLUSTERS + cases.JOINERS + cases.PHRASES + cases.PROTECTED + cases.SPACES
    atoms = []
    for _ in range(random.randint(4, 16)):
        atoms.append(random.choice(WORDS if random.random() < 0.6 else hard))
        atoms += [random.choice(SPACES)] if random.random() < 0.75 else []
    if random.random() < 0.3:
        start = random.randrange(len(atoms))
        atoms += atoms[start : start + 4]
    return atoms


def _edit(random, atoms, places, content):
    first = random.randrange(len(atoms))
    last = min(first + random.randint(1, 7), len(atoms))
    quoted, start, end = atoms[first:last], places[first][0], places[last - 1][1]
    reach = random.randint(0, 9)
    before, after = content[max(start - reach, 0) : start], content[end : end + reach]
    if random.random() < 0.2:
        before, after = after, before
    original, suggested = "".join(quoted), _rewritten(random, quoted)
    if random.random() < 0.15:
        original = random.choice([random.choice(MISQUOTES)(original), *BROKEN])
    if random.random() < 0.15:
        suggested = random.choice([original, *BROKEN])
    others = tuple(_rewritten(random, quoted) for _ in range(random.randint(0, 2)))
    return Edit(original, suggested, before=before, after=after, alternatives=others)


def _rewritten(random, quoted):
    """Return the words with one or two of them exchanged, left out or added."""
    words = list(quoted)
    for _ in range(random.randint(1, 2)):
        at = random.randint(0, len(words))
        new = random.choice([WORDS, cases.CLUSTERS, cases.JOINERS, cases.PROTECTED])
        words[at : at + random.randint(0, 2)] = [random.choice(new), " "][: random.randint(0, 2)]
    return "".join(words)


def check(one, random):
    """Assert every promise about what becomes of a sample; return how often each outcome came."""
    placer = Placer(one.content, one.within, 20, Guards(one.protected))
    outcomes = [(edit, placer.place(edit)) for edit in one.edits]
    given = [outcome for _, outcome in outcomes if isinstance(outcome, Suggestion)]
    boundaries = boundaries_of(one.content)
    _check_shown(one.content, given)
    for suggestion in given:
        assert one.within.contains(suggestion.span)
        assert {suggestion.span.start, suggestion.span.end} <= boundaries
    assert not any(a.span.overlaps(b.span) for a, b in combinations(given, 2))
    for edit, outcome in outcomes:
        _check_outcome(one, boundaries, edit, outcome)
    _check_decisions(one, given, random)
    return Counter("placed" if isinstance(out, Suggestion) else str(out) for _, out in outcomes)


def _check_shown(content, given):
    for encoding in OffsetEncoding:
        codec, width = CODECS[encoding]
        encoded, offsets = content.encode(codec), OffsetMap(content, encoding)
        for suggestion in given:
            shown = as_json(suggestion, offsets)
            start, end = shown["start"] * width, shown["end"] * width
            assert encoded[start:end].decode(codec) == shown["original"] != shown["suggested"]


def _check_outcome(one, boundaries, edit, outcome):
    places = [span for span in _exact(one.content, edit.original) if {*_ends(span)} <= boundaries]
    if len(places) == 1 and edit.original:
        inside = one.within.contains(places[0])
        assert outcome not in ("AMBIGUOUS", "QUOTE_NOT_FOUND")
        assert edit.fault or (outcome == "OUTSIDE_SELECTION") == (not inside)
    if isinstance(outcome, Suggestion):
        trimmed = applied(one.content, {outcome.span: outcome.suggested})
        if places:
            whole = (applied(one.content, {place: edit.suggested}) for place in places)
        else:
            folded = fold(one.content)
            found = _exact(folded, fold(edit.original))
            whole = (fold(applied(folded, {place: fold(edit.suggested)})) for place in found)
        assert (trimmed if places else fold(trimmed)) in set(whole)


def _check_decisions(one, given, random):
    """Assert that the text is as it should be, whichever suggestions are taken."""
    ways = [given, *[[each for each in given if random.random() < 0.5] for _ in range(3)]]
    for way in ways:
        choices = {each.span: random.choice([each.suggested, *each.alternatives]) for each in way}
        assert reads_as_proposed(one.content, choices)
        assert keeps(one.content, one.protected, choices)


def _exact(content, quote):
    at = content.find(quote) if quote else -1
    while at >= 0:
        yield Span(at, at + len(quote))
        at = content.find(quote, at + 1)


def _ends(span):
    return span.start, span.end


def run(seed, texts):
    """Check that many texts; return how often each outcome came."""
    counts = Counter()
    for number in range(texts):
        random = Random(f"{seed} {number}")
        one = sample(random)
        try:
            counts += check(one, random)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, text {number}: {one}") from error
    return counts
