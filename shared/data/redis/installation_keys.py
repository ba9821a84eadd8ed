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

    @property
    def workers(self) -> str:
        """Hash: what each process said of itself last, as JSON, by its name."""
        return self.base + "workers"

    @property
    def workers_seen(self) -> str:
        """Sorted set: the names of processes, by when they were heard last in ms."""
        return self.base + "workers_seen"
