"""How much of a text one call gets, and how much it may answer: all such sizes, with reasons."""

from dataclasses import dataclass, replace

# The longest job has 900 s (`time_limits`), and one window follows the other: with more of them a
# call would have less than some 20 s.
_MOST_WINDOWS = 40

_OUTPUT_AT_LEAST = 2048
_OUTPUT_AT_MOST = 16_384  # what gpt-4o-mini gives in one reply
_BYTES_PER_TOKEN = 4  # near enough in English, and in scripts of three bytes a character
_OUTPUT_PER_TOKEN = 2  # a dense reply quotes a text, its neighbours, and what is to replace it


@dataclass(frozen=True)
class WindowBudget:
    """What one call gets, in tokens: of the text to be edited, and of what surrounds each side."""

    part: int
    context: int

    def widened(self, tokens: int) -> "WindowBudget":
        """Return the budget for a text of so many tokens: larger where it would give too many."""
        return replace(self, part=max(self.part, -(-tokens // _MOST_WINDOWS)))


# Suggestions: models overlook errors in long texts, and a reply about 1,500 tokens (two pages) is
# done in some 10 s. 300 tokens are the paragraph or two that a pronoun or a tense may depend on.
SUGGESTION_WINDOWS = WindowBudget(part=1500, context=300)


def output_budget(part: str) -> int:
    """Return how many tokens a reply about this part may have."""
    tokens = len(part.encode("utf-8", "replace")) // _BYTES_PER_TOKEN
    return min(_OUTPUT_AT_MOST, _OUTPUT_AT_LEAST + _OUTPUT_PER_TOKEN * tokens)
