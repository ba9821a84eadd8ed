"""Shows templates, and lets people make their own."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from shared.data.mongo.own_templates import Change
from shared.data.mongo.template_stores import TemplateStores
from shared.data.redis.tallies import Tally, TemplateTallies
from shared.domain.identity import Caller, Tier
from shared.domain.prompt_templates import Template
from shared.domain.stored_templates import (
    StoredTemplate,
    TemplateFilter,
    TemplateReference,
    TemplateText,
    is_own_template_id,
    own_template_id,
)
from shared.errors import ForbiddenError, NotFoundError
from web.services.templates import TemplateCatalogue


@dataclass(frozen=True)
class TemplateListing:
    """Which templates to list: whose, which of them, and which page."""

    wanted: TemplateFilter
    limit: int
    cursor: str | None = None
    whose: Literal["me", "system"] | None = None


@dataclass(frozen=True)
class TemplateDesk:
    """Everything about templates but their use; `new_id` gives ids that sort by time.

    Somebody else's template looks like none at all; the system's can be read, but not changed.
    """

    catalogue: TemplateCatalogue
    stores: TemplateStores
    tallies: TemplateTallies
    new_id: Callable[[], str]

    def page(
        self, owner: str, asked: TemplateListing
    ) -> tuple[Sequence[StoredTemplate], str | None]:
        """Return templates and the cursor of the next page.

        First the owner's, newest first, then the system's, in the order of their ids.
        """
        cursor, most = asked.cursor or "", asked.limit + 1
        is_behind_own = cursor != "" and not is_own_template_id(cursor)
        found: list[StoredTemplate] = []
        if asked.whose != "system" and not is_behind_own:
            own = self.stores.own
            found += own.page(owner, asked.wanted, limit=most, before=asked.cursor)
        if asked.whose != "me":
            after = cursor if is_behind_own else ""
            listed = (each for each in self.catalogue.system() if each.id > after)
            found += [StoredTemplate(each) for each in listed if asked.wanted.takes(each)]
        shown = found[: asked.limit]
        return shown, shown[-1].template.id if len(found) > asked.limit else None

    def read(self, template_id: str, *, owner: str, version: int | None = None) -> StoredTemplate:
        """Return a template, in its newest version unless one is named.

        :raises NotFoundError: it is unknown or somebody else's
        """
        found = self.catalogue.find(template_id, owner=owner, version=version)
        if found is None:
            raise no_such_template()
        return found

    def create(self, text: TemplateText, *, owner: str) -> StoredTemplate:
        """Keep a new template.

        :raises ConflictError: its owner has as many as there may be
        """
        return self._keep(text, owner, None)

    def fork(
        self, source: TemplateReference | str, *, owner: str, name: str | None = None
    ) -> StoredTemplate:
        """Keep a copy of a template, or of one of its versions, as the owner's own.

        :raises NotFoundError: it is unknown or somebody else's
        :raises ConflictError: as in `create`
        """
        if isinstance(source, str):
            found = self.read(source, owner=owner).template
        else:
            found = self.read(source.id, owner=owner, version=source.version).template
        text = TemplateText.of(found)
        copied = replace(text, name=name) if name else text
        return self._keep(copied, owner, TemplateReference(found.id, found.version))

    def change(self, template_id: str, change: Change, *, owner: str) -> StoredTemplate:
        """Make the next version.

        :raises NotFoundError: the template is unknown or somebody else's
        :raises ForbiddenError: it is the system's
        :raises RevisionConflictError: the version that stands is not one that was expected
        :raises ConflictError: it has as many versions as there may be
        """
        self._refuse_the_systems(template_id)
        changed = self.stores.own.change(template_id, change, owner=owner)
        if changed is None:
            raise no_such_template()
        return changed

    def delete(self, template_id: str, *, owner: str, expected: Collection[int] | None) -> None:
        """Delete the template with all its versions.

        :raises NotFoundError, ForbiddenError, RevisionConflictError: as in `change`
        """
        self._refuse_the_systems(template_id)
        gone = self.stores.estates.delete(template_id, owner=owner, expected=expected)
        if gone is None:
            raise no_such_template()
        self.tallies.let_go(gone)

    def versions(
        self, template_id: str, *, owner: str, after: int, limit: int
    ) -> list[StoredTemplate]:
        """Return the versions behind the one called `after`, in their order.

        :raises NotFoundError: it is unknown or somebody else's
        """
        if is_own_template_id(template_id):
            own = self.stores.own.versions(template_id, owner=owner, after=after, limit=limit)
            if own is None:
                raise no_such_template()
            return own
        self.read(template_id, owner=owner)
        found = self.stores.system.versions(template_id, after=after, limit=limit)
        return [StoredTemplate(each) for each in found]

    def performance(
        self, template_id: str, caller: Caller, *, after: int, limit: int
    ) -> list[tuple[int, Tally]]:
        """Return how the versions behind the one called `after` did with writers.

        :raises NotFoundError: it is unknown or somebody else's
        :raises ForbiddenError: it is the system's, and the caller is no admin
        """
        found = self.read(template_id, owner=caller.owner)
        if found.is_system and caller.tier is not Tier.ADMIN:
            raise ForbiddenError("How the system's templates do is for admins")
        last = min(found.template.version, after + limit)
        return list(self.tallies.read(template_id, range(after + 1, last + 1)).items())

    def _keep(
        self, text: TemplateText, owner: str, source: TemplateReference | None
    ) -> StoredTemplate:
        now_ms = int(time.time() * 1000)
        template = Template(own_template_id(self.new_id()), 1, **vars(text))
        made = StoredTemplate(template, False, now_ms, now_ms, source)
        self.stores.own.create(made, owner=owner)
        return made

    def _refuse_the_systems(self, template_id: str) -> None:
        if is_own_template_id(template_id):
            return
        if template_id in {template.id for template in self.catalogue.system()}:
            raise ForbiddenError("The system's templates cannot be changed; fork one")


def no_such_template() -> NotFoundError:
    """Return the one answer for an unknown id and for somebody else's."""
    return NotFoundError("There is no such template")
