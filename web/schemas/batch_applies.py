"""Which suggestions of a batch to put into its document, and what came of it."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.applying import Choice
from web.schemas.common import RequestBody, ResponseBody
from web.schemas.documents import DocumentView

_MOST = 5000
Ids = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=_MOST)]


class BatchApplyBody(RequestBody):
    """Which suggestions to apply: those that are named, and those of the sections named.

    With neither, all that were not rejected. A rejected one is applied only if it is named itself.
    """

    suggestions: Ids | None = None
    sections: Ids | None = None

    def to_domain(self) -> Choice:
        """Return it for the desk."""
        return Choice(self.suggestions, self.sections)


class ConflictBody(ResponseBody):
    """A suggestion that was not applied: its words are gone, or it is in doubt where they are."""

    id: str
    state: Literal["conflicted", "gone"]


class BatchApplyResult(ResponseBody):
    """The document as it stands now, and what became of each suggestion that was chosen."""

    document: DocumentView
    applied: list[str]
    conflicts: list[ConflictBody]
