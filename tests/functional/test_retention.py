import time

import pytest

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
