"""What operators see: the numbers of all processes, exact whoever was killed."""

import subprocess
from operator import ge
from shutil import which

import httpx
import pytest

from devserver.ports import free_port
from tests.functional.conftest import API_KEY
from tests.metrics_client import metrics_of
from tests.model_server_scripts import html
from tests.stack import TLS, OwnRedis, until
from tests.stack_client import Writer, order, some_text

JOBS, ATTEMPTS = "copydesk_jobs_total", "copydesk_attempts_total"
FAILURES = "copydesk_job_failures_total"
REQUESTS = "copydesk_http_requests_total"


@pytest.fixture(scope="module")
def watched(new_stack, house):
    """Return two web processes and a worker that share their counts, over a Redis of their own."""
    settings = {"WEB_CONCURRENCY": "2", "METRICS_DIR": str(house / "metrics")}
    with OwnRedis(house / "watched-redis") as redis, new_stack("watched", redis, **settings) as own:
        own.redis = redis
        yield own.start("web", "interactive", "sweeper").wait_until_ready()


@pytest.fixture
def page(watched):
    """Return what asks for the page; whichever process answers."""
    return lambda: metrics_of(watched.url)


def do_jobs(watched, count):
    """Do jobs, each over a connection of its own, so that both web processes get some."""
    for _ in range(count):
        with Writer(watched.url) as writer:
            writer.finish(order(some_text()))


def grown(before, page, *expected):
    """See to it that each series grows by so much: some is counted a moment after it was told."""

    def growth():
        after = page()
        return [after(name, **labels) - before(name, **labels) for name, _, labels in expected]

    least = [more for _, more, _ in expected]
    until(lambda: all(map(ge, growth(), least)), lambda: page().text)
    assert growth() == least


class TestCounts:
    def test_they_add_up_over_all_processes(self, watched, page, model):
        before = page()
        do_jobs(watched, 6)

        grown(
            before,
            page,
            (JOBS, 6, {"kind": "suggestion", "outcome": "complete"}),
            (REQUESTS, 6, {"route": "/api/v1/suggestions", "status": "202"}),
            (ATTEMPTS, 6, {"lane": "interactive"}),
            ("copydesk_job_wait_seconds_count", 6, {"lane": "interactive"}),
            ("copydesk_job_run_seconds_count", 6, {"kind": "suggestion"}),
            ("copydesk_provider_seconds_count", 6, {"outcome": "complete"}),
            ("copydesk_first_token_seconds_count", 6, {}),
            ("copydesk_cache_requests_total", 6, {"result": "miss"}),
        )

    def test_they_stay_when_a_web_process_and_a_worker_are_killed(self, watched, page, model):
        do_jobs(watched, 4)
        before = page()
        next(one for one in watched.processes["web"].children if not one.children()).kill()
        watched.replace("interactive").wait_until_ready()
        do_jobs(watched, 4)
        after = page()

        assert {key for key, value in before.counters.items() if after.series[key] < value} == set()
        submitted = {"route": "/api/v1/suggestions", "status": "202"}
        done = (JOBS, 4, {"outcome": "complete"})
        grown(before, page, done, (ATTEMPTS, 4, {}), (REQUESTS, 4, submitted))

    def test_an_answer_from_the_cache_is_a_hit_and_a_job(self, watched, page, model):
        with Writer(watched.url) as writer:
            body, before = order(some_text()), page()
            writer.finish(body)
            until(lambda: writer.finish(body)["outcome"] == "cached", lambda: "never cached")

        hit = ("copydesk_cache_requests_total", 1, {"result": "hit"})
        grown(before, page, (JOBS, 1, {"outcome": "cached"}), hit)

    def test_a_job_that_nobody_had_begun_counts_when_it_is_cancelled(self, watched, page, model):
        before = page()
        with Writer(watched.url) as writer:
            job_id = writer.begin(order(some_text(), lane="bulk"))
            assert page()("copydesk_lane_depth", lane="bulk", state="queued") == 1
            writer.cancel(job_id)

        grown(before, page, (JOBS, 1, {"outcome": "cancelled"}))

    def test_decisions_count(self, watched, page, model):
        before = page()
        with Writer(watched.url) as writer:
            job = writer.finish(order(some_text()))
            first = job["result"]["suggestions"][0]["id"]
            writer.http.post(f"/api/v1/jobs/{job['id']}/suggestions/{first}/accept")

        accepted = {"decision": "accepted"}
        grown(before, page, ("copydesk_suggestion_decisions_total", 1, accepted))

    def test_a_failure_of_the_model_counts_by_its_code(self, watched, page, model):
        model.plan(html(401))
        before = page()
        do_jobs(watched, 1)

        code = {"code": "PROVIDER_ERROR"}
        grown(
            before,
            page,
            (JOBS, 1, {"outcome": "failed"}),
            (FAILURES, 1, {"kind": "suggestion", **code}),
            ("copydesk_provider_errors_total", 1, code),
        )


