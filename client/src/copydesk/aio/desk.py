"""The desk for those who await."""

from collections.abc import AsyncIterator, Sequence
from typing import Self, Unpack

from copydesk.aio.conversations import AsyncConversations
from copydesk.aio.documents import AsyncDocuments
from copydesk.aio.jobs import AsyncBatch, AsyncJob
from copydesk.aio.templates import AsyncTemplates
from copydesk.calls import accounts, batches, chat, jobs, suggestions
from copydesk.lines.asynchronous import AsyncLine
from copydesk.models.accounts import Credentials, Limits, UsageReport, User
from copydesk.models.chat import ChatResult
from copydesk.models.jobs import JobView
from copydesk.models.suggestions import Rebased, SuggestionResult
from copydesk.terms import ChatTerms, DeskOptions, ImproveTerms, JobFilter, SuggestTerms


class AsyncDesk:
    """Copydesk at an address.

        async with AsyncDesk("http://127.0.0.1:5000") as desk:
            job = await desk.suggest("The big plan", template="more-professional")
            print((await job.result()).suggestions)

    May be used by many tasks of one event loop. Without a token it works in an anonymous session,
    which begins with the first request and lives for 24 h after the last one.
    """

    def __init__(self, url: str, **options: Unpack[DeskOptions]) -> None:
        self._line = AsyncLine(url, options)
        self.documents = AsyncDocuments(self._line)
        self.templates = AsyncTemplates(self._line)
        self.conversations = AsyncConversations(self._line)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<AsyncDesk {self._line.url}>"

    async def close(self) -> None:
        """Close the connections; jobs go on."""
        await self._line.close()

    @property
    def credentials(self) -> Credentials:
        """What lets one in at the moment, to be kept for another desk."""
        return self._line.credentials

    async def login(self, email: str, password: str) -> User:
        """Log in; what the session owns moves to the user."""
        return await self._line.do(accounts.login(email, password))

    async def register(self, email: str, password: str, name: str = "") -> User:
        """Make an account, and log in to it; what the session owns moves to it."""
        return await self._line.do(accounts.register(email, password, name))

    async def logout(self, *, everywhere: bool = False) -> None:
        """End the login, or all logins of its user, at once."""
        await self._line.do(accounts.logout(self._line.credentials, everywhere))

    async def me(self) -> User:
        """Return one's own account.

        :raises UnauthenticatedError: not logged in
        """
        return await self._line.do(accounts.me())

    async def limits(self) -> Limits:
        """Return one's limits and what is left of them."""
        return await self._line.do(accounts.limits())

    async def usage(self, first: str | None = None, last: str | None = None) -> UsageReport:
        """Return what one used from a day to a day, `YYYY-MM-DD`: by default 30 days."""
        return await self._line.do(accounts.usage(first, last))

    async def suggest(
        self, text: str | None = None, **terms: Unpack[SuggestTerms]
    ) -> AsyncJob[SuggestionResult]:
        """Ask for suggestions for a text, or for a stored document: `document_id=`."""
        return AsyncJob(self._line, await self._line.do(suggestions.suggest(text, terms)))

    async def rebase(self, new: str, **which: Unpack[suggestions.RebaseTerms]) -> Sequence[Rebased]:
        """Tell where suggestions stand in a newer text: those of `job_id=`, or `suggestions=`.

        The latter with `old=`, the text that they are about.
        """
        return (await self._line.do(suggestions.rebase(new, which))).items

    async def chat(self, message: str, **terms: Unpack[ChatTerms]) -> AsyncJob[ChatResult]:
        """Say something to the model, in a conversation or as the first of a new one."""
        return AsyncJob(self._line, await self._line.do(chat.chat(message, terms)))

    async def improve(self, text: str | None = None, **terms: Unpack[ImproveTerms]) -> AsyncBatch:
        """Have a whole document improved, section by section."""
        return AsyncBatch(self._line, await self._line.do(batches.improve(text, terms)))

    async def job(self, job_id: str) -> AsyncJob[SuggestionResult | ChatResult]:
        """Return a job of whatever kind by its id; a `Batch` where it is one.

        :raises NotFoundError: there is none, or it is somebody else's
        :raises GoneError: it was kept for its time
        """
        return self._job(await self._line.do(jobs.job(job_id)))

    async def batch(self, batch_id: str) -> AsyncBatch:
        """Return a batch by its id.

        :raises NotFoundError: there is none, or it is somebody else's
        """
        return AsyncBatch(self._line, await self._line.do(batches.batch(batch_id)))

    async def jobs(
        self, **which: Unpack[JobFilter]
    ) -> AsyncIterator[AsyncJob[SuggestionResult | ChatResult]]:
        """Go through one's jobs, newest first."""
        async for view in self._line.each(lambda page: jobs.jobs(which, page)):
            yield self._job(view)

    def _job(self, view: JobView) -> AsyncJob[SuggestionResult | ChatResult]:
        return AsyncBatch(self._line, view) if view.kind == "batch" else AsyncJob(self._line, view)
