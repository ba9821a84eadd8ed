"""The main stories once more, for those who await."""

import asyncio
import itertools

import pytest
from copydesk import AsyncDesk, AsyncJob, JobFailedError, JobTimeoutError, apply_suggestions
from copydesk.errors import NotFoundError, RequestInvalidError, RevisionConflictError
from copydesk.protocol import following
from copydesk.protocol.retries import RetryPolicy

from tests.account_client import PASSWORD, some_email
from tests.cutting_proxy import CuttingProxy
from tests.model_server_scripts import Script
from tests.stack_client import some_text

TEMPLATE = {"template": "more-professional"}
PATIENCE_S = 60.0
AT_ONCE = 5
CUTS = (100, 900, 1111, 2500, 700, 100_000)


@pytest.fixture
def told(stack, model):
    """Return a function that runs a story with a desk, and gives what comes of it."""

    def run(story):
        async def with_desk():
            async with AsyncDesk(stack.url) as desk:
                return await story(desk)

        return asyncio.run(with_desk())

    return run


def test_a_suggestion_with_its_events(told):
    text = some_text()

    async def story(desk):
        job = await desk.suggest(text, **TEMPLATE)
        seen = [event async for event in job.events()]
        return job, seen, await job.result(PATIENCE_S)

    job, seen, result = told(story)

    assert [event.id for event in seen] == list(range(1, len(seen) + 1))
    assert (seen[-1].name, job.status) == ("job.succeeded", "succeeded")
    assert apply_suggestions(text, result.suggestions) != text


def test_many_at_once_are_one_session(told):
    async def story(desk):
        jobs = await asyncio.gather(
            *(desk.suggest(some_text(), **TEMPLATE) for _ in range(AT_ONCE))
        )
        await asyncio.gather(*(job.result(PATIENCE_S) for job in jobs))
        return {job.id for job in jobs}, {job.id async for job in desk.jobs()}

    made, listed = told(story)

    assert len(made) == AT_ONCE
    assert made == listed


def test_a_line_that_breaks(told, stack, monkeypatch):
    monkeypatch.setattr(following, "_PACE", RetryPolicy(first_s=0.02, longest_s=0.1))

    async def story(desk):
        job, session = await desk.suggest(some_text(), **TEMPLATE), desk.credentials.session
        with CuttingProxy(stack.port, itertools.cycle(CUTS)) as wire:
            async with AsyncDesk(wire.url, session=session) as cut_off:
                seen = [event async for event in AsyncJob(cut_off._line, job.view).events()]
        return seen, [event async for event in job.events()], wire.connections

    seen, late, connections = told(story)

    assert seen == late
    assert connections > 2


def test_an_answer_that_is_lost(told, stack, model):
    text = some_text()

    async def story(desk):
        await desk.limits()
        with CuttingProxy(stack.port, [0, 0]) as wire:
            async with AsyncDesk(wire.url, session=desk.credentials.session) as cut_off:
                job = await cut_off.suggest(text, **TEMPLATE)
                await job.result(PATIENCE_S)
        return job.id, [each.id async for each in desk.jobs()]

    job_id, listed = told(story)

    assert listed == [job_id]
    assert len(model.calls_about(text)) == 1


def test_errors_by_their_code(told, model):
    model.plan(Script(hang=True))

    async def story(desk):
        with pytest.raises(RequestInvalidError):
            await desk.suggest("", template="clearer")
        with pytest.raises(NotFoundError):
            await desk.job("job_unknown")
        job = await desk.suggest(some_text(), **TEMPLATE)
        with pytest.raises(JobTimeoutError):
            await job.result(0.1)
        await job.cancel()
        with pytest.raises(JobFailedError) as failed:
            await job.result(PATIENCE_S)
        return failed.value.code

    assert told(story) == "CANCELLED"


def test_documents_there_and_back(told):
    async def story(desk):
        made = await desk.documents.create("The big plan", title="Plan")
        saved = await desk.documents.save(made, "The vast plan")
        with pytest.raises(RevisionConflictError):
            await desk.documents.save(made, "Too late")
        file = await desk.documents.export(saved, "docx")
        taken = await desk.documents.import_file("plan.docx", file)
        versions = [each.revision async for each in desk.documents.versions(made)]
        return taken.content, versions

    content, versions = told(story)

    assert "The vast plan" in content
    assert versions == [1, 2]


def test_a_login_is_renewed(told, stack):
    async def story(desk):
        user = await desk.register(some_email(), PASSWORD)
        known = desk.credentials
        async with AsyncDesk(stack.url, token="over", refresh_token=known.refresh_token) as later:
            users = await asyncio.gather(*(later.me() for _ in range(AT_ONCE)))
        return user, set(users)

    user, seen = told(story)

    assert seen == {user}


def test_one_who_stops_reading_leaves_nothing_open(told):
    async def story(desk):
        job = await desk.suggest(some_text(), **TEMPLATE)
        events = job.events()
        first = await anext(events)
        await events.aclose()
        return first.id, (await job.result(PATIENCE_S)).suggestions

    first, suggestions = told(story)

    assert first == 1
    assert suggestions
