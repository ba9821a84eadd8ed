from dataclasses import replace
from types import SimpleNamespace

import pytest

from shared.domain.limits import Allowance
from shared.errors import UnauthenticatedError
from shared.settings import Settings
from tests.unit.web.http.conftest import URIS
from web.http.operators import flower_address

FORM = {"email": "ada@example.com", "password": "secret"}


class OpenGate:
    """Lets everybody in."""

    def enter(self, caller, rate):
        return Allowance(rate, remaining=1, reset_ms=0)


class FakeAccess:
    """Knows one password."""

    tokens = SimpleNamespace(lifetime_s=3600)

    def log_in(self, email, password, address, request_id):
        if password != FORM["password"]:
            raise UnauthenticatedError("<b>wrong</b>")
        return "token"


@pytest.fixture
def client(new_client):
    """Return a function that makes a client of an app at which somebody may log in."""

    def make(**changed):
        made = new_client(**changed)
        known = made.application.extensions
        known["services"] = replace(known["services"], gate=OpenGate(), operators=FakeAccess())
        return made

    return make


@pytest.mark.parametrize(
    ("environment", "is_secure"),
    [("development", False), ("testing", False), ("staging", True), ("production", True)],
)
def test_outside_development_its_cookie_is_for_https_alone(client, environment, is_secure):
    answer = client(environment=environment).post("/ops/login", data=FORM)
    flags = answer.headers["Set-Cookie"]

    assert ("Secure" in flags) == is_secure
    assert answer.headers["Location"] == "/ops"  # names no host


def test_what_is_refused_is_told_on_the_page_and_as_text(client):
    answer = client().post("/ops/login", data=FORM | {"password": "guess"})

    assert (answer.status_code, answer.mimetype) == (401, "text/html")
    assert "&lt;b&gt;wrong&lt;/b&gt;" in answer.text


@pytest.mark.parametrize("form", [{}, {"email": "nobody"}, FORM | {"password": "x" * 1025}])
def test_what_nobody_can_have_is_refused(client, form):
    assert client().post("/ops/login", data=form).status_code == 400


def test_a_form_of_another_site_is_refused(client):
    answer = client().post("/ops/login", data=FORM, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_its_pages_run_no_script_but_files_of_this_site(client):
    page = client().get("/ops/login")
    policy = page.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert "<style" not in page.text
    assert " style=" not in page.text


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:5555/"),
        ({"host": "192.0.2.1", "flower_basic_auth": "a:b"}, None),
        ({"flower_url": "https://flower.example.com/"}, "https://flower.example.com/"),
    ],
)
def test_it_leads_to_flower_where_that_is_known(settings, address):
    assert flower_address(Settings(_env_file=None, **URIS, **settings)) == address
