"""All that callers do in these tests, with a mark in whatever they may fill in."""

import json
import socket
from contextlib import contextmanager

import httpx
from redis import Redis

from tests.account_client import Person
from tests.batch_client import BATCHES, finish_batch, submit
from tests.chat_client import chat
from tests.document_client import DOCUMENTS, create, put
from tests.functional.privacy.marks import EMAIL, HEADERS, MARKS, PASSWORD
from tests.model_server_scripts import answer, edit, in_turn, known_words, propose, refuse, talk
from tests.stack_client import Writer, order, some_text
from tests.template_client import TEMPLATES, make, prompt

WISH = {"type": "custom", "text": MARKS["wish"]}
ITS_ID = "req-of-the-model-7"
_AUDIENCE = {"type": "string", "maxLength": 100}


def reply(call):
    """Propose an edit with words of its own, talk, or decline, under an id of the server's."""
    head = {"x-request-id": ITS_ID}
    if call.is_chat:
        return talk(call, MARKS["suggested"], headers=head)
    if "refuse" in call.text:
        return refuse(MARKS["refused"], headers=head)
    return propose(edit("big", MARKS["suggested"]), headers=head)


def marked_text(words="The big plan"):
    return some_text(f"{words}, {MARKS['text']}")


@contextmanager
def a_session(url, sent):
    """Give a writer whose session is in a header, as the cookie is for browsers behind TLS."""
    with Writer(url, **HEADERS) as writer:
        writer.http.event_hooks["request"].append(lambda asked: sent.append(_wire(asked)))
        made = writer.http.post("/api/v1/auth/anonymous")
        writer.http.cookies.clear()
        writer.http.headers["X-Session-Id"] = made.json()["session_id"]
        yield writer


def do_jobs(writer):
    """Have suggestions and a chat made, in all the ways there are to ask; return the jobs."""
    audience = {"type": "object", "properties": {"audience": _AUDIENCE}, "required": ["audience"]}
    words = f"{MARKS['instruction']} for {{audience}}"
    schema = audience | {"additionalProperties": False}
    made = make(writer, name=MARKS["template"], instruction=words, parameters=schema)
    own = prompt(made["id"], parameters={"audience": MARKS["parameter"]})
    terms = {"supersede_key": MARKS["supersede"], "expires_in": 3000}
    named = {"Idempotency_Key": MARKS["idempotency"]}
    jobs = [writer.finish(order(marked_text(), prompt=WISH, **terms), **named)]
    jobs += [writer.finish(order(marked_text(), selection=(0, 7), prompt=own))]
    jobs += [chat(writer, MARKS["message"], document={"content": MARKS["text"]})]
    for job in jobs:
        writer.events(job["id"])
    return jobs


def do_batches(writer):
    """Have both kinds of batches done, and ask for nonsense; return the batches."""
    text = some_text(f"# {MARKS['heading']}\n\n{MARKS['stored']} is big")
    said = {"title": MARKS["title"], "tags": [MARKS["tag"]], "format": "markdown"}
    document = create(writer, text, **said)
    put(writer, document, f"{text} {MARKS['stored']}", **said)
    writer.http.get(DOCUMENTS, params={"q": MARKS["query"], "cursor": MARKS["cursor"]})
    terms = {"prompt": WISH, "brief": MARKS["brief"]}
    names = [f"{MARKS['custom-id']}-{n}" for n in range(2)]
    texts = [some_text(f"{words} {MARKS['section']}") for words in ("big", "refuse")]
    sections = [{"custom_id": n, "content": t} for n, t in zip(names, texts, strict=True)]
    bodies = [terms | {"document": {"id": document["id"]}}, terms | {"sections": sections}]
    batches = [finish_batch(writer, body) for body in bodies]
    submit(writer, terms | {"sections": sections * 2, MARKS["field"]: 1})
    return batches


