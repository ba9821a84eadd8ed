import base64
import json
import re
import socket
import threading
from contextlib import contextmanager, suppress

import pytest
from celery import Celery
from redis import Redis

from shared.jobs.broker import configure_worker
from tests.chat_client import chat
from tests.functional.conftest import API_KEY
from tests.stack import until
from tests.stack_client import Writer, order, some_text

TEXT_MARK, PROMPT_MARK = "xyzzy-the-writers-text", "plugh-the-writers-wish"
_BODY = re.compile(r'"body": ?"([A-Za-z0-9+/=]+)"')


@contextmanager
def overheard(broker):
    """Give what goes to and from the broker meanwhile, as text that grows."""
    heard = bytearray()
    with socket.create_connection(("127.0.0.1", broker.port), timeout=10) as line:

        def listen():
            with suppress(OSError):
                while more := line.recv(65_536):
                    heard.extend(more)

        line.sendall(b"MONITOR\r\n")
        line.settimeout(None)
        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        until(lambda: heard.startswith(b"+OK"), lambda: "no MONITOR")
        yield lambda: heard.decode(errors="replace").replace('\\"', '"')
        line.shutdown(socket.SHUT_RDWR)
        listener.join(10)


@contextmanager
def what_flower_sees(settings):
    """Give the events that the workers send meanwhile, as a list that grows."""
    app, seen = Celery("eyes", broker=settings.broker, set_as_current=False), []
    configure_worker(app, settings)
    with app.connection_for_read() as connection:
        receiver = app.events.Receiver(connection, handlers={"*": seen.append})
        watcher = threading.Thread(target=receiver.capture, kwargs={"wakeup": False})
        watcher.start()
        until(lambda: seen, lambda: "no event of a worker")
        yield seen
        receiver.should_stop = True
        watcher.join(10)
    app.close()


def unpacked(told):
    """Return the text with the bodies of its messages."""
    bodies = [base64.b64decode(body).decode(errors="replace") for body in _BODY.findall(told)]
    return "\n".join([told, *bodies])


def bodies():
    """Return two requests that hold what nobody else may see."""
    text = some_text(f"{TEXT_MARK}: the big plan")
    wish = {"type": "custom", "text": PROMPT_MARK}
    return [order(text, prompt=wish), order(text, selection=(0, 3))]


@pytest.fixture(scope="module")
def traces(over_redis, model_server):
    """Let jobs run, ask for nonsense, and return all that anybody but the owner could see of it."""
    with (
        overheard(over_redis.broker) as heard,
        what_flower_sees(over_redis.stack.settings) as seen,
        Writer(over_redis.stack.url) as writer,
    ):
        jobs = [writer.finish(body) for body in bodies()]
        jobs.append(chat(writer, PROMPT_MARK, document={"content": TEXT_MARK}))
        until(lambda: sum(e["type"] == "task-succeeded" for e in seen) >= 3, lambda: str(seen))
        writer.submit(order(f"{TEXT_MARK}\x00", surprise=TEXT_MARK))
        writer.http.post("/api/v1/chat", json={"message": f"{TEXT_MARK}\x00", "x": PROMPT_MARK})
        writer.http.get(f"/api/v1/jobs/{TEXT_MARK}")
        writer.http.get(f"/api/v1/conversations/{TEXT_MARK}")
    traces = {"broker": unpacked(heard()), "logs": over_redis.stack.logs()}
    traces |= {"flower": json.dumps(seen, default=str), "events": seen}
    return traces | {"ids": {job["id"] for job in jobs}, "jobs": jobs, "session": writer.session}


class TestPrivacy:
    @pytest.mark.parametrize("mark", [TEXT_MARK, PROMPT_MARK, API_KEY])
    @pytest.mark.parametrize("place", ["broker", "flower", "logs"])
    def test_nothing_of_the_writers_and_no_key_is_found(self, traces, place, mark):
        assert mark not in traces[place]

    @pytest.mark.parametrize("place", ["broker", "flower", "logs"])
    def test_no_session_is_found(self, traces, place):
        assert traces["session"] not in traces[place]

    @pytest.mark.parametrize("place", ["broker", "flower"])
    def test_the_ids_are_found(self, traces, place):
        assert all(job_id in traces[place] for job_id in traces["ids"])

    def test_a_task_is_told_the_id_and_nothing_else(self, traces):
        received = [event for event in traces["events"] if event["type"] == "task-received"]
        told = {(event["name"], event["args"], event["kwargs"]) for event in received}

        assert told == {("copydesk.work", f"('{job_id}',)", "{}") for job_id in traces["ids"]}

    def test_nothing_stays_at_the_broker(self, traces, over_redis):
        with Redis.from_url(over_redis.broker.uri) as client:
            kept = b"".join(client.dump(key) or b"" for key in client.scan_iter("*"))

        assert TEXT_MARK.encode() not in kept

    def test_the_key_went_to_the_model_alone(self, traces, model_server):
        (call, *_) = model_server.calls_about(TEXT_MARK)

        assert call.headers["authorization"] == f"Bearer {API_KEY}"
        assert API_KEY not in json.dumps(traces["jobs"])
