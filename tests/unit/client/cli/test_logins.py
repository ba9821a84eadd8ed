import json
import stat

import pytest
from copydesk.cli.logins import DEFAULT_URL, Logins
from copydesk.models.accounts import Credentials

URL = "http://desk.example.com"
SPOILT_ENTRY = json.dumps({"logins": {URL: 1}})
LOGIN = Credentials("access", "refresh")


@pytest.fixture
def logins(tmp_path):
    return Logins(tmp_path / "config")


class TestLogins:
    def test_nobody_is_known_at_first(self, logins):
        assert logins.find(URL) == Credentials()
        assert logins.server == DEFAULT_URL

    def test_it_keeps_each_server_apart(self, logins):
        logins.keep(URL, LOGIN)
        logins.keep("http://other", Credentials(session="s"))

        assert logins.find(URL) == LOGIN
        assert logins.find("http://other") == Credentials(session="s")

    def test_who_it_is_outlives_a_renewal_and_no_change_of_hands(self, logins):
        logins.keep(URL, LOGIN)
        logins.keep_user(URL, "u1")
        logins.keep(URL, Credentials("access2", "refresh2"))
        assert logins.user(URL) == "u1"

        logins.keep(URL, Credentials(session="s"))
        assert logins.user(URL) is None

    def test_the_server_logged_in_at_is_meant_from_then_on(self, logins):
        logins.keep_user(URL, "u1")
        logins.forget(URL)

        assert logins.server == URL
        assert logins.find(URL) == Credentials()

    @pytest.mark.parametrize("spoilt", ['{"logins": []}', SPOILT_ENTRY, "[]", "{"])
    def test_a_spoilt_file_is_as_good_as_none(self, logins, tmp_path, spoilt):
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "credentials.json").write_text(spoilt)
        assert logins.find(URL) == Credentials()

        logins.keep(URL, LOGIN)
        assert logins.find(URL) == LOGIN

    def test_only_its_owner_may_read_it(self, logins, tmp_path):
        logins.keep(URL, LOGIN)

        assert stat.S_IMODE((tmp_path / "config" / "credentials.json").stat().st_mode) == 0o600