class TestStreams:
    def test_one_is_open_while_it_is_read(self, watched, page, model):
        with Writer(watched.url) as writer:
            job_id, hold = writer.begin_held(model, some_text())
            with writer.follow(job_id) as events:
                next(events)
                until(lambda: page()("copydesk_streams_open") == 1, lambda: "it does not count")
                hold.set()
                list(events)

        until(lambda: page()("copydesk_streams_open") == 0, lambda: "still open")


class TestThePage:
    def test_it_begins_no_session_and_counts_against_no_limit(self, watched):
        answer = httpx.get(f"{watched.url}/metrics", verify=TLS)

        assert not {"set-cookie", "x-session-id", "ratelimit"} & answer.headers.keys()

    def test_it_says_nothing_of_anybody(self, watched, page, model):
        text = some_text("An unmistakable sentence by a writer")
        with Writer(watched.url) as writer:
            writer.finish(order(text))
            session = writer.session

        told = page().text
        assert not [secret for secret in ("unmistakable", API_KEY, session) if secret in told]

    def test_prometheus_finds_no_fault_with_it(self, watched, page):
        if which("promtool") is None:
            pytest.skip("promtool is not installed")
        told = page().text
        said = subprocess.run(["promtool", "check", "metrics"], input=told, capture_output=True,
                              text=True, check=False)  # fmt: skip

        assert said.returncode in (0, 3), said.stderr
        assert "error" not in said.stderr, said.stderr

    def test_it_tells_what_each_process_takes(self, watched, page):
        memory = "copydesk_process_resident_bytes"
        # One that was killed in another test may be about to be replaced.
        until(lambda: len(page().labels(memory, "pid")) == 4, lambda: page().text)
        told = page()

        assert told.labels(memory, "process") == {"web", "interactive", "sweeper"}
        assert told("copydesk_process_cpu_seconds_total", process="interactive") > 0

    def test_a_worker_serves_its_own(self, watched, model):
        port = str(free_port())
        watched.own_env["interactive-2"] = {"METRICS_PORT": port}
        watched.start("interactive-2").wait_until_ready()
        try:
            told = metrics_of(f"http://127.0.0.1:{port}")
            assert "interactive-2" in told.labels("copydesk_process_open_fds", "process")
        finally:
            watched.processes.pop("interactive-2").kill()

    @pytest.mark.deep
    def test_web_processes_without_a_folder_make_one_and_take_it_away(
        self, new_stack, redis_server, tmp_path
    ):
        with new_stack("folderless", redis_server, WEB_CONCURRENCY="2") as own:
            own.own_env["web"] = {"TMPDIR": str(tmp_path)}
            own.start("web").wait_until_ready()
            until(
                lambda: len(metrics_of(own.url).labels("copydesk_process_open_fds", "pid")) == 2,
                own.logs,
            )
            (folder,) = tmp_path.glob("copydesk-metrics-*")
            own.processes["web"].stop()
            own.processes["web"].wait(60)

        assert not folder.exists()

    def test_it_lacks_what_only_redis_knows_while_that_is_away(self, watched, page):
        until(lambda: page()("copydesk_store_up") == 1, lambda: page().text)
        watched.redis.kill()
        try:
            told = page()
        finally:
            watched.redis.start()
            watched.wait_until_ready()

        assert "copydesk_store_up 0.0" in told.text
        assert "copydesk_lane_depth" not in told.families
        assert told(REQUESTS) > 0
