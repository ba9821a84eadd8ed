"""Counts tokens as the provider of a model will, without asking it."""

import re
from collections.abc import Sequence

import toktok

# https://github.com/openai/tiktoken/blob/main/tiktoken/model.py: GPT-4 and 3.5 have the older
# encoding; GPT-4o, 4.1, 5 and the o-series the newer one, as have, near enough, all others.
_OLDER_MODELS = re.compile(r"(?:^|[:/])gpt-(?:4(?:[-:]|$)|3\.?5)")
_OLDER, _NEWER = "cl100k_base", "o200k_base"


def count_tokens(text: str, model: str) -> int:
    """Return how many tokens this text is to the model; see `count_all`."""
    return count_all([text], model)[0]


def count_all(texts: Sequence[str], model: str) -> list[int]:
    """Return how many tokens each text is to the model.

    Exact for OpenAI's models, an estimate for others. What looks like a special token counts as the
    text it is. Safe from any thread, and in a process that was forked.
    """
    # One thread: what a pool gains on such texts is less than what it costs other jobs.
    return list(toktok.batch_count(texts, encoding_of(model), threads=1))


def encoding_of(model: str) -> str:
    """Return the name of the model's encoding, by its family."""
    return _OLDER if _OLDER_MODELS.search(model) else _NEWER
