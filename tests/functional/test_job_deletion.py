import threading

import pytest
from redis import Redis

from tests.stack import until
from tests.stack_client import order, some_text


@pytest.fixture
def job(writer):
    return writer.finish(order(some_text("A big plan to utilize")))


def delete(writer, job_id):
    return writer.http.delete(f"/api/v1/jobs/{job_id}")


def kept(stack, job_id):
    """Return the keys that still name the job and do not go within seconds."""
    with Redis.from_url(str(stack.settings.redis_uri), decode_responses=True) as redis:
        named = list(redis.scan_iter(f"cd:*{job_id}*", count=10_000))
        lives_ms = {key: redis.pttl(key) for key in named}
        return [key for key, ms in lives_ms.items() if ms == -1 or ms > 10_000]


class TestDelete:
    def test_all_of_it_is_gone_at_once(self, writer, job):
        own = job["urls"]["self"]
        writer.http.post(f"{own}/suggestions/sg_1/accept")
        answer = delete(writer, job["id"])
        tails = ("", "/result", "/events", "/result?format=html")

        assert (answer.status_code, answer.content) == (204, b"")
        assert [writer.http.get(own + tail).status_code for tail in tails] == [404] * 4
        posts = ("/suggestions/sg_1/accept", "/cancel", "/retry", "/stream-token")
        assert [writer.http.post(own + tail).status_code for tail in posts] == [404] * 4

    def test_nothing_of_it_is_kept(self, stack, writer, job):
        writer.http.post(f"{job['urls']['self']}/suggestions/sg_1/accept")
        delete(writer, job["id"])

        assert kept(stack, job["id"]) == []

    def test_a_second_time_there_is_no_such_job(self, writer, job):
        assert [delete(writer, job["id"]).status_code for _ in range(2)] == [204, 404]

    def test_somebody_elses_is_unknown_and_unharmed(self, writer, other_writer, job):
        assert delete(other_writer, job["id"]).status_code == 404
        assert writer.job(job["id"]) == job

    def test_the_same_work_is_done_again_right_after(self, writer):
        body = order(some_text())
        first = writer.finish(body, Cache_Control="no-store")
        delete(writer, first["id"])
        second = writer.finish(body, Cache_Control="no-store")

        assert len(second["result"]["suggestions"]) == len(first["result"]["suggestions"])


class TestALiveJob:
    def test_its_call_stops_and_nothing_of_it_is_kept(self, stack, writer, model):
        text = some_text()
        job_id, hold = writer.begin_held(model, text)
        (call,) = model.calls_about(text)
        answer = delete(writer, job_id)

        assert answer.status_code == 204
        assert writer.http.get(f"/api/v1/jobs/{job_id}").status_code == 404
        until(lambda: call.hung_up, lambda: "the socket to the model stayed open")
        until(lambda: not kept(stack, job_id), lambda: kept(stack, job_id))
        hold.set()

    def test_those_who_share_its_work_are_unharmed(self, writer, model):
        text = some_text()
        leader, hold = writer.begin_held(model, text)
        followers = [writer.begin(order(text)) for _ in range(2)]
        deleted = [delete(writer, one).status_code for one in (leader, followers[0])]
        hold.set()
        ended = writer.ended(followers[1])

        assert deleted == [204, 204]
        assert (ended["status"], ended["dedup"]) == ("succeeded", {"joined": True})
        assert writer.http.get(f"/api/v1/jobs/{leader}").status_code == 404

    def test_whoever_follows_it_hears_no_more(self, writer, model):
        job_id, hold = writer.begin_held(model, some_text())
        seen, begun = [], threading.Event()

        def follow():
            with writer.follow(job_id) as events:
                for event in events:
                    seen.append(event.name)
                    begun.set()

        reader = threading.Thread(target=follow)
        reader.start()
        assert begun.wait(60)
        delete(writer, job_id)
        reader.join(60)
        hold.set()

        assert not reader.is_alive()
        assert "job.succeeded" not in seen
