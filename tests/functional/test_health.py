import pytest

CHECKS = {"redis": "ok", "mongo": "ok", "broker": "ok", "events": "ok"}


class TestHealth:
    def test_it_lives(self, writer):
        answer = writer.http.get("/health/liveness")

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    @pytest.mark.parametrize("path", ["/health/readiness", "/api/health", "/api/health/readiness"])
    def test_it_is_ready_when_all_parts_answer(self, writer, path, stack):
        answer = writer.http.get(path)
        told = answer.json()

        assert answer.status_code == 200
        assert (told["status"], told["checks"]) == ("ok", CHECKS)
        assert told["model"] == stack.settings.openai_model
        assert told["environment"] == "testing"
