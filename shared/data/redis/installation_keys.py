"""The keys of what belongs to the whole installation, and to no owner."""

import hashlib
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

    @property
    def permits(self) -> str:
        """Sorted set: calls that are being made, by when they are over for certain in ms."""
        return self.base + "permits"

    def permit(self, permit_id: str) -> str:
        """Hash: one such call."""
        return f"{self.base}permit:{permit_id}"

    def model(self, address: str, model: str) -> str:
        """Hash: the pace and the circuit breaker of one model of one provider."""
        return f"{self.base}model:{_named(address, model)}"

    def line(self, lane: str, address: str, model: str) -> str:
        """Sorted set: who waits for this model, by when their turn is in ms."""
        return f"{self.base}line:{lane}:{_named(address, model)}"


def _named(address: str, model: str) -> str:
    return f"{hashlib.sha256(address.encode()).hexdigest()[:12]}:{model}"
