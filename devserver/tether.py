"""Runs a command that ends when its parent does, however the parent ends.

Run as a script, so that it costs a bare interpreter's start: `tether.py PARENT SIGNAL COMMAND …`.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOOK_EVERY_S = 0.2
GRACE_S = 20.0


def tethered(command: Sequence[str], ending: signal.Signals) -> list[str]:
    """Return the command line that runs `command` until this process is gone.

    Linux ties a child to the *thread* that started it: start it from one that lasts.
    """
    launcher = [sys.executable, "-I", "-S", __file__]
    return [*launcher, str(os.getpid()), ending.name, *command]


def main(arguments: Sequence[str]) -> int:
    """Become the command, or guard it where the kernel does not know how."""
    parent, ending = int(arguments[0]), signal.Signals[arguments[1]]
    command = list(arguments[2:])
    if not sys.platform.startswith("linux"):
        return guard(command, parent, ending)

    ask_kernel_for(ending)
    if os.getppid() != parent:  # it died before the kernel was asked
        return 1
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 127


def ask_kernel_for(ending: signal.Signals) -> None:
    """Let the kernel send `ending` to this process when its parent is gone; kept by exec."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(ending), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def guard(command: Sequence[str], parent: int, ending: signal.Signals) -> int:
    """Run the command as a child, pass signals on, and end it once the parent is another one."""
    child = subprocess.Popen(command)  # noqa: S603
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda number, _frame: child.send_signal(number))

    while child.poll() is None:
        if os.getppid() != parent:
            _end(child, ending)
        time.sleep(LOOK_EVERY_S)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _end(child: "subprocess.Popen[bytes]", ending: signal.Signals) -> None:
    child.send_signal(ending)
    try:
        child.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
