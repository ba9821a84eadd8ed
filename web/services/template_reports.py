"""How the system's templates do."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.data.mongo.templates import TemplateRepository
from shared.data.redis.tallies import Tally, TemplateTallies
from shared.domain.prompt_templates import Template


@dataclass(frozen=True)
class TemplateReporter:
    """Those of users are theirs: only they are told how they do."""

    templates: TemplateRepository
    tallies: TemplateTallies

    def of_the_system(self) -> list[tuple[Template, Mapping[int, Tally]]]:
        """Return each template with the tallies of all its versions, by id."""
        return [
            (newest, self.tallies.read(newest.id, range(1, newest.version + 1)))
            for newest in self.templates.newest()
        ]
