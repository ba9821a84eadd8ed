"""Flower shows workers, tasks and what waits, and changes nothing unless it is told that it may."""

import httpx
import pytest

from devserver.ports import free_port
from shared.jobs.names import QueueName
from tests.stack import ROOT, START_WITHIN_S, TLS, OwnRedis, until
from tests.stack_client import Writer, order, some_text

AUTH = ("desk", "secret-of-flower")
WORKER = "interactive@"
CONTROLS = [
    "worker/shutdown/{node}",
    "worker/pool/grow/{node}?n=1",
    "worker/pool/shrink/{node}?n=1",
    "worker/pool/restart/{node}",
    "worker/pool/autoscale/{node}?min=1&max=2",
    "worker/queue/add-consumer/{node}?queue=x",
    "worker/queue/cancel-consumer/{node}?queue=interactive",
    "task/revoke/x",
    "task/timeout/copydesk.work?workername={node}&hard=1",
    "task/rate-limit/copydesk.work?workername={node}&ratelimit=1",
    "task/apply/copydesk.work",
    "task/async-apply/copydesk.work",
    "task/send-task/copydesk.work",
    "task/abort/x",
]


@pytest.fixture(scope="module")
def shown(new_stack, house):
    """Return a stack with a Flower, whose broker is the Redis of its jobs."""
    port = free_port()
    settings = {"FLOWER_PORT": str(port), "FLOWER_BASIC_AUTH": ":".join(AUTH)}
    with (
        OwnRedis(house / "shown-redis") as redis,
        new_stack("shown", redis, **settings, DATA_DIR=str(house / "shown-data")) as own,
    ):
        (own.folder / "deploy").symlink_to(ROOT / "deploy")  # its command names a file there
        own.flower_url = f"http://127.0.0.1:{port}"
        own.start("web", "interactive", "sweeper", "flower").wait_until_ready()
        answers(own)
        yield own


@pytest.fixture
def flower(shown):
    with httpx.Client(base_url=shown.flower_url, auth=AUTH, timeout=60, verify=TLS) as client:
        yield client


@pytest.fixture
def writer(shown, model):
    with Writer(shown.url) as someone:
        yield someone


def answers(stack):
    """Return once Flower answers and knows the worker."""

    def knows():
        try:
            found = httpx.get(
                f"{stack.flower_url}/api/workers?refresh=1", auth=AUTH, verify=TLS, timeout=60
            )
        except httpx.TransportError:
            return None
        return found.status_code == 200 and any(name.startswith(WORKER) for name in found.json())

    until(knows, stack.logs, START_WITHIN_S)


def tasks(flower):
    return flower.get("/api/tasks").json()


class TestFlower:
    @pytest.mark.parametrize("path", ["/", "/tasks", "/broker", "/api/workers", "/api/tasks"])
    def test_it_shows_nothing_without_the_password(self, shown, flower, path):
        assert httpx.get(f"{shown.flower_url}{path}", verify=TLS, timeout=60).status_code == 401
        assert flower.get(path).status_code == 200

    def test_workers_are_there(self, flower):
        def told():
            return {one["hostname"]: one for one in flower.get("/workers?json=1").json()["data"]}

        def lives():
            return [name for name, one in told().items() if one["status"]]

        (name,) = until(lives, lambda: flower.get("/workers").text)
        assert name.startswith(WORKER)

    def test_a_task_is_shown_by_its_id_and_none_of_the_text(self, flower, writer):
        job_id = writer.finish(order(some_text("An unmistakable sentence")))["id"]
        until(lambda: tasks(flower).get(job_id, {}).get("state") == "SUCCESS", lambda: flower)
        task = tasks(flower)[job_id]

        assert (task["name"], task["args"], task["kwargs"]) == (
            "copydesk.work", f"('{job_id}',)", "{}",
        )  # fmt: skip
        pages = [flower.get(path).text for path in (f"/task/{job_id}", "/tasks", "/api/tasks")]
        assert job_id in pages[0]
        assert not [page for page in pages if "unmistakable" in page]

    def test_what_stands_in_an_address_is_not_logged(self, shown, flower):
        assert flower.get("/task/nobodys?st=unmistakable").status_code == 404
        assert flower.get("/nowhere?st=unmistakable").status_code == 404

        assert "unmistakable" not in shown.processes["flower"].log.read_text()

    def test_it_tells_how_many_messages_wait(self, shown, flower, writer):
        shown.processes["interactive"].freeze()
        try:
            job_ids = [writer.begin(order(some_text())) for _ in range(3)]
            until(lambda: waiting(flower, "interactive") >= 2, lambda: flower.get("/broker").text)
            page = flower.get("/broker").text
        finally:
            shown.processes["interactive"].thaw()

        assert [queue for queue in QueueName if f">{queue}<" not in page.replace(" ", "")] == []
        assert {writer.ended(job_id)["status"] for job_id in job_ids} == {"succeeded"}

    @pytest.mark.parametrize("control", CONTROLS)
    def test_it_changes_nothing(self, shown, flower, control):
        (node,) = [name for name in flower.get("/api/workers").json() if name.startswith(WORKER)]
        answer = flower.post(f"/api/{control.format(node=node)}", json={"args": []})

        assert answer.status_code == 403, answer.text
        assert not shown.processes["interactive"].has_ended

    @pytest.mark.deep
    def test_it_knows_its_tasks_after_a_restart(self, shown, flower, writer):
        job_id = writer.finish(order(some_text()))["id"]
        until(lambda: job_id in tasks(flower), lambda: tasks(flower))
        shown.processes["flower"].stop()
        shown.processes["flower"].wait(60)
        shown.start("flower")
        answers(shown)

        assert tasks(flower)[job_id]["state"] in ("RECEIVED", "STARTED", "SUCCESS")


def waiting(flower, queue):
    found = flower.get("/api/queues/length").json()["active_queues"]
    return next((one["messages"] for one in found if one["name"] == queue), 0)


@pytest.mark.deep
def test_it_may_be_let_to_change_something(shown, flower, new_stack):
    shown.own_env["flower"] = {"FLOWER_CONTROL": "true"}
    shown.processes["flower"].stop()
    shown.processes["flower"].wait(60)
    shown.start("flower")
    answers(shown)
    (node,) = [name for name in flower.get("/api/workers").json() if name.startswith(WORKER)]
    order = f"/api/worker/queue/add-consumer/{node}?queue=isolate"
    # Flower waits a second for the worker's word, which a busy machine may not give it.
    assert until(lambda: flower.post(order).is_success, shown.logs)
