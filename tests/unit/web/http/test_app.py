import pytest


class TestCookie:
    @pytest.mark.parametrize(
        ("environment", "is_secure"),
        [("development", False), ("testing", False), ("staging", True), ("production", True)],
    )
    def test_outside_development_it_is_for_https_alone(self, new_client, environment, is_secure):
        answer = new_client(environment=environment).get("/api/v1/limits")
        flags = answer.headers["Set-Cookie"]

        assert ("Secure" in flags) == is_secure
        assert "HttpOnly" in flags
        assert "SameSite=Lax" in flags

    def test_it_is_renewed_with_each_use(self, new_client):
        client = new_client()
        first, again = client.get("/api/v1/limits"), client.get("/api/v1/limits")

        assert (
            first.headers["Set-Cookie"].split(";")[0] == again.headers["Set-Cookie"].split(";")[0]
        )
        assert "X-Session-Id" not in again.headers


class TestAddress:
    def test_nobody_is_believed_about_it(self, new_client, gate):
        new_client().get("/api/v1/limits", headers={"X-Forwarded-For": "198.51.100.1"})

        assert gate.addresses == ["127.0.0.1"]

    @pytest.mark.parametrize(("hops", "found"), [(1, "198.51.100.3"), (2, "198.51.100.2")])
    def test_as_many_hops_as_are_trusted_are_believed(self, new_client, gate, hops, found):
        told = "198.51.100.1, 198.51.100.2, 198.51.100.3"
        new_client(trusted_proxies=hops).get("/api/v1/limits", headers={"X-Forwarded-For": told})

        assert gate.addresses == [found]

    @pytest.mark.parametrize(
        ("told", "found"),
        [
            *(("198.51.100.7:443", "198.51.100.7"), ("[2001:db8::1]:443", "2001:db8::/64")),
            *(("::ffff:198.51.100.7", "198.51.100.7"), ("2002:c633:6407:1::1", "198.51.100.7")),
            *(("2001:db8::ffff", "2001:db8::/64"), ("2001:DB8:0::1", "2001:db8::/64")),
            *(("2001:db8::1%eth0", "2001:db8::/64"), ("198.051.100.7", "unknown")),
            *(("0x7f.1", "unknown"), ("evil", "unknown"), ("\uff11.2.3.4", "unknown")),
        ],
    )
    def test_however_it_is_written_it_is_one(self, new_client, gate, told, found):
        client = new_client(trusted_proxies=1)
        client.get("/api/v1/limits", environ_overrides={"HTTP_X_FORWARDED_FOR": told})

        assert gate.addresses == [found]


class TestUnforeseenFault:
    def test_it_is_told_without_its_words(self, new_client, gate):
        gate.is_broken = True
        answer = new_client().get("/api/v1/limits")
        error = answer.get_json()["error"]

        assert (answer.status_code, error["code"]) == (500, "PROCESSING_ERROR")
        assert "words" not in answer.text
        assert error["request_id"] == answer.headers["X-Request-Id"]
        assert "Set-Cookie" not in answer.headers


class TestBearer:
    @pytest.mark.parametrize("token", ["Bearer nonsense", "Bearer ", "bearer x.y.z"])
    def test_a_bad_one_is_never_anonymous(self, new_client, token):
        answer = new_client().get("/api/v1/limits", headers={"Authorization": token})

        assert answer.status_code == 401
        assert "Set-Cookie" not in answer.headers
