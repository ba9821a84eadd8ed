"""How the windows of a text are put to the model: of a text alone, or of a section in its place."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import PromptText, choose_nonce, system_message, write_prompt
from shared.domain.request_windows import LEAD_TOKENS
from shared.domain.section_prompts import (
    DocumentBrief,
    Edges,
    SectionBrief,
    own_lead,
    shared_lead,
    write_section_prompt,
)
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.tokens import count_tokens
from shared.domain.windows import Window

_NONCE_BYTES = 9
_LEAD_SHARE = 6  # of a small model's room: so much for the document, and so much for the edges

draw_nonce: Callable[[], str] = partial(secrets.token_hex, _NONCE_BYTES)


@dataclass(frozen=True)
class WindowPrompts:
    """What is said of a request's windows; `brief` is None for a text that is no section."""

    request: SuggestionRequest
    brief: SectionBrief | None = None

    def fitted(self, limits: ModelLimits, model: str) -> "WindowPrompts":
        """Return these with as much of the brief as a small model can hold.

        What all sections share is decided first and alone, so that it stays the same for all.
        """
        if self.brief is None or limits.context_tokens is None:
            return self
        share = (limits.room(self._system_tokens(model)) or 0) // _LEAD_SHARE
        document, edges = self.brief.document, self.brief.edges
        if count_tokens(shared_lead(document, self.request.format), model) > share:
            document = replace(document, title="", outline="")
        if count_tokens(shared_lead(document, self.request.format), model) > 2 * share:
            document = DocumentBrief(document.nonce)
        if count_tokens(own_lead(SectionBrief(document, edges)), model) > share:
            edges = Edges()
        return replace(self, brief=SectionBrief(document, edges))

    def room(self, limits: ModelLimits, model: str) -> int | None:
        """Return how many tokens are left for a window and its reply; None for enough."""
        if limits.context_tokens is None:
            return None
        taken = self._system_tokens(model) + LEAD_TOKENS
        if self.brief:
            lead = shared_lead(self.brief.document, self.request.format) + own_lead(self.brief)
            taken += count_tokens(lead, model)
        return limits.room(taken)

    def write(self, window: Window) -> PromptText:
        """Return the two messages that ask about this window."""
        asked = self.request
        if self.brief:
            return write_section_prompt(
                asked.prompt, asked.content, window, self.brief, asked.format
            )
        nonce = choose_nonce(draw_nonce, asked.content)
        return write_prompt(asked.prompt, asked.content, window, nonce, asked.format)

    def _system_tokens(self, model: str) -> int:
        return count_tokens(system_message(self.request.prompt), model)
