"""Prompt templates: the system's, and one's own, for those who await."""

from collections.abc import AsyncIterator
from typing import Unpack

from copydesk.calls import templates as calls
from copydesk.lines.asynchronous import AsyncLine
from copydesk.models.templates import Performance, Template
from copydesk.terms import TemplateFilter, TemplateTerms


class AsyncTemplates:
    """List, read, make, change, copy, delete; whatever takes a template takes its id as well."""

    def __init__(self, line: AsyncLine) -> None:
        self._line = line

    def list(self, **which: Unpack[TemplateFilter]) -> AsyncIterator[Template]:
        """Go through the templates: one's own, newest first, then the system's."""
        return self._line.each(lambda page: calls.templates(which, page))

    async def get(self, template: Template | str, version: int | None = None) -> Template:
        """Return a template in its newest version, or in the one named."""
        return await self._line.do(calls.template(template, version))

    async def create(self, name: str, instruction: str, **more: Unpack[TemplateTerms]) -> Template:
        """Make a template of one's own."""
        return await self._line.do(calls.create(name, instruction, more))

    async def save(self, template: Template) -> Template:
        """Say it anew, as the next version, after the version that `template` has.

        Change it with `dataclasses.replace`.

        :raises RevisionConflictError: there is a newer version
        """
        return await self._line.do(calls.save(template))

    async def delete(self, template: Template | str) -> None:
        """Delete a template with all its versions."""
        await self._line.do(calls.delete(template))

    async def fork(self, template: Template | str, *, name: str | None = None) -> Template:
        """Copy a template into one of one's own."""
        return await self._line.do(calls.fork(template, name))

    def versions(self, template: Template | str) -> AsyncIterator[Template]:
        """Go through the versions of a template, from the first on."""
        return self._line.each(lambda page: calls.versions(template, page))

    def performance(self, template: Template | str) -> AsyncIterator[Performance]:
        """Tell of each version how often its suggestions were accepted."""
        return self._line.each(lambda page: calls.performance(template, page))
