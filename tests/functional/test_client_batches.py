"""Whole documents through the client, over the real stack."""

import asyncio

import pytest
from copydesk import AsyncDesk, Batch, Desk, JobFailedError, SentSection, apply_suggestions
from copydesk.errors import RevisionConflictError

from tests.model_server_scripts import Script, known_words
from tests.stack_client import some_text

TEMPLATE = {"template": "more-professional"}
PATIENCE_S = 60.0
LONG = 60


@pytest.fixture
def desk(stack, model):
    with Desk(stack.url) as desk:
        yield desk


def chapters(count=3):
    return "\n\n".join(f"# Chapter {n}\n\n{some_text()}" for n in range(count))


def fails_once(words):
    """Refuse what holds these words, and answer all else."""

    def plan(call):
        is_refused = words in call.text
        return Script(status=400, body="{}") if is_refused else known_words(call)

    return plan


class TestImprove:
    def test_a_whole_document(self, desk):
        text = chapters()
        batch = desk.improve(text, format="markdown", **TEMPLATE)
        result = batch.result(PATIENCE_S)

        assert apply_suggestions(text, result.suggestions) == text.replace("big", "significant")
        assert (batch.status, batch.outcome, batch.counts["succeeded"]) == (
            "succeeded",
            "complete",
            batch.counts["total"],
        )
        assert len(result.suggestions) == 3

    def test_its_sections_come_in_order_over_many_pages(self, desk):
        sent = [SentSection(f"s{n}", some_text()) for n in range(55)]
        batch = desk.improve(sections=sent, **TEMPLATE).wait(PATIENCE_S)
        sections = list(batch.sections())

        assert [each.custom_id for each in sections] == [each.custom_id for each in sent]
        for own, section in zip(sent, sections, strict=True):
            assert apply_suggestions(own.content, section.suggestions) != own.content

    def test_all_sections_are_told_of_on_one_stream(self, desk):
        batch = desk.improve(chapters(), format="markdown", **TEMPLATE)
        seen = list(batch.events())

        assert [each.id for each in seen] == list(range(1, len(seen) + 1))
        assert [each.name for each in seen].count("section.completed") == batch.progress.total
        assert batch.counts["succeeded"] == batch.counts["total"] == batch.progress.total
        assert seen == list(desk.batch(batch.id).events())

    def test_what_is_known_is_not_paid_for_again(self, desk):
        text = chapters()
        desk.improve(text, format="markdown", **TEMPLATE, wait=LONG)
        # Not the very same, which would be joined even a moment after its end.
        again = desk.improve(text, format="markdown", **TEMPLATE, on_error="stop").wait(PATIENCE_S)

        assert (again.outcome, again.counts["cached"]) == ("cached", again.counts["total"])
        assert again.saved_usd > 0

    def test_it_is_found_among_the_jobs(self, desk):
        batch = desk.improve(chapters(), format="markdown", **TEMPLATE, wait=LONG)

        assert isinstance(desk.job(batch.id), Batch)
        assert [type(each) for each in desk.jobs(kind="batch")] == [Batch]
        assert b"significant" in batch.tracked("markdown")


class TestApply:
    @pytest.fixture
    def stored(self, desk):
        return desk.documents.create(chapters(), format="markdown")

    def test_all_of_it_becomes_one_revision(self, desk, stored):
        batch = desk.improve(document_id=stored.id, **TEMPLATE).wait(PATIENCE_S)
        applied = batch.apply()

        assert applied.document.content == stored.content.replace("big", "significant")
        assert (applied.document.revision, len(applied.applied)) == (2, 3)
        assert applied.conflicts == ()
        assert desk.documents.get(stored) == applied.document

    def test_chosen_ones_of_it(self, desk, stored):
        batch = desk.improve(document_id=stored.id, **TEMPLATE).wait(PATIENCE_S)
        chosen = batch.result().suggestions[1]
        applied = batch.apply(suggestions=[chosen])

        assert applied.applied == (chosen.id,)
        assert applied.document.content == apply_suggestions(stored.content, [chosen])

    def test_what_the_writer_changed_is_left_alone(self, desk, stored):
        batch = desk.improve(document_id=stored.id, **TEMPLATE).wait(PATIENCE_S)
        mine = desk.documents.save(stored, stored.content.replace("big", "grand", 1))
        with pytest.raises(RevisionConflictError) as refused:
            batch.apply()
        applied = batch.apply(revision=refused.value.revision)

        assert applied.document.content == mine.content.replace("big", "significant")
        assert [each.state for each in applied.conflicts] in (["gone"], ["conflicted"])
        assert len(applied.applied) == 2

    def test_as_a_word_processor_shows_it(self, desk, stored):
        batch = desk.improve(document_id=stored.id, **TEMPLATE).wait(PATIENCE_S)

        assert batch.tracked("docx").startswith(b"PK")


class TestFailures:
    @pytest.fixture
    def partial(self, desk, model):
        """Return a batch of which one section failed, and its text."""
        sent = [SentSection(name, some_text()) for name in ("good", "bad")]
        model.plan(fails_once(sent[1].content))
        return desk.improve(sections=sent, **TEMPLATE).wait(PATIENCE_S)

    def test_what_succeeded_is_kept(self, partial):
        (failed,) = partial.sections(status="failed")

        assert (partial.outcome, failed.custom_id) == ("partial", "bad")
        assert failed.error.code == "PROVIDER_ERROR"
        assert len(partial.result().suggestions) == 1

    def test_a_retry_asks_for_the_rest_only(self, partial, model):
        model.reset()
        again = partial.retry().wait(PATIENCE_S)

        assert (again.outcome, again.view.retry_of) == ("complete", partial.id)
        assert len(model.calls) == 1
        assert all(each.suggestions for each in again.sections())

    def test_a_cancelled_one_has_no_result(self, desk, model):
        model.plan(Script(hang=True))
        batch = desk.improve(chapters(), format="markdown", **TEMPLATE)
        batch.cancel()
        with pytest.raises(JobFailedError) as failed:
            batch.result(PATIENCE_S)

        assert failed.value.code == "CANCELLED"


def test_the_same_for_those_who_await(stack, model):
    text = chapters()

    async def story():
        async with AsyncDesk(stack.url) as desk:
            batch = await desk.improve(text, format="markdown", **TEMPLATE)
            seen = [event async for event in batch.events()]
            sections = [section async for section in batch.sections()]
            return seen, sections, await batch.result(PATIENCE_S)

    seen, sections, result = asyncio.run(story())

    assert seen[-1].name == "job.succeeded"
    assert [one for each in sections for one in each.suggestions] == list(result.suggestions)
    assert apply_suggestions(text, result.suggestions) == text.replace("big", "significant")