def come_and_go(url, sent):
    """Register, log in well and badly, and leave; return what only this person may know."""
    with Person(url, EMAIL, **HEADERS) as person:
        person.http.event_hooks["request"].append(lambda asked: sent.append(_wire(asked)))
        person.come_in(person.ask("register", email=EMAIL, password=PASSWORD, name=MARKS["person"]))
        known = [person.tokens["access_token"], person.tokens["refresh_token"], person.user["id"]]
        person.log_in(f"not {PASSWORD}")
        person.come_in(person.refresh())
        person.ask("refresh", refresh_token=MARKS["refresh"])
        person.http.patch("/api/v1/auth/me", json={"name": f"{MARKS['person']} again"})
        known += [person.tokens["access_token"], person.tokens["refresh_token"]]
        job = person.finish(order(marked_text()))
        known.append(person.http.post(f"{job['urls']['self']}/stream-token").json()["token"])
        httpx.get(f"{url}{job['urls']['events']}?st={known[-1]}", timeout=120).raise_for_status()
        assert person.leave(PASSWORD).status_code == 204
    return known


def talk_nonsense(writer):
    """Ask for what there is not, in forms that nobody can read."""
    mark, ask = MARKS, writer.http
    for path in (mark["path"], f"api/v1/{mark['path']}", f"api/v1/jobs/{mark['path']}", BATCHES):
        ask.get(f"/{path}", params={"q": mark["query"], "st": mark["stream"]})
    ask.get(f"/api/v1/jobs/{mark['path']}/events?st={mark['stream']}")
    ask.request("XYZZY", f"{TEMPLATES}/{mark['path']}")
    broken = f'{{"message": "{mark["malformed"]}'
    for path in ("chat", "suggestions", "auth/login"):
        ask.post(f"/api/v1/{path}", content=broken, headers={"Content-Type": "application/json"})
    writer.submit(order(f"{mark['text']}\x00", **{mark["field"]: 1}))
    for name, text in (("Authorization", f"Bearer {mark['bearer']}"), ("X-Session-Id", "session")):
        ask.get("/api/v1/jobs", headers={name: text if name != "X-Session-Id" else mark[text]})


def say_what_is_no_http(port, sent):
    """Send what gunicorn itself refuses."""
    for said in (
        f"GET /{MARKS['line']} HTTP/9\r\n\r\n",
        f"GET / HTTP/1.1\r\n{MARKS['head']}\r\n\r\n",
    ):
        sent.append(said)
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(said.encode())
            assert line.recv(1000)


def break_things(writer, glass, model):
    """Let the model's server repeat what it was sent, and let a job and a request break here."""
    for status in (400, 401):
        model.plan(lambda call, status=status: _echo(call, status))
        writer.finish(order(marked_text()))
    model.plan(in_turn(lambda call: _echo(call, 500), known_words))
    jobs = [writer.finish(order(marked_text()))]
    model.plan(reply)
    worker = glass.stack.processes["interactive"]
    worker.freeze()
    broken = writer.begin(order(marked_text()))
    with Redis.from_url(glass.jobs.uri) as client:
        client.set(f"cd:{{p0}}:input:{broken}", f"{MARKS['text']}: no JSON")
    worker.thaw()
    jobs.append(writer.ended(broken))
    with Redis.from_url(glass.jobs.uri) as client:
        client.hset(f"cd:{{p0}}:job:{broken}", "about", f"{MARKS['text']}: no JSON")
    answered = writer.http.get(f"/api/v1/jobs/{broken}")
    assert answered.status_code == 500, answered.text
    return jobs


def _echo(call, status):
    told = {"error": {"message": f"{call.text} {json.dumps(call.headers)}", "type": MARKS["text"]}}
    return answer(status, json.dumps(told), {"x-request-id": ITS_ID, "Retry-After": "0"})


def _wire(asked):
    asked.read()
    lines = [str(asked.url), *(f"{name}: {text}" for name, text in asked.headers.items())]
    return "\n".join([*lines, asked.content.decode(errors="replace")])
