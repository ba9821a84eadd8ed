"""How much of a text one call gets, and how much it may answer: all such sizes, with reasons."""

from dataclasses import dataclass, replace

# The longest job has 900 s (`time_limits`), and one window follows the other: with more of them a
# call would have less than some 20 s.
MOST_WINDOWS = 40

_OUTPUT_AT_LEAST = 2048
_OUTPUT_AT_MOST = 16_384  # what gpt-4o-mini gives in one reply
# Where a model's room is small: a quarter for the part, a tenth for its context, and what is left
# lets a reply be as dense as `_OUTPUT_PER_TOKEN` says.
_PART_SHARE = 4
_CONTEXT_SHARE = 5  # of the part, on each side
_LEAST_PART = 64
_BYTES_PER_TOKEN = 4  # near enough in English, and in scripts of three bytes a character
_OUTPUT_PER_TOKEN = 2  # a dense reply quotes a text, its neighbours, and what is to replace it


@dataclass(frozen=True)
class WindowBudget:
    """What one call gets, in tokens: of the text to be edited, and of what surrounds each side."""

    part: int
    context: int

    def widened(self, tokens: int) -> "WindowBudget":
        """Return the budget for a text of so many tokens: larger where it would give too many."""
        return replace(self, part=max(self.part, -(-tokens // MOST_WINDOWS)))

    def widened_again(self, windows: int) -> "WindowBudget":
        """Return the budget for a text that was cut into so many windows, which are too many."""
        return replace(self, part=-(-self.part * windows // MOST_WINDOWS))

    def narrowed(self, room: int | None) -> "WindowBudget":
        """Return the budget for a model with this room, or with enough; some text fits always."""
        if room is None:
            return self
        part = min(self.part, max(_LEAST_PART, room // _PART_SHARE))
        return WindowBudget(part, min(self.context, part // _CONTEXT_SHARE))


# Suggestions: models overlook errors in long texts, and a reply about 1,500 tokens (two pages) is
# done in some 10 s. 300 tokens are the paragraph or two that a pronoun or a tense may depend on.
SUGGESTION_WINDOWS = WindowBudget(part=1500, context=300)


def output_budget(part: str) -> int:
    """Return how many tokens a reply about this part may have."""
    tokens = len(part.encode("utf-8", "replace")) // _BYTES_PER_TOKEN
    return min(_OUTPUT_AT_MOST, _OUTPUT_AT_LEAST + _OUTPUT_PER_TOKEN * tokens)
