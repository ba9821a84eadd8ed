import time

import pytest

from tests.batch_client import BATCHES, begin_batch, post, sent
from tests.stack_client import Writer, order, some_text


class TestKeepingTime:
    @pytest.fixture
    def gone(self, strict_stack):
        """Return someone, and a job of theirs whose keeping time is over."""
        with Writer(strict_stack.url) as keeper:
            job_id = keeper.begin(order(some_text()))
            keeper.cancel(job_id)
            time.sleep(strict_stack.settings.job_retention + 0.2)
            yield keeper, job_id

    @pytest.fixture
    def gone_batch(self, strict_stack):
        with Writer(strict_stack.url, **{"X-Forwarded-For": "192.0.2.77"}) as keeper:
            batch_id = begin_batch(keeper, sent(some_text()))
            keeper.cancel(batch_id)
            time.sleep(strict_stack.settings.job_retention + 0.2)
            yield keeper, batch_id

    def test_it_is_over_for_every_view(self, gone):
        keeper, job_id = gone
        tails = ("", "/result", "/events")
        answers = [keeper.http.get(f"/api/v1/jobs/{job_id}{tail}") for tail in tails]

        assert [answer.status_code for answer in answers] == [410, 410, 410]
        assert {answer.json()["error"]["code"] for answer in answers} == {"GONE"}

    def test_others_never_see_that_it_was_there(self, gone, strict_stack):
        with Writer(strict_stack.url) as stranger:
            assert stranger.http.get(f"/api/v1/jobs/{gone[1]}").status_code == 404

    def test_it_cannot_be_cancelled_or_tried_again(self, gone):
        keeper, job_id = gone
        acts = ("cancel", "retry")
        answers = [keeper.http.post(f"/api/v1/jobs/{job_id}/{act}") for act in acts]

        assert [answer.status_code for answer in answers] == [410, 410]

    def test_that_of_a_batch_is_over_too(self, gone_batch, strict_stack):
        keeper, batch_id = gone_batch
        asked = [f"{BATCHES}/{batch_id}{tail}" for tail in ("", "/sections", "/events")]
        answers = [keeper.http.get(path) for path in asked]
        answers += [post(keeper, batch_id, act) for act in ("cancel", "retry")]
        with Writer(strict_stack.url) as stranger:
            seen = {stranger.http.get(path).status_code for path in asked}

        assert {answer.status_code for answer in answers} == {410}
        assert seen == {404}
