"""Documents for tests."""

from shared.domain.documents import Wording

ME, OTHER = "s" + "1" * 32, "u" + "2" * 32


def words(content="Some words", *, title="A title", tags=()):
    return Wording(title, content, tags=tuple(tags))


def save(documents, found, content, *, who=None, why=""):
    """Save and return the document; None where somebody else was first."""
    wording = words(content, title=found.wording.title, tags=found.wording.tags)
    return documents.save(found, wording, who=who or found.sharing.owner, why=why)
