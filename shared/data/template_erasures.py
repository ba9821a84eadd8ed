"""Deletes templates with what was counted about them."""

from dataclasses import dataclass

from shared.data.mongo.template_estates import TemplateEstates
from shared.data.redis.tallies import TemplateTallies


@dataclass(frozen=True)
class TemplateEraser:
    """Deletes all templates of an owner; may be asked any number of times."""

    estates: TemplateEstates
    tallies: TemplateTallies

    def erase(self, owner: str) -> bool:
        """Return whether nothing is left.

        :raises StoreUnavailableError: it is left to the next time
        """
        for gone in self.estates.erase_owner(owner):
            self.tallies.let_go(gone)
        return not self.estates.has_any(owner)

    def finish_deletions(self) -> None:
        """Do what is left where a deletion may have broken off.

        :raises StoreUnavailableError: as in `erase`
        """
        for gone in self.estates.half_deleted():
            self.tallies.let_go(gone)
            self.estates.deleted(gone.id)
