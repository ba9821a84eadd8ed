"""The keys of batches, which stand in the catalogue of all keys."""

from dataclasses import dataclass

from shared.data.redis.owner_keys import OwnerKeys


@dataclass(frozen=True)
class BatchKeys(OwnerKeys):
    """Where the batches of one partition are kept."""

    def batch(self, work_id: str) -> str:
        """Hash: how far a batch is, in sections and in money."""
        return f"{self.base}batch:{work_id}"

    def plan(self, work_id: str) -> str:
        """List: where each section of a batch stands."""
        return f"{self.base}plan:{work_id}"

    def children(self, work_id: str) -> str:
        """Hash: the job of each section that has not ended, by its number."""
        return f"{self.base}children:{work_id}"

    def outcomes(self, work_id: str) -> str:
        """Hash: how each section ended, by its number."""
        return f"{self.base}outcomes:{work_id}"

    def common(self, work_id: str) -> str:
        """String: what all sections of a batch share."""
        return f"{self.base}common:{work_id}"

    def section_answer(self, mark: str) -> str:
        """String: the model's edits for a section with this fingerprint (the cache)."""
        return f"{self.base}section_answer:{mark}"
