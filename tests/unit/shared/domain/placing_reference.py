"""What the rules of placing say, written once more: by patterns, and by trying everything."""

import unicodedata
from itertools import product, takewhile

import regex

from shared.domain.suggestions import DropReason
from shared.domain.text import Span, fold

_LIKE = {"'": "['\u2018\u2019]", '"': '["\u201c\u201d]', "-": "[-\u2013\u2014]", " ": r"\s+"}


def boundaries_of(text):
    return {0, *(grapheme.end() for grapheme in regex.finditer(r"\X", text))}


def loosely(text):
    """Return a pattern for the text, written independently of how the placer folds."""
    return "".join(_LIKE.get(char) or regex.escape(char) for char in fold(text))


def expected_place(content, within, edit):
    """Return what the rule says about the quote, found by patterns and counting everything."""
    edge = r"(?!(?<=\s)\s)"
    head = rf"(?<={loosely(edit.before.rstrip())}\s*)" if edit.before.strip() else ""
    tail = rf"(?=\s*{loosely(edit.after.lstrip())})" if edit.after.strip() else ""
    for quote in (regex.escape(edit.original), edge + loosely(edit.original) + edge):
        found = places_of(quote, content)
        inside = [span for span in found if within.contains(span)]
        if len(inside) > 1:
            framed = [span for span in places_of(head + quote + tail, content) if span in inside]
            return framed[0] if len(framed) == 1 else DropReason.AMBIGUOUS
        if inside or found:
            return inside[0] if inside else DropReason.OUTSIDE_SELECTION
    return DropReason.QUOTE_NOT_FOUND


def places_of(pattern, content):
    matches = regex.finditer(pattern, content, overlapped=True)
    return [Span(*m.span()) for m in matches if set(m.span()) <= boundaries_of(content)]


def applied(content, choices):
    """Return the text in which the chosen spans are replaced."""
    text, at = "", 0
    for span, replacement in sorted(choices.items()):
        text, at = text + content[at : span.start] + replacement, span.end
    return text + content[at:]


def reads_as_proposed(content, choices):
    """Whether all that was put in begins and ends with a boundary."""
    seams, shift = set(), 0
    for span, replacement in sorted(choices.items()):
        start = span.start + shift
        seams |= {start, start + len(replacement)}
        shift += len(replacement) - (span.end - span.start)
    return seams <= boundaries_of(applied(content, choices))


def decisions(suggestions):
    """Yield every way in which the writer may decide."""
    ways = [(None, one.suggested, *one.alternatives) for one in suggestions]
    for texts_chosen in product(*ways):
        chosen = zip(suggestions, texts_chosen, strict=True)
        yield {one.span: text for one, text in chosen if text is not None}


def keeps(content, protected, choices):
    """Whether all that is protected is still there, whole, in its order, and nothing twice."""
    text = applied(content, choices)
    if not stand_in_order([span.of(content) for span in protected], text):
        return False
    return all(
        keeps_touched(content, [one for one in protected if one.overlaps(span)], span, new)
        for span, new in choices.items()
    )


def keeps_touched(content, touched, span, new):
    pieces = [one.of(content) for one in touched]
    counts = [(new.count(piece), span.of(content).count(piece)) for piece in pieces]
    is_same = stand_in_order(pieces, new, boundaries_of(new)) and all(a == b for a, b in counts)
    return is_same and all(map(span.contains, touched))


def stand_in_order(pieces, text, edges=None):
    found = regex.search(".*?".join(f"({regex.escape(piece)})" for piece in pieces), text, regex.S)
    spans = [found.span(n) for n in range(1, len(pieces) + 1)] if found else []
    return found is not None and (edges is None or all(set(span) <= edges for span in spans))


def is_cut(text, at):
    """Whether the text may be cut here: between words, marks and white space, each kept whole."""
    if at in (0, len(text)):
        return True
    left, right = text[at - 1], text[at]
    if at not in boundaries_of(text) or left == right or (left.isspace() and right.isspace()):
        return False
    before = takewhile(_is_joined, reversed(text[:at]))
    return not (
        any(map(_is_letter, before)) and any(map(_is_letter, takewhile(_is_joined, text[at:])))
    )


def _is_letter(char):
    kind = unicodedata.category(char)
    return kind[0] in "LMN" or kind == "Sc" or char in "%\u2030\u00b0#@&+"


def _is_joined(char):
    apart = char.isspace() or unicodedata.category(char) in {"Ps", "Pe"}
    return not apart and char not in '<>"\u201c\u201d\u00ab\u00bb\u2014\u2026\u3002'


class ReferenceTrim:
    """The smallest change of a stretch, found by trying all ways to cut both texts."""

    def __init__(self, content, place, edit, protected):
        self.old, self.new, self.start = place.of(content), edit.suggested, place.start
        self.like = str if self.old == edit.original else fold
        self.touched = [
            (one.start - place.start, one.end - place.start)
            for one in protected
            if one.overlaps(place)
        ]

    def change(self):
        """Return the span and its replacement; None where nothing changes."""
        heads = [(i, k) for i, k in self._pairs() if self._is_head(i, k)]
        i, k = max(heads)
        tails = [(j, m) for j, m in self._pairs() if j >= i and m >= k and self._is_tail(j, m)]
        j, m = min(tails)
        if i == j and k == m:
            return None
        i, k, j, m = self._with_word((i, k), (j, m), heads, tails)
        return Span(self.start + i, self.start + j), self.new[k:m]

    def _with_word(self, head, tail, heads, tails):
        end = len(self.old), len(self.new)
        every = [pair for pair in self._pairs() if self._is_tail(*pair)]
        while not self.old[head[0] : tail[0]].strip() and (head[0] or tail[0] < end[0]):
            ways = [(max(one for one in heads if one < head), tail)] if head[0] else []
            if tail[0] < end[0]:
                ways.append((head, min(one for one in every if one > tail)))
            head, tail = max(ways, key=lambda way: self._worth(way[0][0], way[1][0]))
        return *head, *tail

    def _worth(self, i, j):
        text = self.old[i:j]
        is_free = not any(start < j and i < end for start, end in self.touched)
        return bool(text.strip()) and is_free, any(map(str.isalnum, text)), bool(text.strip())

    def _pairs(self):
        return product(range(len(self.old) + 1), range(len(self.new) + 1))

    def _is_head(self, i, k):
        return self.like(self.old[:i]) == self.like(self.new[:k]) and (
            (i, k) == (0, 0) or self._is_end(i, k, {end for _, end in self.touched})
        )

    def _is_tail(self, j, m):
        is_last = (j, m) == (len(self.old), len(self.new))
        return self.like(self.old[j:]) == self.like(self.new[m:]) and (
            is_last or self._is_end(j, m, {start for start, _ in self.touched})
        )

    def _is_end(self, at, new_at, beside):
        if at in beside and at in boundaries_of(self.old):
            return new_at in boundaries_of(self.new)
        is_edge = at in boundaries_of(self.old) and any(at in edges for edges in self.touched)
        is_inside = any(start < at < end for start, end in self.touched)
        is_old_cut = at in (0, len(self.old)) or (not is_inside and is_cut(self.old, at))
        return (is_edge or is_old_cut) and is_cut(self.new, new_at)
