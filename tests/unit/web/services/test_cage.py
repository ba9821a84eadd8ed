import sys

import pytest

from web.services import cage
from web.services.cage import Cage, ExhaustedError, Program, RefusedError


def run(code, content=b""):
    return Cage().run(Program((sys.executable, "-I", "-c", code)), content)


def test_it_gives_what_the_program_says():
    assert run("import sys; sys.stdout.write(sys.stdin.read()[::-1])", b"abc") == b"cba"


def test_it_tells_how_the_program_gave_up():
    with pytest.raises(RefusedError) as refused:
        run("raise SystemExit(7)")

    assert refused.value.status == 7


def test_no_program_knows_our_environment(monkeypatch):
    monkeypatch.setenv("JWT_SECRET", "secret")

    assert b"secret" not in run("import os; print(os.environ)")


@pytest.mark.parametrize(
    ("name", "bound", "code"),
    [
        ("MOST_CPU_S", 1, "while True: pass"),
        ("MOST_TIME_S", 0.2, "import time; time.sleep(60)"),
        ("MOST_OUTPUT_BYTES", 4096, "print('x' * 100_000)"),
        ("MOST_TIME_S", 0.2, "import os, time; os.fork(); time.sleep(60)"),
    ],
)
def test_what_goes_beyond_a_bound_is_ended(monkeypatch, name, bound, code):
    monkeypatch.setattr(cage, name, bound)

    with pytest.raises((ExhaustedError, RefusedError)):
        run(code)


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux bounds a program's memory")
def test_memory_is_bounded():
    with pytest.raises((ExhaustedError, RefusedError)):
        run("x = bytearray(600_000_000)")
