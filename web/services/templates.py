"""Finds the instruction behind a prompt."""

import time
from dataclasses import dataclass, field

from shared.data.mongo.templates import TemplateRepository
from shared.domain.parameters import ParametersError, fill_instruction
from shared.domain.prompt_templates import Template
from shared.domain.prompts import Prompt
from shared.errors import RequestInvalidError, StoreUnavailableError

_FRESH_S = 1.0


@dataclass
class TemplateCatalogue:
    """All templates, kept in the process for a second; when MongoDB is away, for longer."""

    repository: TemplateRepository
    _templates: dict[str, Template] = field(default_factory=dict)
    _read_at: float = float("-inf")

    def all(self) -> list[Template]:
        """Return every template, by id.

        :raises StoreUnavailableError: MongoDB is away, and was since this process began
        """
        if not self._templates or time.monotonic() - self._read_at > _FRESH_S:
            self._read()
        return list(self._templates.values())

    def prompt(
        self, template_id: str | None, text: str | None, parameters: dict[str, object]
    ) -> Prompt:
        """Return the instruction of a template, or the writer's own.

        :raises RequestInvalidError, StoreUnavailableError: as in `resolve` and `all`
        """
        if template_id is None:
            return Prompt(text or "")
        return self.resolve(template_id, parameters)

    def resolve(self, template_id: str, parameters: dict[str, object]) -> Prompt:
        """Return the template's instruction with the parameters in their places.

        :raises RequestInvalidError: there is no such template, or it takes no such parameters; all
            faults are in the details
        """
        templates = {template.id: template for template in self.all()}
        template = templates.get(template_id)
        if template is None:
            raise _invalid(("prompt.id", "There is no such template"))
        try:
            instruction = fill_instruction(template.instruction, template.parameters, parameters)
        except ParametersError as error:
            faults = [(f"prompt.parameters.{fault.name}", fault.error) for fault in error.faults]
            raise _invalid(*faults) from error
        return Prompt(
            instruction, template.style, template.id, template.version, meaning=template.meaning
        )

    def _read(self) -> None:
        # Before the query, so that only one request waits for a MongoDB that is away.
        self._read_at = time.monotonic()
        try:
            self._templates = {found.id: found for found in self.repository.newest()}
        except StoreUnavailableError:
            if not self._templates:
                raise


def _invalid(*faults: tuple[str, str]) -> RequestInvalidError:
    details = [{"field": field, "error": error} for field, error in faults]
    return RequestInvalidError("Invalid request parameters", details=details)
