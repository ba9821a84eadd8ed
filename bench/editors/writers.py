"""What a writer does all day; locust lets many of them do it."""

import json
import random
import time

import gevent
from locust import User, task
from locust.exception import StopUser

from bench import texts
from bench.client import SUGGESTIONS, Client
from bench.editors.desk import JOBS, Desk, require_end
from bench.editors.ledger import Ledger

CHAT, DOCUMENTS = "/api/v1/chat", "/api/v1/documents"
_LONGEST_TEXT = 1500  # characters; then a new text begins
_STREAMS_OF_TEN = 6  # the other ones long-poll


class Writer(User):
    """One anonymous session with a document; the numbers are how often it does what."""

    port: int  # all three are set before the writers come
    ledger: Ledger
    is_over: bool

    def on_start(self) -> None:
        """Open the editor."""
        client = Client(self.port)
        self._dice = random.Random(client.session)  # noqa: S311
        self._desk = Desk(client, self._note, {})
        self.ledger[client.session] = client, self._desk.jobs
        self._number, self._text, self._answered = texts.fresh_number(), "", ""
        self._type_on()
        body = {"title": "Notes", "content": self._text}
        made = self._desk.ask("new document", ("POST", DOCUMENTS), body, wanted=(201,))
        self._document = f"{DOCUMENTS}/{json.loads(made.body)['id']}", made.etag

    def wait_time(self) -> float:
        """Think for a while, or go home when the day is over."""
        if self.is_over:
            raise StopUser
        return self._dice.uniform(1, 3)

    @task(10)
    def write(self) -> None:
        """Type, and type on before the answer is there: only the last one counts."""
        followers = []
        for left in reversed(range(self._dice.randint(1, 3))):
            self._type_on()
            expected = ("superseded", "succeeded") if left else ("succeeded",)
            began_s = time.monotonic()
            job = self._desk.submit("submit", SUGGESTIONS, self._body())
            followers.append(gevent.spawn(self._follow, job["id"], began_s, expected))
            gevent.sleep(self._dice.uniform(0.3, 1.2) if left else 0)
        gevent.joinall(followers, raise_error=True)
        self._answered = self._text

    @task(3)
    def wait_in_place(self) -> None:
        """Ask and wait for the answer in the same request."""
        self._type_on()
        body, kind = self._body(), "submit and wait"
        job = self._desk.submit(kind, SUGGESTIONS, body, Prefer="wait=30")
        require_end(self._desk.poll(job["id"]) if job["result"] is None else job, "succeeded")

    @task(3)
    def ask_again(self) -> None:
        """Ask what was answered before: the cache knows it."""
        if self._answered:
            body = {"document": {"content": self._answered}, "prompt": texts.PROMPT}
            job = self._desk.submit("submit, answered before", SUGGESTIONS, body)
            require_end(job, "succeeded")

    @task(2)
    def change_of_mind(self) -> None:
        """Cancel a job at some moment of its life."""
        self._type_on()
        job = self._desk.submit("submit", SUGGESTIONS, self._body())
        gevent.sleep(self._dice.uniform(0, 1.5))
        self._desk.ask("cancel", ("POST", f"{JOBS}/{job['id']}/cancel"), wanted=(200, 202))
        require_end(self._desk.poll(job["id"]), "cancelled", "succeeded")  # it may be too late

    @task(2)
    def chat(self) -> None:
        """Ask a question, and read the answer while it is written."""
        began_s = time.monotonic()
        desk = self._desk.beside()  # a connection that was idle for long would be closed by now
        try:
            job = desk.submit("submit a chat", CHAT, {"message": "Is the opening too long?"})
            require_end(desk.read_stream(job["id"], began_s), "succeeded")
        finally:
            desk.hang_up()

    @task(3)
    def look_around(self) -> None:
        """Do what an editor's other panes do."""
        self._desk.ask("limits", ("GET", "/api/v1/limits"))
        self._desk.ask("documents", ("GET", DOCUMENTS))
        self._desk.ask("jobs", ("GET", f"{JOBS}?limit=20"))

    @task(2)
    def save(self) -> None:
        """Save the document under its revision."""
        path, tag = self._document
        body = {"content": self._text}
        saved = self._desk.ask("save", ("PUT", path), body, If_Match=tag)
        self._document = path, saved.etag

    def _follow(self, job_id: str, began_s: float, expected: tuple[str, ...]) -> None:
        """Beside the typing, on connections of its own."""
        desk = self._desk.beside()
        try:
            if self._dice.randrange(10) < _STREAMS_OF_TEN:
                job = desk.read_stream(job_id, began_s)
            else:
                job = desk.poll(job_id)
            require_end(job, *expected)
        finally:
            desk.hang_up()

    def _type_on(self) -> None:
        if not self._text or len(self._text) > _LONGEST_TEXT:
            self._number += 1
            self._text = texts.text(self._number)
        self._text += f" And then came sentence {self._dice.randrange(10**9)}."

    def _body(self) -> dict[str, object]:
        key = f"text-{self._number}"
        document = {"content": self._text}
        return {"document": document, "prompt": texts.PROMPT, "supersede_key": key}

    def _note(self, kind: str, took_ms: float) -> None:
        self.environment.events.request.fire(
            request_type="",
            name=kind,
            response_time=took_ms,
            response_length=0,
            exception=None,
            context={},
        )
