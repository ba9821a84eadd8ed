import time

import pytest

from tests.batch_client import BATCHES, begin_batch, post, sent
from tests.stack import until
from tests.stack_client import Writer, order, some_text

ADDRESSES = (f"192.0.2.{number}" for number in range(64, 128))


def elsewhere():
    """Return the header of a caller from an address that nobody else has asked from."""
    return {"X-Forwarded-For": next(ADDRESSES)}


def is_gone(keeper, path):
    """Return whether its keeping time is over; until then it is shown."""
    time.sleep(0.2)  # reads are counted here
    status = keeper.http.get(path).status_code
    return status == 410


class TestKeepingTime:
    @pytest.fixture
    def gone(self, strict_stack):
        """Return someone, and a job of theirs whose keeping time is over."""
        with Writer(strict_stack.url, **elsewhere()) as keeper:
            job_id = keeper.begin(order(some_text()))
            keeper.cancel(job_id)
            until(lambda: is_gone(keeper, f"/api/v1/jobs/{job_id}"), strict_stack.logs)
            yield keeper, job_id

    @pytest.fixture
    def gone_batch(self, strict_stack):
        with Writer(strict_stack.url, **elsewhere()) as keeper:
            batch_id = begin_batch(keeper, sent(some_text()))
            keeper.cancel(batch_id)
            until(lambda: is_gone(keeper, f"{BATCHES}/{batch_id}"), strict_stack.logs)
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
