"""Choosing suggestions one by one; each decision is with the server as soon as it is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from copydesk.cli.exits import CommandError, ExitCode
from copydesk.cli.keys import END, read_key
from copydesk.cli.results import Finished
from copydesk.cli.screens import Screens
from copydesk.cli.showing import Showing
from copydesk.models.suggestions import Suggestion

KEYS = "[a]ccept  [r]eject  [A]ccept all that are left  [q]uit"
_SAME = {"y": "a", "n": "r", END: "q"}


class LeftOpenError(CommandError):
    """The writer left before all was decided; what was decided is kept."""


@dataclass(frozen=True)
class Choosing:
    """A round of choices on a terminal."""

    screens: Screens
    read_key: Callable[[], str] = read_key

    def choose(self, done: Finished) -> list[Suggestion]:
        """Return what the writer accepts, now or in an earlier round.

        :raises LeftOpenError: the writer quit
        """
        accepted = [each for each in done.suggestions if each.state == "accepted"]
        showing = Showing(done.name, done.text, self.screens.err)
        left = done.open
        for at, suggestion in enumerate(left):
            self.screens.say(f"\n{at + 1} of {len(left)}", "dim")
            showing.show(suggestion)
            match self._key():
                case "a":
                    accepted.append(self._accepted(done, suggestion))
                case "A":
                    return accepted + self._all_accepted(done, left[at:])
                case "r":
                    done.order.batch.reject(suggestion)
                case _:
                    raise LeftOpenError(_farewell(len(left) - at), ExitCode.DONE)
        return accepted

    def _key(self) -> str:
        self.screens.say(KEYS, "cyan")
        while True:
            pressed = self.read_key()
            key = _SAME.get(pressed, pressed)
            if key and key in "arAq":
                return key

    def _all_accepted(self, done: Finished, left: Sequence[Suggestion]) -> list[Suggestion]:
        return [self._accepted(done, suggestion) for suggestion in left]

    def _accepted(self, done: Finished, suggestion: Suggestion) -> Suggestion:
        done.order.batch.accept(suggestion)
        return replace(suggestion, state="accepted")


def _farewell(left: int) -> str:
    return f"{left} left open, nothing was written. The same command goes on from here."
