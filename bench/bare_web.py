"""A bare Flask app under the same server: what the web tier is held against."""

from uuid import uuid4

from celery import Celery
from flask import Flask, request
from flask.typing import ResponseReturnValue

from bench.names import BARE_ECHO, BARE_SEND, BARE_TASK
from shared.jobs.names import QueueName
from shared.settings import load_settings

app = Flask("bare", static_folder=None)
settings = load_settings()
queue = Celery("bare", broker=settings.broker)


@app.post(BARE_ECHO)
def echo() -> ResponseReturnValue:
    """Read JSON, answer JSON."""
    body = request.get_json()
    return {"id": uuid4().hex, "length": len(body["document"]["content"])}


@app.post(BARE_SEND)
def send() -> ResponseReturnValue:
    """Read JSON, send one message that holds an id, answer JSON."""
    request.get_json()
    job_id = uuid4().hex
    queue.send_task(BARE_TASK, args=(job_id,), queue=QueueName.INTERACTIVE.value, retry=False)
    return {"id": job_id}, 202
