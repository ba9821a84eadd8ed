"""The desk: everything that Copydesk does for its callers."""

from collections.abc import Iterator, Sequence
from typing import Self, Unpack

from copydesk.calls import accounts, batches, chat, jobs, suggestions
from copydesk.conversations import Conversations
from copydesk.documents import Documents
from copydesk.jobs import Batch, Job
from copydesk.lines.sync import Line
from copydesk.models.accounts import Credentials, Limits, UsageReport, User
from copydesk.models.chat import ChatResult
from copydesk.models.jobs import JobView
from copydesk.models.suggestions import Rebased, SuggestionResult
from copydesk.templates import Templates
from copydesk.terms import ChatTerms, DeskOptions, ImproveTerms, JobFilter, SuggestTerms


class Desk:
    """Copydesk at an address.

        with Desk("http://127.0.0.1:5000") as desk:
            job = desk.suggest("The big plan", template="more-professional")
            print(job.result().suggestions)

    May be used by many threads. Without a token it works in an anonymous session, which begins with
    the first request and lives for 24 h after the last one.
    """

    def __init__(self, url: str, **options: Unpack[DeskOptions]) -> None:
        self._line = Line(url, options)
        self.documents = Documents(self._line)
        self.templates = Templates(self._line)
        self.conversations = Conversations(self._line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Desk {self._line.url}>"

    def close(self) -> None:
        """Close the connections; jobs go on."""
        self._line.close()

    @property
    def credentials(self) -> Credentials:
        """What lets one in at the moment, to be kept for another desk."""
        return self._line.credentials

    def login(self, email: str, password: str) -> User:
        """Log in; what the session owns moves to the user."""
        return self._line.do(accounts.login(email, password))

    def register(self, email: str, password: str, name: str = "") -> User:
        """Make an account, and log in to it; what the session owns moves to it."""
        return self._line.do(accounts.register(email, password, name))

    def logout(self, *, everywhere: bool = False) -> None:
        """End the login, or all logins of its user, at once."""
        self._line.do(accounts.logout(self._line.credentials, everywhere))

    def me(self) -> User:
        """Return one's own account.

        :raises UnauthenticatedError: not logged in
        """
        return self._line.do(accounts.me())

    def limits(self) -> Limits:
        """Return one's limits and what is left of them."""
        return self._line.do(accounts.limits())

    def usage(self, first: str | None = None, last: str | None = None) -> UsageReport:
        """Return what one used from a day to a day, `YYYY-MM-DD`: by default 30 days."""
        return self._line.do(accounts.usage(first, last))

    def suggest(
        self, text: str | None = None, **terms: Unpack[SuggestTerms]
    ) -> Job[SuggestionResult]:
        """Ask for suggestions for a text, or for a stored document: `document_id=`."""
        return Job(self._line, self._line.do(suggestions.suggest(text, terms)))

    def rebase(self, new: str, **which: Unpack[suggestions.RebaseTerms]) -> Sequence[Rebased]:
        """Tell where suggestions stand in a newer text: those of `job_id=`, or `suggestions=`.

        The latter with `old=`, the text that they are about.
        """
        return (self._line.do(suggestions.rebase(new, which))).items

    def chat(self, message: str, **terms: Unpack[ChatTerms]) -> Job[ChatResult]:
        """Say something to the model, in a conversation or as the first of a new one."""
        return Job(self._line, self._line.do(chat.chat(message, terms)))

    def improve(self, text: str | None = None, **terms: Unpack[ImproveTerms]) -> Batch:
        """Have a whole document improved, section by section."""
        return Batch(self._line, self._line.do(batches.improve(text, terms)))

    def job(self, job_id: str) -> Job[SuggestionResult | ChatResult]:
        """Return a job of whatever kind by its id; a `Batch` where it is one.

        :raises NotFoundError: there is none, or it is somebody else's
        :raises GoneError: it was kept for its time
        """
        return self._job(self._line.do(jobs.job(job_id)))

    def batch(self, batch_id: str) -> Batch:
        """Return a batch by its id.

        :raises NotFoundError: there is none, or it is somebody else's
        """
        return Batch(self._line, self._line.do(batches.batch(batch_id)))

    def jobs(self, **which: Unpack[JobFilter]) -> Iterator[Job[SuggestionResult | ChatResult]]:
        """Go through one's jobs, newest first."""
        return map(self._job, self._line.each(lambda page: jobs.jobs(which, page)))

    def _job(self, view: JobView) -> Job[SuggestionResult | ChatResult]:
        return Batch(self._line, view) if view.kind == "batch" else Job(self._line, view)
