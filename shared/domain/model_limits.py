"""What an installation says of its models: how much they can hold, and how slow they are."""

from dataclasses import dataclass

# Tokens are counted as OpenAI does, and a local model may count more; its chat format adds some.
_TRUSTED_SHARE = 0.85
_LEAST_REPLY = 256


@dataclass(frozen=True)
class ModelLimits:
    """`context_tokens` are for prompt and reply together; None where they are more than enough."""

    context_tokens: int | None = None
    time_scale: float = 1.0

    def room(self, taken: int) -> int | None:
        """Return how many tokens are left beside so many; None where there is room for all."""
        if self.context_tokens is None:
            return None
        return max(0, int(self.context_tokens * _TRUSTED_SHARE) - taken)

    def reply(self, wanted: int, sent: int) -> int:
        """Return how many tokens a reply may have, where so many were sent."""
        room = self.room(sent)
        return wanted if room is None else min(wanted, max(_LEAST_REPLY, room))

    def shared(self, prompt: int, reply: int) -> tuple[int, int]:
        """Return how many tokens prompt and reply may have: at most half of the room is a reply."""
        room = self.room(0)
        if room is None:
            return prompt, reply
        reply = min(reply, room // 2)
        return min(prompt, room - reply), reply
