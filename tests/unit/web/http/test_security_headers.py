import re

import pytest

PATHS = ["/api/v1/limits", "/api/v1/nowhere", "/api/docs", "/api/v1/docs", "/api/v1/openapi.json"]
ASSETS = ["swagger-ui.css", "swagger-ui-bundle.js", "oauth2-redirect.html", "favicon-32x32.png"]
YEAR = "max-age=31536000"


class TestEveryAnswer:
    @pytest.mark.parametrize("path", [*PATHS, *(f"/api/v1/docs/{name}" for name in ASSETS)])
    def test_it_tells_browsers_what_not_to_do(self, new_client, path):
        client = new_client()
        for method in ("GET", "OPTIONS", "HEAD", "DELETE"):
            with client.open(path, method=method) as answer:
                headers = answer.headers
            policy = headers["Content-Security-Policy"]

            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["X-Permitted-Cross-Domain-Policies"] == "none"
            assert {"camera=()", "microphone=()"} <= set(headers["Permissions-Policy"].split(", "))
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy

    @pytest.mark.parametrize("path", ["/api/v1/limits", "/api/v1/nowhere", "/api/docs"])
    def test_nothing_runs_and_nobody_keeps_it(self, new_client, path):
        headers = new_client().get(path).headers

        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"

    def test_so_does_the_answer_to_a_fault_of_ours(self, new_client, gate):
        gate.is_broken = True
        headers = new_client().get("/api/v1/limits").headers

        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("environment", "told"),
        [("development", None), ("testing", None), ("staging", YEAR), ("production", YEAR)],
    )
    def test_outside_development_only_https_will_do(self, new_client, environment, told):
        headers = new_client(environment=environment).get("/api/v1/nowhere").headers

        assert headers.get("Strict-Transport-Security") == told


class TestThePageOfTheApi:
    def test_it_runs_its_own_scripts_alone(self, new_client):
        answer = new_client().get("/api/v1/docs")
        policy = answer.headers["Content-Security-Policy"]
        scripts = re.search(r"script-src ([^;]*)", policy)[1].split()

        assert scripts[0] == "'self'"
        assert len(scripts) - 1 == len(re.findall(r"<script>", answer.text)) == 1
        assert all(source.startswith("'sha256-") for source in scripts[1:])
        assert "sandbox" not in policy

    @pytest.mark.parametrize("host", ["evil.example", "x</script><script>alert(1)</script>"])
    @pytest.mark.parametrize("path", ["/api/docs", "/api/v1/docs", "/api/v1/docs/"])
    def test_it_says_nothing_of_the_host_that_is_named(self, new_client, path, host):
        client = new_client()
        usual, answer = client.get(path), client.get(path, headers={"Host": host})

        assert (answer.status_code, answer.data) == (usual.status_code, usual.data)
        assert answer.headers.get("Location") == usual.headers.get("Location")
        assert "evil" not in answer.headers.get("Location", "")


class TestRedirects:
    @pytest.mark.parametrize(
        "path",
        [
            *("//api/v1/limits", "/api//v1/limits", "//evil.example/api/v1/limits"),
            *("/api/v1/limits//", "/\\evil.example", "/api/v1/docs//evil.example"),
        ],
    )
    def test_no_path_leads_elsewhere(self, new_client, path):
        wanted, host = {"PATH_INFO": path}, {"Host": "evil.example"}
        answer = new_client().get("/", environ_overrides=wanted, headers=host)

        assert "Location" not in answer.headers
        assert answer.status_code in (200, 404)
