"""Puts a replacement where a phrase stood, so that its neighbours still read right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.text import Span
from workers.ai.offline.findings import Finding
from workers.ai.offline.phrase_data import PhraseRule
from workers.ai.offline.words import Stretch

_VOWEL_SOUND = re.compile(
    r"(?!eu|uni(?!n|m)|us[eau]|util|one\b|once\b)[aeiou]|hono|hour|heir", re.I
)

_SENTENCE_REACH = 400
_SECOND_THAT = re.compile(r"[^.!?]*?\b(?:and|or|but) that\b")


@dataclass(frozen=True)
class _Draft:
    """A place, and the texts that could stand there, the best one first."""

    span: Span
    texts: tuple[str, ...]


def reword(stretch: Stretch, rule: PhraseRule) -> Finding | None:
    """Return the replacement as a finding, or None where it cannot be fitted in."""
    texts = _in_case_of(stretch, rule)
    draft = _replace(stretch, texts) if texts[0] else _drop(stretch)
    if draft is None:
        return None
    return Finding(
        span=draft.span,
        suggested=draft.texts[0],
        explanation=rule.group.explanation.format(original=stretch.text, suggested=texts[0]),
        category=rule.group.category,
        alternatives=draft.texts[1:],
    )


def _in_case_of(stretch: Stretch, rule: PhraseRule) -> tuple[str, ...]:
    """Return the replacements as the phrase is written: plain, with a capital, or in capitals."""
    if rule.phrase.isupper():
        return rule.replacements
    if stretch.text.isupper() and len(stretch.text) > 1:
        return tuple(text.upper() for text in rule.replacements)
    if stretch.text[0].isupper():
        return tuple(_capitalised(text) for text in rule.replacements)
    return rule.replacements


def _drop(stretch: Stretch) -> _Draft | None:
    """Quote the next word too: it closes the gap, and takes over the capital."""
    after = stretch.after
    if after is None or stretch.text.isupper() or _has_twin(stretch):
        return None
    word = stretch.content[after.start : after.end]
    if word[1:] != word[1:].lower():
        return None
    opening = _capitalised(word) if stretch.opens_sentence else word
    return _Draft(Span(stretch.span.start, after.end), (opening,))


def _has_twin(stretch: Stretch) -> bool:
    """Whether a later clause leans on the phrase: "it is clear that A, and that B"."""
    rest = stretch.content[stretch.span.end : stretch.span.end + _SENTENCE_REACH]
    return stretch.keys[-1] == "that" and bool(_SECOND_THAT.match(rest))


def _replace(stretch: Stretch, texts: tuple[str, ...]) -> _Draft:
    """Leave out the words at either end that stay, and mend an article in front."""
    words = stretch.words[stretch.first : stretch.stop]
    written = [stretch.content[word.start : word.end] for word in words]
    split = [text.split() for text in texts]
    head = _shared([written, *split])
    tail = _shared([one[head:][::-1] for one in (written, *split)])
    span = Span(words[head].start, words[-1 - tail].end)
    kept = tuple(" ".join(one[head : len(one) - tail]) for one in split)
    return _Draft(span, kept) if head else _with_article(stretch, _Draft(span, kept))


def _shared(texts: Sequence[Sequence[str]]) -> int:
    """Count the words that all texts begin with, leaving each a word of its own."""
    most = min(len(text) for text in texts) - 1
    return next((at for at in range(most) if len({text[at] for text in texts}) > 1), most)


def _with_article(stretch: Stretch, draft: _Draft) -> _Draft:
    before = stretch.before
    if before is None or before.key not in ("a", "an"):
        return draft
    articles = ["an" if _VOWEL_SOUND.match(text) else "a" for text in draft.texts]
    if set(articles) == {before.key}:
        return draft
    if stretch.content[before.start].isupper():
        articles = [_capitalised(article) for article in articles]
    texts = tuple(f"{article} {text}" for article, text in zip(articles, draft.texts, strict=True))
    return _Draft(Span(before.start, draft.span.end), texts)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
