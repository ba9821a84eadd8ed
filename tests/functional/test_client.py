"""The client over the real stack: orders, results, errors."""

import pytest
from copydesk import Desk, JobFailedError, JobTimeoutError, apply_suggestions
from copydesk.errors import (
    ConflictError,
    IdempotencyMismatchError,
    NotFoundError,
    RequestInvalidError,
    UnauthenticatedError,
)

from tests.cutting_proxy import CuttingProxy
from tests.model_server_scripts import Script, edit, propose
from tests.stack_client import some_text

TEMPLATE = {"template": "more-professional"}
PATIENCE_S = 60.0
LONG = 60


@pytest.fixture
def desk(stack, model):
    with Desk(stack.url) as desk:
        yield desk


class TestSuggest:
    def test_what_it_proposes_fits_the_text(self, desk, model):
        text = some_text("🎉 The big plan")
        model.plan(propose(edit("big", "significant"), edit("plan", "scheme")))
        result = desk.suggest(text, **TEMPLATE).result(PATIENCE_S)

        assert apply_suggestions(text, result.suggestions) == text.replace(
            "big plan", "significant scheme"
        )
        assert (result.metadata.offset_encoding, result.metadata.cached) == ("utf-16", False)
        assert result.metadata.token_count > 0

    @pytest.mark.parametrize("encoding", ["utf-16", "codepoint", "utf-8"])
    def test_it_fits_in_every_unit(self, desk, encoding):
        text = some_text("🎉 Ä big plan")
        job = desk.suggest(text, **TEMPLATE, offset_encoding=encoding)
        (one,) = job.result(PATIENCE_S).suggestions

        changed = apply_suggestions(text, [one], encoding)
        assert changed == text.replace("big", one.suggested)

    def test_it_can_wait_for_the_answer_at_once(self, desk):
        job = desk.suggest(some_text(), **TEMPLATE, wait=LONG)

        assert (job.status, job.outcome, job.kind) == ("succeeded", "complete", "suggestion")
        assert job.usage.output_tokens > 0

    def test_decisions_are_kept(self, desk):
        job = desk.suggest(some_text(), **TEMPLATE, wait=LONG)
        (one,) = job.result().suggestions

        assert job.accept(one).state == "accepted"
        assert job.reject(one.id).state == "rejected"
        assert job.refresh().result().suggestions[0].state == "rejected"

    def test_the_text_with_its_tracked_changes(self, desk):
        job = desk.suggest(some_text(), **TEMPLATE, wait=LONG)

        assert b">big</del><ins" in job.tracked("html")
        assert job.tracked("diff").startswith(b"---")


class TestRebase:
    def test_suggestions_are_found_in_a_newer_text(self, desk):
        text = some_text()
        job = desk.suggest(text, **TEMPLATE, wait=LONG)
        (one,) = job.result().suggestions
        by_job = desk.rebase(f"Well: {text}", job_id=job.id)
        by_hand = desk.rebase("Nothing of it", suggestions=[one], old=text)

        assert [(each.state, each.start) for each in by_job] == [("moved", one.start + 6)]
        assert [(each.id, each.state, each.start) for each in by_hand] == [
            (one.id, "conflicted", None)
        ]


class TestJobs:
    def test_they_are_listed_newest_first(self, desk):
        made = [desk.suggest(some_text(), **TEMPLATE).id for _ in range(3)]

        assert [job.id for job in desk.jobs()] == made[::-1]
        assert list(desk.jobs(kind="chat")) == []

    def test_one_is_found_by_its_id(self, desk):
        job = desk.suggest(some_text(), **TEMPLATE, wait=LONG)

        assert desk.job(job.id).view == job.view

    def test_a_cancelled_one_has_no_result(self, desk, model):
        model.plan(Script(hang=True))
        job = desk.suggest(some_text(), **TEMPLATE)
        job.cancel()
        with pytest.raises(JobFailedError) as failed:
            job.result(PATIENCE_S)

        assert (failed.value.code, job.status) == ("CANCELLED", "cancelled")

    def test_a_failed_one_tells_why_and_can_be_tried_again(self, desk, model):
        model.plan(Script(status=400, body='{"error": {"message": "no"}}'))
        job = desk.suggest(some_text(), **TEMPLATE)
        with pytest.raises(JobFailedError) as failed:
            job.result(PATIENCE_S)
        model.reset()
        again = job.retry()

        assert failed.value.code == job.error.code == "PROVIDER_ERROR"
        assert again.result(PATIENCE_S).suggestions
        assert again.view.retry_of == job.id

    def test_one_that_takes_longer_goes_on(self, desk, model):
        model.plan(Script(hang=True))
        job = desk.suggest(some_text(), **TEMPLATE)
        with pytest.raises(JobTimeoutError):
            job.result(0.1)

        assert not job.refresh().is_final

    def test_a_deleted_one_is_gone(self, desk):
        job = desk.suggest(some_text(), **TEMPLATE, wait=LONG)
        job.delete()
        with pytest.raises(NotFoundError):
            job.refresh()


class TestErrors:
    def test_all_faults_are_told(self, desk):
        with pytest.raises(RequestInvalidError) as refused:
            desk.suggest("", template="clearer", max_suggestions=0)

        assert (refused.value.code, refused.value.status) == ("VALIDATION_ERROR", 400)
        assert {each.field for each in refused.value.details} == {
            "document.content",
            "max_suggestions",
        }
        assert refused.value.request_id

    def test_each_has_its_class(self, desk, stack):
        job = desk.suggest(some_text(), **TEMPLATE, wait=LONG, idempotency_key="one")
        with pytest.raises(IdempotencyMismatchError):
            desk.suggest(some_text(), **TEMPLATE, idempotency_key="one")
        with pytest.raises(ConflictError):
            job.retry()
        with Desk(stack.url) as other, pytest.raises(NotFoundError):
            other.job(job.id)
        with Desk(stack.url, token="forged") as nobody, pytest.raises(UnauthenticatedError):
            nobody.limits()


class TestALostAnswer:
    @pytest.mark.parametrize("times", [1, 2])
    def test_the_order_makes_one_job(self, desk, stack, model, times):
        text = some_text()
        desk.limits()
        session = desk.credentials.session
        with (
            CuttingProxy(stack.port, [0] * times) as wire,
            Desk(wire.url, session=session) as cut_off,
        ):
            job = cut_off.suggest(text, **TEMPLATE)
        job_id, _ = job.id, desk.job(job.id).result(PATIENCE_S)

        assert wire.connections == times + 1
        assert [each.id for each in desk.jobs()] == [job_id]
        assert len(model.calls_about(text)) == 1

    def test_the_first_order_of_a_newcomer_makes_one_job_too(self, stack, model):
        text = some_text()
        with CuttingProxy(stack.port, [900, 0]) as wire, Desk(wire.url) as newcomer:
            job = newcomer.suggest(text, **TEMPLATE)
            job.result(PATIENCE_S)

            assert [each.id for each in newcomer.jobs()] == [job.id]
        assert len(model.calls_about(text)) == 1
