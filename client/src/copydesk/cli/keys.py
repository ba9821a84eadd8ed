"""Reads single keys from the terminal; what was typed ahead counts."""

import os
import re
import sys

END = "\x04"

if sys.platform == "win32":
    import msvcrt

    def read_key() -> str:
        """Wait for a key; return "" for one that writes nothing.

        :raises KeyboardInterrupt: Ctrl-C was pressed
        """
        key = msvcrt.getwch()
        if key in "\x00\xe0":
            msvcrt.getwch()
            return ""
        if key == "\x03":
            raise KeyboardInterrupt
        return key

else:
    import select
    import termios
    import tty

    _ESCAPE = b"\x1b"
    _UNFINISHED = re.compile(rb"[\[O][0-9;]*")  # of what stands for an arrow, behind the escape
    _SOON_S = 0.05  # within which the rest of it follows

    def read_key() -> str:
        """Wait for a key; return "" for one that writes nothing, `END` where no more can come.

        :raises KeyboardInterrupt: Ctrl-C was pressed
        """
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        try:
            tty.setcbreak(terminal, termios.TCSADRAIN)  # a flush would lose what was typed ahead
            key = os.read(terminal, 1)
            if key == _ESCAPE:
                _skip_rest(terminal)
                return ""
            return key.decode(errors="replace") or END
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    def _skip_rest(terminal: int) -> None:
        """Read on to the end of an arrow key, for its last letter means something else here."""
        read = b""
        while select.select([terminal], [], [], _SOON_S)[0]:
            read += os.read(terminal, 1)
            if not _UNFINISHED.fullmatch(read):
                return
