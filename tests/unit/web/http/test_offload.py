import gevent
import pytest
from gevent.hub import Hub
from structlog.testing import capture_logs

from web.gateway import log_unheard
from web.http.offload import offload

WORDS = "the writer's own words"


def broken(*_):
    raise ValueError(WORDS)


def test_it_gives_what_the_step_gives():
    assert offload(lambda: 7) == 7


def test_what_a_step_raises_reaches_its_caller_and_no_log(capfd):
    with pytest.raises(ValueError, match=WORDS):
        offload(broken)

    assert WORDS not in capfd.readouterr().err


def test_what_a_greenlet_raises_is_told_without_its_words(monkeypatch, capfd):
    monkeypatch.setattr(Hub, "print_exception", log_unheard)
    with capture_logs() as told:
        gevent.spawn(broken, WORDS).join()

    assert [line["event"] for line in told] == ["error_unheard"]  # shared.logs leaves the words out
    assert WORDS not in "".join(capfd.readouterr())
