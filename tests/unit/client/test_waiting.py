import asyncio

import pytest
from copydesk import ConnectionFailedError, JobFailedError, JobTimeoutError
from copydesk.models.chat import ChatResult
from copydesk.models.suggestions import SuggestionResult

from tests.unit.client.server import dropped, job, told

RESULT = {
    "suggestions": [{"id": "sg_1", "original": "big", "start": 4, "end": 7, "newer": True}],
    "metadata": {"processTime": 1.5, "tokenCount": 9, "offset_encoding": "utf-16"},
}


@pytest.fixture
def job_of(server):
    server.on("/jobs/job_1", told(job()))
    with server.desk() as desk:
        yield desk.job("job_1")


class TestWait:
    def test_it_asks_until_the_job_is_final(self, server, job_of):
        server.on("/jobs/job_1", told(job("running")), dropped, told(job("cancelled")))

        assert job_of.wait().status == "cancelled"
        assert {each.url.params.get("wait") for each in server.seen[1:]} == {"20"}

    def test_a_final_job_is_not_asked_for_again(self, server, job_of):
        server.on("/jobs/job_1", told(job("failed")))
        job_of.refresh().wait()

        assert len(server.seen) == 2

    @pytest.mark.parametrize("timeout", [0, 0.05])
    def test_it_gives_up_in_time(self, server, job_of, timeout):
        with pytest.raises(JobTimeoutError, match="job_1"):
            job_of.wait(timeout)

        assert len(server.seen) >= 2

    def test_the_timeout_holds_where_the_server_is_away(self, server, job_of):
        server.on("/jobs/job_1", dropped)
        with pytest.raises(ConnectionFailedError):
            job_of.wait(0)

        assert len(server.seen) == 2


class TestResult:
    def test_it_is_read_from_the_job(self, server, job_of):
        server.on("/jobs/job_1", told(job("succeeded", result=RESULT)))
        result = job_of.result()

        assert isinstance(result, SuggestionResult)
        assert (result.suggestions[0].original, result.suggestions[0].state) == ("big", "pending")
        assert (result.metadata.process_time, result.metadata.token_count) == (1.5, 9)

    def test_it_is_fetched_where_the_job_does_not_show_it(self, server, job_of):
        server.on("/jobs/job_1", told(job("succeeded", kind="chat")))
        server.on("/jobs/job_1/result", told({"message": {"content": "Yes.", "stopped": False}}))
        result = job_of.result()

        assert isinstance(result, ChatResult)
        assert result.message.content == "Yes."

    def test_without_one_the_jobs_error_is_raised(self, server, job_of):
        error = {"code": "PROVIDER_ERROR", "message": "No.", "retryable": True}
        server.on("/jobs/job_1", told(job("failed", error=error)))
        with pytest.raises(JobFailedError) as failed:
            job_of.result()

        assert (failed.value.code, failed.value.job.id) == ("PROVIDER_ERROR", "job_1")

    def test_it_is_the_same_for_those_who_await(self, server):
        server.on("/jobs/job_1", told(job()), told(job("succeeded", result=RESULT)))

        async def story():
            async with server.async_desk() as desk:
                found = await desk.job("job_1")
                return await found.result(timeout=60)

        assert asyncio.run(story()).suggestions[0].id == "sg_1"
