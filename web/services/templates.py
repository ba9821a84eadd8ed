"""Finds the instruction behind a prompt."""

import time
from dataclasses import dataclass, field

from shared.data.mongo.own_templates import OwnTemplateRepository
from shared.data.mongo.templates import TemplateRepository
from shared.domain.parameters import ParametersError, fill_instruction
from shared.domain.prompt_templates import Template
from shared.domain.prompts import Prompt
from shared.domain.stored_templates import StoredTemplate, is_own_template_id
from shared.errors import RequestInvalidError, StoreUnavailableError

_FRESH_S = 1.0
_LONGEST_FILLED = 8000


@dataclass(frozen=True)
class PromptWish:
    """What a caller asks for: a template, perhaps in one of its versions, or words of their own."""

    template_id: str | None = None
    version: int | None = None
    text: str | None = None
    parameters: dict[str, object] = field(default_factory=dict)


@dataclass
class TemplateCatalogue:
    """All that can be asked for by name.

    The system's templates are kept in the process for a second; when MongoDB is away, for longer.
    Anybody else's are read anew each time, and only by way of their owner.
    """

    repository: TemplateRepository
    own: OwnTemplateRepository
    _templates: dict[str, Template] = field(default_factory=dict)
    _read_at: float = float("-inf")

    def system(self) -> list[Template]:
        """Return the system's templates, by id.

        :raises StoreUnavailableError: MongoDB is away, and was since this process began
        """
        if not self._templates or time.monotonic() - self._read_at > _FRESH_S:
            self._read()
        return list(self._templates.values())

    def find(
        self, template_id: str, *, owner: str, version: int | None = None
    ) -> StoredTemplate | None:
        """Return the system's or the owner's template; the newest version unless one is named.

        :raises StoreUnavailableError: as in `system`, or MongoDB is away and has to be asked
        """
        if is_own_template_id(template_id):
            if version is None:
                return self.own.find(template_id, owner=owner)
            return self.own.version(template_id, version, owner=owner)
        newest = {template.id: template for template in self.system()}.get(template_id)
        if newest is None or version in (None, newest.version):
            return StoredTemplate(newest) if newest else None
        earlier = self.repository.version(template_id, version)
        return StoredTemplate(earlier) if earlier else None

    def prompt(self, wish: PromptWish, *, owner: str) -> Prompt:
        """Return the instruction of a template with the parameters in their places, or the words.

        :raises RequestInvalidError: there is no such template, or it takes no such parameters; all
            faults are in the details
        :raises StoreUnavailableError: as in `find`
        """
        if wish.template_id is None:
            return Prompt(wish.text or "")
        found = self.find(wish.template_id, owner=owner, version=wish.version)
        if found is None:
            at_fault = "prompt.id" if wish.version is None else "prompt.version"
            raise _invalid((at_fault, "There is no such template, or no such version of it"))
        return _filled(found.template, wish.parameters)

    def _read(self) -> None:
        # Before the query, so that only one request waits for a MongoDB that is away.
        self._read_at = time.monotonic()
        try:
            self._templates = {found.id: found for found in self.repository.newest()}
        except StoreUnavailableError:
            if not self._templates:
                raise


def _filled(template: Template, parameters: dict[str, object]) -> Prompt:
    try:
        instruction = fill_instruction(template.instruction, template.parameters, parameters)
    except ParametersError as error:
        faults = [(f"prompt.parameters.{fault.name}", fault.error) for fault in error.faults]
        raise _invalid(*faults) from error
    if len(instruction) > _LONGEST_FILLED:
        fault = f"With these the instruction exceeds {_LONGEST_FILLED:,} characters"
        raise _invalid(("prompt.parameters", fault))
    return Prompt(
        instruction, template.style, template.id, template.version, meaning=template.meaning
    )


def _invalid(*faults: tuple[str, str]) -> RequestInvalidError:
    details = [{"field": field, "error": error} for field, error in faults]
    return RequestInvalidError("Invalid request parameters", details=details)
