"""What anybody could hear of a stack who is not its user: at the broker, and through Flower."""

import base64
import re
import socket
import threading
from contextlib import contextmanager, suppress

import httpx
from celery import Celery
from redis import Redis

from shared.jobs.broker import configure_worker
from tests.stack import TLS, until

_BODY = re.compile(r'"body": ?"([A-Za-z0-9+/=]+)"')
_PAGES = ("api/tasks", "workers", "tasks", "api/workers", "api/task/types", "metrics")


@contextmanager
def overheard(broker):
    """Give what goes to and from the broker meanwhile, as text that grows."""
    heard = bytearray()
    with socket.create_connection(("127.0.0.1", broker.port), timeout=60) as line:

        def listen():
            with suppress(OSError):
                while more := line.recv(65_536):
                    heard.extend(more)

        line.sendall(b"MONITOR\r\n")
        line.settimeout(None)
        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        until(lambda: heard.startswith(b"+OK"), lambda: "no MONITOR")
        yield lambda: unpacked(heard.decode(errors="replace").replace('\\"', '"'))
        line.shutdown(socket.SHUT_RDWR)
        listener.join(60)


@contextmanager
def what_flower_sees(settings):
    """Give the events that the workers send meanwhile, as a list that grows."""
    app, seen = Celery("eyes", broker=settings.broker, set_as_current=False), []
    configure_worker(app, settings)
    with app.connection_for_read() as connection:
        receiver = app.events.Receiver(connection, handlers={"*": seen.append})
        told = {"wakeup": False}
        watcher = threading.Thread(target=receiver.capture, kwargs=told, daemon=True)
        watcher.start()
        try:
            until(lambda: seen, lambda: "no event of a worker")
            yield seen
        finally:
            receiver.should_stop = True
            watcher.join(60)
    app.close()


def unpacked(told):
    """Return the text with the bodies of its messages."""
    bodies = [base64.b64decode(body).decode(errors="replace") for body in _BODY.findall(told)]
    return "\n".join([told, *bodies])


def kept_at(broker):
    """Return all that is in the broker's store."""
    with Redis.from_url(broker.uri) as client:
        kept = b"".join(client.dump(key) or b"" for key in client.scan_iter("*"))
    return kept.decode(errors="replace")


def flowers_pages(settings):
    """Return what Flower shows of workers and tasks, to people and to programs."""
    name, _, password = settings.flower_basic_auth.get_secret_value().partition(":")
    url = f"http://127.0.0.1:{settings.flower_port}"
    with httpx.Client(base_url=url, auth=(name, password), timeout=120, verify=TLS) as client:
        until(lambda: _is_up(client), lambda: "no Flower")
        answers = [client.get(f"/{page}") for page in _PAGES]
        tasks = answers[0].json()
        answers += [client.get(f"/task/{uuid}") for uuid in list(tasks)[:3]]
    assert {answer.status_code for answer in answers} == {200}, answers
    return "\n".join(answer.text for answer in answers)


def _is_up(client):
    with suppress(httpx.TransportError):
        return client.get("/healthcheck").status_code == 200
