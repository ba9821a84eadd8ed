"""A document, what it said before, and what of it is not saved yet."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.domain.permissions import Sharing, Verb
from shared.domain.search_terms import beginnings, search_words
from shared.domain.text import TextFormat

LONGEST_TITLE = 300
LONGEST_TAG = 60
LONGEST_WHY = 300
MOST_TAGS = 50
MOST_TERMS = 10  # words of one search
NO_TITLE = "Untitled"


@dataclass(frozen=True)
class Wording:
    """All that the writer writes: what a revision is a revision of."""

    title: str
    content: str
    format: TextFormat = TextFormat.TEXT
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What somebody wants to stand in a document, and why; what is None stays as it is."""

    content: str
    title: str | None = None
    format: TextFormat | None = None
    tags: tuple[str, ...] | None = None
    why: str = ""

    def of(self, wording: Wording) -> Wording:
        """Return the wording with the change made."""
        return Wording(
            title=wording.title if self.title is None else self.title,
            content=self.content,
            format=self.format or wording.format,
            tags=wording.tags if self.tags is None else self.tags,
        )


@dataclass(frozen=True)
class Saved:
    """Who made a revision, why, and when: ms since the epoch."""

    by: str
    why: str
    at_ms: int


@dataclass(frozen=True)
class Document:
    """A document as it stands. In a list, and where only its metadata was asked for, its content is
    left out.

    `is_amended` says that something beside the wording, as whether it is archived, has changed
    since the revision was made.
    """

    id: str
    wording: Wording
    revision: int
    sharing: Sharing
    saved: Saved
    created_ms: int
    archived: bool = False
    is_amended: bool = False

    def demand(self, verb: Verb, who: str) -> Verb:
        """Return what they may do if that includes the verb; the errors of `Sharing.demand`."""
        return self.sharing.demand(verb, who, thing="document")

    @property
    def version(self) -> "Version":
        """What stands now, as the newest of its versions."""
        return Version(self.id, self.revision, self.wording, self.saved)


@dataclass(frozen=True)
class Version:
    """What a document said at one of its revisions. In a list its content is left out."""

    document_id: str
    revision: int
    wording: Wording
    saved: Saved


@dataclass(frozen=True)
class Draft:
    """What somebody typed and has not saved: theirs alone.

    `base_revision` is the document's when they began; `revision` counts the draft's own saves, and
    `device` is the login that made the last of them.
    """

    document_id: str
    owner: str
    content: str
    title: str | None
    base_revision: int
    device: str
    revision: int = 1
    saved_ms: int = 0

    def says_the_same_as(self, other: "Draft") -> bool:
        """Whether nothing would be lost or gained by putting one in the place of the other."""
        mine = (self.content, self.title, self.base_revision)
        return mine == (other.content, other.title, other.base_revision)

    def is_saved_in(self, document: Document) -> bool:
        """Whether the document says all that stands here."""
        stands = document.wording
        return self.content == stands.content and self.title in (None, stands.title)


@dataclass(frozen=True)
class DocumentFilter:
    """Which documents to list: one's own, or those that others share with one.

    Each word begins a word of the title or of a tag; None is for archived ones and others alike.
    """

    who: str
    shared: bool = False
    archived: bool | None = False
    tag: str | None = None
    words: tuple[str, ...] = ()


def search_terms(title: str, tags: Iterable[str]) -> list[str]:
    """Return what a document is found by: its words as they begin, and each tag as a whole."""
    tags = tuple(tags)
    return sorted(beginnings(search_words(title, *tags)) | {tag_term(tag) for tag in tags})


def tag_term(tag: str) -> str:
    """Return what finds a tag as a whole, which no word does."""
    return f"#{tag}"


def conflict_copy(wording: Wording, at_ms: int) -> Wording:
    """Return the same text under a name that tells why there are two."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    mark = f" (conflict copy {at} UTC)"
    return replace(wording, title=wording.title[: LONGEST_TITLE - len(mark)] + mark)
