"""What may be said with an order, by keyword; all of it may be left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from copydesk.models.accounts import Credentials
from copydesk.protocol.retries import RetryPolicy

Encoding = Literal["utf-16", "codepoint", "utf-8"]
Format = Literal["text", "markdown", "html"]
FileFormat = Literal["text", "markdown", "html", "docx"]
Access = Literal["read", "suggest", "write"]
ChangeFormat = Literal["html", "markdown", "diff", "docx"]


@dataclass(frozen=True)
class SentSection:
    """A section that the caller cut out; `custom_id` is their name for it."""

    custom_id: str
    content: str = field(repr=False)


class DeskOptions(TypedDict, total=False):
    """How to reach the server, and as whom; `timeout` in seconds, for each request.

    `on_credentials` is told whenever they change, to be kept: from one thread or task at a time.
    `retries`: how often a request is repeated that may be, or a policy with all that there is to
    say. `transport` of httpx, for tests and proxies.
    """

    token: str | None
    refresh_token: str | None
    session: str | None
    timeout: float
    retries: int | RetryPolicy
    on_credentials: Callable[[Credentials], None] | None
    transport: Any


class TextTerms(TypedDict, total=False):
    """What else is said of a text: its format, or of which stored document it is."""

    format: Format
    selection: tuple[int, int] | None
    document_id: str | None
    revision: int | None
    offset_encoding: Encoding


class PromptTerms(TypedDict, total=False):
    """What to do: a `template` with its `parameters`, or a `prompt` of one's own words."""

    template: str | None
    version: int | None
    parameters: Mapping[str, Any]
    prompt: str | None


class OrderTerms(TypedDict, total=False):
    """How an order is dealt with; `wait` and `expires_in` in seconds.

    `idempotency_key` is made where none is given, so that an order that is sent again because the
    answer to it was lost makes no second job. `cache_control`: with `no-cache` the model is
    asked whatever is known already, with `no-store` it is, and nothing is kept.
    """

    max_suggestions: int
    supersede_key: str | None
    expires_in: int | None
    idempotency_key: str | None
    cache_control: Literal["no-cache", "no-store"] | None
    wait: int


class SuggestTerms(TextTerms, PromptTerms, OrderTerms, total=False):
    """All that an order for suggestions may say; `lane` is `bulk` for what nobody waits for."""

    lane: Literal["interactive", "bulk"]


class ChatTerms(TextTerms, OrderTerms, total=False):
    """All that a message may say: which conversation it is in, and what text it is about."""

    document: str | None
    conversation_id: str | None
    model: str | None


class ImproveTerms(TextTerms, PromptTerms, OrderTerms, total=False):
    """All that an order for a whole document may say, in place of which `sections` may be sent."""

    sections: Sequence[SentSection] | None
    brief: str | None
    on_error: Literal["continue", "stop"]
    max_cost_usd: float | None


class JobFilter(TypedDict, total=False):
    """Which jobs to list."""

    kind: Literal["suggestion", "chat", "batch"] | None
    status: str | None
    document_id: str | None


class DocumentTerms(TypedDict, total=False):
    """What is said of a document besides its content; `why` is kept with the version."""

    title: str
    format: Format
    tags: Sequence[str]
    why: str


class DocumentFilter(TypedDict, total=False):
    """Which documents to list: words that begin those of title and tags, a whole tag, …"""

    q: str | None
    tag: str | None
    archived: bool | None
    shared: bool


class FileTerms(TypedDict, total=False):
    """What the document that comes of a file is called, and kept as."""

    title: str | None
    tags: Sequence[str]
    format: Format | None


class TemplateTerms(TypedDict, total=False):
    """What is said of a template besides its name and its instruction."""

    description: str
    category: str
    style: str
    meaning: str
    parameters: Mapping[str, Any]


class TemplateFilter(TypedDict, total=False):
    """Which templates to list."""

    category: str | None
    q: str | None
    owner: Literal["me", "system"] | None
