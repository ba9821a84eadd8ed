"""The command line with its libraries read already: each run is a fork, a process of its own.

Reading them takes most of the time of a short command. What is started to be killed, or on a
terminal, is the program itself.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from typing import Any

_LONGEST = 1 << 20


class WarmCommand:
    """Runs commands, one after the other."""

    def __init__(self, python_path: str) -> None:
        self._line, theirs = socket.socketpair()
        number = str(theirs.fileno())
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.warm_command", number],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd=Path(__file__).parent.parent,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": python_path, "PYTHONUTF8": "1"},
            )

    def run(
        self, words: tuple[str, ...], said: bytes, place: dict[str, Any], patience_s: float
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a command to its end; the place has its folder and its environment."""
        with (
            tempfile.TemporaryFile() as told,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            told.write(said)
            told.seek(0)
            order = json.dumps({"words": words, **place}).encode()
            numbers = [each.fileno() for each in (told, out, err)]
            self._line.settimeout(patience_s)
            socket.send_fds(self._line, [order], numbers)
            status = json.loads(self._line.recv(100))
            for each in (out, err):
                each.seek(0)
            return subprocess.CompletedProcess(list(words), status, out.read(), err.read())


@cache
def warm_command(python_path: str) -> WarmCommand:
    """Return the one that all tests of this process share; it ends with them."""
    return WarmCommand(python_path)


def serve(line: socket.socket) -> None:
    """Fork for each order until nobody is there any more."""
    from copydesk.cli import main  # noqa: PLC0415  the tests themselves have no use for it

    while True:
        order, numbers, _, _ = socket.recv_fds(line, _LONGEST, 3)
        if not order:
            return
        child = os.fork()
        if not child:
            _become(json.loads(order), numbers, main)
        for number in numbers:
            os.close(number)
        _, status = os.waitpid(child, 0)
        line.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())


def _become(order: dict[str, Any], numbers: list[int], main: Any) -> None:
    status: Any = 1
    try:
        for wanted, number in enumerate(numbers):
            os.dup2(number, wanted)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["env"])
        sys.argv = ["copydesk", *order["words"]]
        main()
    except SystemExit as end:
        status = end.code or 0
    except BaseException:  # noqa: BLE001  as the interpreter would tell it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as own:
        serve(own)
