import httpx
import pytest

from shared.data.redis.client import connect
from shared.data.redis.installation_keys import InstallationKeys
from tests.admin_command import accounts_of
from tests.stack import TLS, until
from tests.unit.shared.data.gate_house import MODEL, GateHouse

CHECKS = {"redis": "ok", "mongo": "ok", "broker": "ok", "events": "ok"}
READY = ["/health/readiness", "/api/health/readiness"]
INDEX = ["/health", "/api/health"]


@pytest.fixture
def accounts(stack):
    return accounts_of(stack)


@pytest.fixture
def admin(accounts, person):
    accounts("promote-admin", person.email)
    person.log_in()
    return person


def index(someone):
    return someone.http.get("/health").json()


class TestHealth:
    @pytest.mark.parametrize("path", ["/health/liveness", "/api/health/liveness"])
    def test_it_lives(self, writer, path):
        answer = writer.http.get(path)

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    @pytest.mark.parametrize("path", [*READY, *INDEX])
    def test_it_is_ready_when_all_parts_answer(self, writer, path, stack):
        answer = writer.http.get(path)
        told = answer.json()

        assert answer.status_code == 200
        assert told["checks"] == CHECKS
        assert told["model"] == stack.settings.openai_model
        assert told["environment"] == "testing"

    def test_a_lane_without_workers_is_a_concern_and_no_reason_to_be_out_of_service(self, writer):
        answer = writer.http.get("/health/readiness")

        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["concerns"] == ["no worker for isolate"]
        assert "isolate" in answer.json()["message"]


class TestDetails:
    def test_an_admin_is_told_of_workers_and_lanes(self, admin, stack):
        told = admin.http.get("/api/health").json()["details"]
        by_role = {worker["role"]: worker for worker in told["workers"]}

        assert set(by_role) == {"interactive", "bulk", "sweeper"}
        assert by_role["interactive"]["pid"] == stack.processes["interactive"].pid
        assert by_role["bulk"]["queues"] == ["bulk-rescue", "bulk"]
        assert told["lanes"]["interactive"] == {
            "queued": 0, "leased": 0, "waiting": 0, "capacity": stack.settings.worker_slots,
        }  # fmt: skip
        assert set(told["took_ms"]) == set(CHECKS)

    @pytest.mark.parametrize("path", ["/health", "/health/readiness", "/health/liveness"])
    def test_nobody_else_is(self, stack, person, path):
        shown = [
            httpx.get(f"{stack.url}{path}", headers=headers, verify=TLS)
            for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"})
        ]
        shown.append(person.http.get(path))

        assert [answer.status_code for answer in shown] == [200] * 4
        assert not [answer for answer in shown if "details" in answer.json()]
        assert not [answer for answer in shown if "capacity" in answer.text]

    def test_neither_is_one_whose_login_has_ended(self, admin, accounts):
        accounts("demote-admin", admin.email)

        assert "details" not in admin.http.get("/health").json()


@pytest.fixture
def breaker(stack):
    """Return the gate of a model that nobody asks, and whose first failure opens its breaker."""
    with connect(str(stack.settings.redis_uri), timeout_s=5) as redis:
        house = GateHouse(redis, failures=1)
        yield house
        redis.delete(InstallationKeys().model(house.endpoint.address, MODEL))


class TestConcerns:
    def test_an_open_breaker_is_one_and_the_house_serves(self, stack, admin, breaker):
        breaker.fail(1)
        until(lambda: "a provider is left alone for now" in index(admin)["concerns"], stack.logs)
        told = index(admin)

        assert told["status"] == "degraded"
        assert admin.http.get("/health/readiness").status_code == 200
        assert {"provider": breaker.endpoint.address, "model": MODEL}.items() <= next(
            one for one in told["details"]["breakers"] if one["state"] == "open"
        ).items()

    def test_a_sweeper_that_ends_is_missed(self, stack, writer):
        stack.processes["sweeper"].stop()
        stack.processes["sweeper"].wait(20)
        try:
            until(lambda: "no sweeper" in index(writer)["concerns"], stack.logs)
        finally:
            stack.start("sweeper")
        until(lambda: "no sweeper" not in index(writer)["concerns"], stack.logs)
