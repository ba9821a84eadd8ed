"""What can be said to one desk can be said to the other, in the same words."""

import inspect

import pytest
from copydesk import AsyncBatch, AsyncDesk, AsyncJob, Batch, Desk, Job
from copydesk.aio.conversations import AsyncConversations
from copydesk.aio.documents import AsyncDocuments
from copydesk.aio.templates import AsyncTemplates
from copydesk.conversations import Conversations
from copydesk.documents import Documents
from copydesk.templates import Templates

TWINS = [
    (Desk, AsyncDesk),
    (Job, AsyncJob),
    (Batch, AsyncBatch),
    (Documents, AsyncDocuments),
    (Templates, AsyncTemplates),
    (Conversations, AsyncConversations),
]


def offered(kind):
    """Return what each public name takes, and what it says of itself."""
    return {
        name: (_parameters(value), inspect.getdoc(value))
        for name, value in inspect.getmembers(kind)
        if not name.startswith("_")
    }


def _parameters(value):
    if not callable(value):
        return None
    found = inspect.signature(value).parameters.values()
    return [(each.name, each.kind, each.default) for each in found]


@pytest.mark.parametrize(("waits", "awaits"), TWINS, ids=lambda kind: kind.__name__)
def test_twins_offer_the_same(waits, awaits):
    assert offered(waits) == offered(awaits)


@pytest.mark.parametrize("awaits", [awaits for _, awaits in TWINS], ids=lambda kind: kind.__name__)
def test_whatever_sends_is_awaited_or_iterated(awaits):
    for name, value in inspect.getmembers(awaits, inspect.isfunction):
        if not name.startswith("_"):
            told = str(value.__annotations__["return"])
            is_list = "AsyncIterator" in told or "AsyncGenerator" in told
            assert is_list != inspect.iscoroutinefunction(value), name
