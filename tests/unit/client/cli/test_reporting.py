import pytest
from copydesk.cli.commands import print_json
from copydesk.cli.exits import ExitCode
from copydesk.cli.meters import Lines
from copydesk.cli.reporting import explained
from copydesk.cli.screens import open_screens
from copydesk.cli.states import RunState
from copydesk.errors import ProtocolError
from copydesk.errors.api import api_error
from copydesk.models.refusals import Refusal

STEERS = "a\x1b[31m\x9b2J\u202e.txt"


class TestExplained:
    @pytest.mark.parametrize(
        "error", [api_error(Refusal("HTTP_404", 404)), ProtocolError("No JSON")]
    )
    def test_another_kind_of_server_is_none(self, error):
        told, status = explained(error)

        assert told.startswith("The server does not answer as Copydesk does")
        assert status is ExitCode.UNREACHABLE

    def test_a_hint_is_a_sentence_of_its_own(self):
        told, _ = explained(api_error(Refusal("UNAUTHENTICATED", 401, "It ended", (), "r-1")))

        assert told == ("UNAUTHENTICATED: It ended. Log in with `copydesk login`. (request r-1)")


class TestWhatIsSaid:
    def test_no_name_of_a_file_steers_the_terminal(self, capsys):
        screens = open_screens()
        screens.say(STEERS)
        Lines(screens.err).show(RunState(STEERS))

        assert not set("\x1b\x9b\u202e") & set(capsys.readouterr().err)

    def test_nor_does_json(self, capfdbinary):
        print_json({"file": STEERS})
        line = capfdbinary.readouterr().out.decode()

        assert line == '{"file": "a\\u001b[31m\\u009b2J\\u202e.txt"}\n'
