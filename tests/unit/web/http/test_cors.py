import pytest

from shared.errors import SettingsError
from shared.settings import load_settings

LISTED = "https://app.example.com"
ALSO = "http://[::1]:3000"
PREFLIGHT = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "if-match"}


@pytest.fixture
def page_at(new_client):
    """Return a function that asks as a page of an origin does."""
    client = new_client(cors_origins=f"{LISTED} , {ALSO}")

    def ask(origin, method="GET", path="/api/v1/limits", **headers):
        return client.open(path, method=method, headers={"Origin": origin} | headers)

    return ask


def allowed(answer):
    return {name for name, _ in answer.headers if name.startswith("Access-Control-")}


class TestAListedOrigin:
    @pytest.mark.parametrize("origin", [LISTED, ALSO])
    def test_it_reads_answers_with_cookies(self, page_at, origin):
        answer = page_at(origin)

        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert "Origin" in answer.headers["Vary"]

    def test_it_sees_the_headers_that_clients_need(self, page_at):
        seen = set(page_at(LISTED).headers["Access-Control-Expose-Headers"].split(", "))

        assert seen >= {
            *("X-Session-Id", "ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"),
            *("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id"),
            *("Preference-Applied", "Idempotent-Replayed"),
        }

    def test_it_reads_errors_too(self, page_at):
        answer = page_at(LISTED, path="/api/v1/nowhere")

        assert answer.status_code == 404
        assert answer.headers["Access-Control-Allow-Origin"] == LISTED

    def test_its_preflight_costs_nothing_and_makes_no_session(self, page_at, gate):
        answer = page_at(LISTED, "OPTIONS", **PREFLIGHT)

        assert answer.status_code == 200
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"].split(", ")
        assert "If-Match" in answer.headers["Access-Control-Allow-Headers"].split(", ")
        assert "Set-Cookie" not in answer.headers
        assert gate.addresses == []

    def test_its_preflight_may_name_every_header_that_the_api_reads(self, page_at):
        told = page_at(LISTED, "OPTIONS", "/api/v1/jobs/x/events", **PREFLIGHT)
        named = set(told.headers["Access-Control-Allow-Headers"].lower().split(", "))

        assert named >= {
            *("authorization", "x-session-id", "content-type", "if-match", "if-none-match"),
            *("idempotency-key", "prefer", "last-event-id", "cache-control", "x-request-id"),
            "traceparent",
        }


class TestAnotherOrigin:
    @pytest.mark.parametrize(
        "origin",
        [
            *("https://evil.example", "null", "*", "", "http://app.example.com", f"{LISTED}:8443"),
            *(f"{LISTED}.evil.example", "https://xapp.example.com", "https://app.exampleXcom"),
            *(f"{LISTED}/", f"{LISTED}, https://evil.example", "https://evil.example#" + LISTED),
        ],
    )
    def test_it_is_allowed_nothing(self, page_at, origin):
        for method in ("GET", "OPTIONS"):
            answer = page_at(origin, method, **PREFLIGHT)

            assert allowed(answer) == set()
            assert "Origin" in answer.headers["Vary"]

    @pytest.mark.parametrize("origin", [LISTED, "null", "https://evil.example"])
    def test_without_the_setting_none_is_listed(self, new_client, origin):
        answer = new_client().get("/api/v1/limits", headers={"Origin": origin})

        assert allowed(answer) == set()


class TestAForgery:
    """A page that sends what it may not read the answer to, such as a form that sends itself."""

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    @pytest.mark.parametrize("origin", ["https://evil.example", "null"])
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_it_does_nothing_and_leaves_no_session(self, page_at, gate, method, origin, site):
        answer = page_at(origin, method, "/api/v1/auth/anonymous", **{"Sec-Fetch-Site": site})

        assert answer.status_code == 403
        assert answer.get_json()["error"]["code"] == "FORBIDDEN"
        assert "Set-Cookie" not in answer.headers
        assert gate.addresses == []

    @pytest.mark.parametrize(
        ("origin", "site"),
        [(LISTED, "cross-site"), ("http://localhost", "same-origin"), ("null", "none")],
    )
    def test_pages_of_our_own_and_of_listed_sites_are_let_through(self, page_at, origin, site):
        answer = page_at(origin, "POST", "/api/v1/auth/anonymous", **{"Sec-Fetch-Site": site})

        assert answer.status_code == 201

    def test_a_link_from_anywhere_is_followed(self, page_at):
        answer = page_at("https://evil.example", **{"Sec-Fetch-Site": "cross-site"})

        assert answer.status_code == 200


class TestTheSetting:
    @pytest.mark.parametrize(
        "origins",
        [
            *("*", "null", "app.example.com", "https://*.example.com", "https://a.example/"),
            *("https://a.example https://b.example", "https://a.example,*", "ftp://a.example"),
            *("https://me@a.example", "https://A.example", "https://a.example\nhttps://b.example"),
        ],
    )
    def test_what_is_no_origin_stops_the_start(self, origins):
        stores = {"redis_uri": "redis://r:1/0", "mongo_uri": "mongodb://m:1/c"}
        with pytest.raises(SettingsError, match="CORS_ORIGINS"):
            load_settings(_env_file=None, cors_origins=origins, **stores)
