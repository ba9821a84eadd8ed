import json
import stat

import pytest

from tests.account_client import PASSWORD
from tests.stack import until
from tests.stack_client import order, some_text

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def logged_in(cli, person):
    """Return the command line of somebody who has logged in."""
    entered = cli.run("login", "--email", person.email, said=PASSWORD.encode())
    assert (entered.returncode, entered.stdout) == (0, b""), entered.stderr
    return cli


class TestLogin:
    def test_it_keeps_the_login_where_only_its_owner_reads_it(self, logged_in, person):
        kept = logged_in.folder / "home" / ".config" / "copydesk" / "credentials.json"

        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert PASSWORD.encode() not in logged_in.remembered
        assert person.email in logged_in.run("whoami").stdout.decode()

    def test_the_server_is_meant_from_then_on(self, cli, person):
        url, said = cli.env.pop("COPYDESK_URL"), PASSWORD.encode()
        cli.run("login", "--server", url, "--email", person.email, said=said)

        assert f"at {url}" in cli.run("whoami").stdout.decode()

    def test_a_wrong_password_is_told_in_a_line(self, cli, person):
        refused = cli.run("login", "--email", person.email, said=b"wrong password")

        assert refused.returncode == 5
        assert refused.stderr.count(b"\n") == 1
        assert b"UNAUTHENTICATED" in refused.stderr
        assert b"request " in refused.stderr

    def test_a_login_is_renewed_once_for_all_commands(self, logged_in, person):
        kept = logged_in.folder / "home" / ".config" / "copydesk" / "credentials.json"
        record = json.loads(kept.read_text())
        (login,) = record["logins"].values()
        kept.write_text(json.dumps(record).replace(login["token"], "a.stale.token"))
        commands = [logged_in.start("whoami") for _ in range(3)]
        told = [command.communicate()[0].decode() for command in commands]

        assert [person.email in each for each in told] == [True] * 3, told
        assert login["refresh_token"] not in kept.read_text()
        assert person.email in logged_in.run("whoami").stdout.decode()

    def test_logging_out_ends_it_on_the_server_too(self, logged_in):
        kept = logged_in.folder / "home" / ".config" / "copydesk" / "credentials.json"
        (login,) = json.loads(kept.read_text())["logins"].values()
        assert logged_in.run("logout").returncode == 0

        assert logged_in.run("whoami").returncode == 5
        assert logged_in.run("whoami", COPYDESK_TOKEN=login["token"]).returncode == 5


class TestWhoami:
    def test_a_token_may_come_from_the_environment(self, cli, person):
        token = person.tokens["access_token"]
        told = cli.run("whoami", COPYDESK_TOKEN=token)

        assert person.email in told.stdout.decode()
        assert token.encode() not in cli.remembered

    def test_nobody_is_logged_in_at_first(self, cli):
        assert cli.run("whoami").returncode == 5


class TestTemplates:
    def test_it_lists_those_of_the_system(self, cli):
        listed = cli.run("templates")

        assert listed.returncode == 0
        assert "more-professional" in listed.stdout.decode()


class TestJobs:
    def test_a_job_is_listed_and_shown(self, logged_in, person):
        job_id = person.finish(order(some_text()))["id"]
        listed = logged_in.run("jobs", "--kind", "suggestion", "--limit", "1")
        shown = json.loads(logged_in.run("jobs", "show", job_id).stdout)

        assert job_id in listed.stdout.decode()
        assert (shown["id"], shown["status"]) == (job_id, "succeeded")

    def test_a_job_is_followed_event_by_event(self, logged_in, person):
        job_id = person.finish(order(some_text()))["id"]
        followed = logged_in.run("jobs", "follow", "--json", job_id)
        events = [json.loads(line) for line in followed.stdout.splitlines()]

        assert followed.returncode == 0
        assert [event["id"] for event in events] == list(range(1, len(events) + 1))
        assert events[-1]["event"] == "job.succeeded"

    def test_a_job_that_runs_is_cancelled(self, logged_in, person, model):
        job_id, _ = person.begin_held(model, some_text())
        cancelled = logged_in.run("jobs", "cancel", job_id)

        assert (cancelled.returncode, person.ended(job_id)["status"]) == (0, "cancelled")
        assert logged_in.run("jobs", "follow", job_id).returncode == 4

    def test_a_job_of_nobody_is_told_in_a_line(self, cli):
        refused = cli.run("jobs", "show", "job_nothing")

        assert refused.returncode == 2
        assert b"NOT_FOUND" in refused.stderr


class TestTheServer:
    def test_one_that_is_not_there_is_told_in_a_line(self, cli):
        (cli.folder / "notes.txt").write_text("The big plan.")
        refused = cli.run("improve", "notes.txt", COPYDESK_URL=NOWHERE)

        assert refused.returncode == 5
        assert refused.stdout == b""
        assert b"cannot be reached" in refused.stderr
        assert b"Traceback" not in refused.stderr

    def test_an_address_that_is_none_is_told_in_a_line(self, cli):
        refused = cli.run("templates", "--server", "nonsense")

        assert refused.returncode in (2, 5)
        assert b"Traceback" not in refused.stderr


class TestCompletion:
    def test_template_ids_come_from_the_server(self, cli):
        asked = {"COMP_WORDS": "copydesk improve --template sh", "COMP_CWORD": "3"}

        def offered():  # nobody who presses Tab is kept waiting: a slow server's are not offered
            return cli.run(_COPYDESK_COMPLETE="complete_bash", **asked).stdout.decode()

        until(lambda: "shorter" in offered(), offered)

    def test_it_offers_nothing_where_the_server_is_away(self, cli):
        asked = {"COMP_WORDS": "copydesk improve --template sh", "COMP_CWORD": "3"}
        offered = cli.run(_COPYDESK_COMPLETE="complete_bash", COPYDESK_URL=NOWHERE, **asked)

        assert b"Traceback" not in offered.stderr
        assert offered.stdout.strip() == b""


class TestWrongUse:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("improve",), "Missing argument"),
            (("improve", "none.txt"), "none.txt cannot be read"),
            (("improve", "latin.txt"), "latin.txt is not UTF-8"),
            (("improve", "--apply", "-"), "cannot be written into"),
            (("improve", "--on-error", "maybe", "a"), "on-error"),
        ],
    )
    def test_it_is_status_2_and_sends_nothing(self, cli, model, words, told):
        (cli.folder / "latin.txt").write_bytes("caf\u00e9".encode("latin-1"))
        refused = cli.run(*words)

        assert refused.returncode == 2
        assert told in refused.stderr.decode()
        assert model.calls == []
        assert cli.pending == []
