"""`python -m devserver`: runs the house in a session of its own, and passes the wish to stop on.

Two processes, so that a Ctrl-C reaches none of the programs directly, and so that the house can
still close in order when this one is killed.
"""

import select
import signal
import subprocess
import sys
from collections.abc import Callable

from devserver.output import tell
from devserver.remains import end_session
from devserver.tether import tethered

LOOK_EVERY_MS = 200


def main() -> int:
    """Return the exit status of the house."""
    house: subprocess.Popen[bytes] | None = None
    asked_early = False

    def pass_on(*_: object) -> None:
        nonlocal asked_early
        if house is None:
            asked_early = True
        else:
            house.send_signal(signal.SIGTERM)

    for wish in _wishes():
        signal.signal(wish, pass_on)
    command = [sys.executable, "-m", "devserver.house", *sys.argv[1:]]
    house = subprocess.Popen(  # noqa: S603
        tethered(command, signal.SIGTERM), stdin=subprocess.DEVNULL, start_new_session=True
    )
    if asked_early:
        pass_on()
    _wait(house, pass_on)
    return _status(house.returncode, session=house.pid)


def _wait(house: "subprocess.Popen[bytes]", pass_on: Callable[[], None]) -> None:
    terminal = select.poll()
    if sys.stdin is not None and sys.stdin.isatty():
        terminal.register(sys.stdin, 0)  # for nothing but its end
    while house.poll() is None:
        for descriptor, event in terminal.poll(LOOK_EVERY_MS):
            terminal.unregister(descriptor)
            if event & select.POLLHUP:  # where make leads the session, it alone is told
                pass_on()


def _wishes() -> set[signal.Signals]:
    wishes = {signal.SIGINT, signal.SIGTERM}
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored under nohup
        wishes.add(signal.SIGHUP)
    return wishes


def _status(returncode: int, session: int) -> int:
    if returncode >= 0:
        return returncode
    tell(f"The supervisor was ended by signal {-returncode}; what it ran ends with it")
    end_session(session)
    return 1


if __name__ == "__main__":
    sys.exit(main())
