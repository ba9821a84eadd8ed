"""Documents, their versions and drafts."""

from dataclasses import dataclass, field

from copydesk.models.suggestions import Rebased


@dataclass(frozen=True)
class DocumentSummary:
    """A document in a list; `access` is the most that the caller may do with it."""

    id: str = ""
    title: str = field(default="", repr=False)
    format: str = "text"
    tags: tuple[str, ...] = field(default=(), repr=False)
    revision: int = 0
    archived: bool = False
    access: str = ""
    created_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True)
class Document(DocumentSummary):
    """A document with its content."""

    content: str = field(default="", repr=False)


@dataclass(frozen=True)
class VersionSummary:
    """A version in a list."""

    document_id: str = ""
    revision: int = 0
    title: str = field(default="", repr=False)
    format: str = "text"
    tags: tuple[str, ...] = field(default=(), repr=False)
    saved_by: str | None = None
    saved_by_me: bool = False
    why: str = field(default="", repr=False)
    saved_at: str = ""


@dataclass(frozen=True)
class Version(VersionSummary):
    """What a document said at one of its revisions."""

    content: str = field(default="", repr=False)


@dataclass(frozen=True)
class TextChange:
    """A stretch of the older text, and what stands in its place in the newer one."""

    start: int = 0
    end: int = 0
    new_start: int = 0
    new_end: int = 0
    removed: str = field(default="", repr=False)
    inserted: str = field(default="", repr=False)


@dataclass(frozen=True)
class Diff:
    """What changed between two versions: in order, and as a unified diff."""

    old: int = field(default=0, metadata={"told_as": "from"})
    new: int = field(default=0, metadata={"told_as": "to"})
    offset_encoding: str = "utf-16"
    changes: tuple[TextChange, ...] = ()
    unified: str = field(default="", repr=False)


@dataclass(frozen=True)
class Draft:
    """What was typed and not saved; `conflict` where the document has moved on since."""

    document_id: str = ""
    title: str | None = field(default=None, repr=False)
    content: str = field(default="", repr=False)
    revision: int = 0
    base_revision: int = 0
    document_revision: int = 0
    conflict: bool = False
    saved_at: str = ""


@dataclass(frozen=True)
class Guest:
    """Somebody who may use a document of somebody else's."""

    email: str = field(default="", repr=False)
    access: str = ""


@dataclass(frozen=True)
class Sharing:
    """Who may use a document besides its owner."""

    public: bool = False
    shared_with: tuple[Guest, ...] = ()


@dataclass(frozen=True)
class Applied:
    """A document with suggestions put in, and those that could not be."""

    document: Document = Document()
    applied: tuple[str, ...] = ()
    conflicts: tuple[Rebased, ...] = ()
