"""Reads a chat's reply while it streams: prose for the writer, and edits behind a marker."""

from shared.domain.chat_replies import MarkerSplitter, SplitText
from shared.domain.placements import SuggestionSheet
from shared.domain.suggestions import Edit, as_writable
from shared.domain.thoughts import ThoughtFilter
from shared.errors import (
    AppError,
    ContentRefusedError,
    NoValidSuggestionsError,
    OutputTruncatedError,
    ProviderError,
)
from shared.jobs.suggestion_events import event_of
from workers.ai.characters import WholeCharacters
from workers.ai.provider import Finished, RefusalDelta, ReplyPart, TextDelta
from workers.ai.replies import ReplyReader
from workers.services.text_flows import TextFlow


class ChatReply:
    """Tells the prose as it comes, and each edit as its object closes.

    Edits that cannot be read are dropped and counted: they do not make the prose worth less.
    """

    def __init__(self, flow: TextFlow, sheet: SuggestionSheet, marker: str | None) -> None:
        self._flow = flow
        self._sheet = sheet
        self._characters = WholeCharacters()
        self._thoughts = ThoughtFilter()
        self._splitter = MarkerSplitter(marker) if marker else None
        self._edits: ReplyReader | None = None
        self._is_refused = False
        self._has_words = False
        self.is_partial = False

    def take(self, part: ReplyPart) -> None:
        """Tell what this part completes.

        :raises LeaseLostError, StoppedError, HandedBackError, ProviderTimeoutError: stop at once
        """
        match part:
            case TextDelta(text):
                self._take_text(self._thoughts.feed(as_writable(self._characters.take(text))))
            case RefusalDelta():
                self._is_refused = True
            case Finished(reason):
                self.is_partial = reason == "length"
                self._is_refused = self._is_refused or reason == "content_filter"
        if self._edits and isinstance(part, Finished):
            list(self._edits.feed(part))  # yields nothing: it learns how the reply ended

    def close(self) -> None:
        """Tell the rest.

        :raises ContentRefusedError: the model declined
        :raises OutputTruncatedError: it was cut before its first word
        :raises ProviderError: it said nothing at all
        """
        if self._is_refused:
            raise ContentRefusedError("The model declined to answer")
        self._take_text(self._thoughts.close())
        if self._splitter:
            self._pass_on(self._splitter.close())
        self._close_edits()
        self._flow.tell()
        if not self._has_words and not self._sheet.suggestions:
            raise self._silence()

    def _take_text(self, text: str) -> None:
        if text:
            self._pass_on(self._splitter.feed(text) if self._splitter else SplitText(text))

    def _pass_on(self, split: SplitText) -> None:
        if split.prose:
            self._has_words = self._has_words or not split.prose.isspace()
            self._flow.add(split.prose)
        for number, piece in enumerate(split.edits):
            if number:
                self._close_edits()
            if piece and not (self._edits is None and piece.isspace()):
                self._edits = self._edits or ReplyReader()
                for edit in self._edits.feed(TextDelta(piece)):
                    self._place(edit)

    def _close_edits(self) -> None:
        edits, self._edits = self._edits, None
        try:
            for edit in edits.close() if edits else ():
                self._place(edit)
        except (OutputTruncatedError, NoValidSuggestionsError):
            self._place(None)

    def _place(self, edit: Edit | None) -> None:
        self._flow.tell(event_of(self._sheet.add(edit)))

    def _silence(self) -> AppError:
        if self.is_partial:
            return OutputTruncatedError("The model's answer was cut before its first word")
        return ProviderError("The model gave no answer")
