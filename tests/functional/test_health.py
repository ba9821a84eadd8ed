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
    return someone.http.get("/api/health").json()


def ready(someone, path):
    """Return the first answer that is no refusal: a part that is slow is not ready for a moment."""

    def ask():
        answer = someone.http.get(path)
        return answer if answer.status_code == 200 else None

    return until(ask, lambda: someone.http.get(path).text)


class TestHealth:
    @pytest.mark.parametrize("path", ["/health/liveness", "/api/health/liveness"])
    def test_it_lives(self, writer, path):
        answer = writer.http.get(path)

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    @pytest.mark.parametrize("path", [*READY, *INDEX])
    def test_it_is_ready_when_all_parts_answer(self, writer, path, stack):
        answer = ready(writer, path)
        told = answer.json()

        assert told["checks"] == CHECKS
        assert told["model"] == stack.settings.openai_model
        assert told["environment"] == "testing"

    def test_a_lane_without_workers_is_a_concern_and_no_reason_to_be_out_of_service(self, writer):
        concerns = ["no worker for isolate"]
        until(lambda: index(writer)["concerns"] == concerns, lambda: index(writer))
        answer = ready(writer, "/health/readiness")

        assert answer.json()["status"] == "degraded"
        assert "isolate" in answer.json()["message"]


class TestDetails:
    def test_an_admin_is_told_of_workers_and_lanes(self, admin, stack):
        idle = {"queued": 0, "leased": 0, "waiting": 0, "capacity": stack.settings.worker_slots}

        def details():
            return index(admin)["details"]

        def roles():
            return {worker["role"]: worker for worker in details()["workers"]}

        until(lambda: set(roles()) == {"interactive", "bulk", "sweeper"}, roles)
        until(lambda: details()["lanes"]["interactive"] == idle, details)
        told, by_role = details(), roles()

        assert by_role["interactive"]["pid"] == stack.processes["interactive"].pid
        assert by_role["bulk"]["queues"] == ["bulk-rescue", "bulk"]
        assert set(told["took_ms"]) == set(CHECKS)

    @pytest.mark.parametrize("path", ["/health", "/health/readiness", "/health/liveness"])
    def test_nobody_else_is(self, stack, person, path):
        shown = [
            httpx.get(f"{stack.url}{path}", headers=headers, verify=TLS, timeout=60)
            for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"})
        ]
        shown.append(person.http.get(path))

        assert {answer.status_code for answer in shown} <= {200, 503}  # it may not be ready now
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
        def told_of_it():
            breaker.fail(1)  # once more: it is left alone for no more than seconds
            found = index(admin)
            return found if "a provider is left alone for now" in found["concerns"] else None

        told = until(told_of_it, stack.logs)

        assert told["status"] == "degraded"
        assert ready(admin, "/health/readiness")
        assert {"provider": breaker.endpoint.address, "model": MODEL}.items() <= next(
            one for one in told["details"]["breakers"] if one["state"] == "open"
        ).items()

    def test_a_sweeper_that_ends_is_missed(self, stack, writer):
        stack.processes["sweeper"].stop()
        stack.processes["sweeper"].wait(60)
        try:
            until(lambda: "no sweeper" in index(writer)["concerns"], stack.logs)
        finally:
            stack.start("sweeper")
        until(lambda: "no sweeper" not in index(writer)["concerns"], stack.logs)
