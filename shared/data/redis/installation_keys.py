"""The keys of what belongs to the whole installation, and to no owner."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InstallationKeys:
    """They have a slot of their own."""

    base: str = "cd:{all}:"

    @property
    def pauses(self) -> str:
        """Hash: since when each paused lane is, in ms, and `number`: how often that changed."""
        return self.base + "pauses"
