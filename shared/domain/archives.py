"""Texts that lie in the archive: where, and how to know that they are what was put there."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class ArchivedText:
    """A text in the archive, by its key and the SHA-256 of its UTF-8."""

    key: str
    sha256: str

    def is_of(self, content: bytes) -> bool:
        """Return whether this is the text that was put there."""
        return digest(content) == self.sha256


def digest(content: bytes) -> str:
    """Return what tells one content from all others."""
    return hashlib.sha256(content).hexdigest()
