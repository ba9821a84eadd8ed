"""One writer's way to the API: each answer is timed and judged, each job written down."""

import json
import time
from collections.abc import Callable, Collection
from http.client import HTTPException
from typing import Any

from bench import texts
from bench.client import Answer, Client
from bench.editors.plan import FIRST_SUGGESTION, FIRST_WORDS, TO_THE_END

JOBS = "/api/v1/jobs"
FINAL = ("succeeded", "failed", "cancelled", "expired", "superseded")
_FIRSTS = {"suggestion.created": FIRST_SUGGESTION, "output.delta": FIRST_WORDS}
_WAIT_S = 20
_LONGEST_S = 90

Note = Callable[[str, float], None]


class UnexpectedError(Exception):
    """The API did not do what a writer may expect; the words are short, so that they add up."""


class Desk:
    """What a writer's editor does. `note` takes a kind and how long it took, in ms."""

    def __init__(self, client: Client, note: Note, jobs: dict[str, str]) -> None:
        self._client = client
        self._note = note
        self.jobs = jobs  # every job that was accepted, and what it was for

    def beside(self) -> "Desk":
        """Return a desk of the same writer with connections of its own."""
        return Desk(self._client.beside(), self._note, self.jobs)

    def hang_up(self) -> None:
        """Let go of the connections."""
        self._client.hang_up()

    def ask(
        self,
        kind: str,
        request: tuple[str, str],
        body: object = None,
        *,
        wanted: Collection[int] = (200,),
        **headers: str,
    ) -> Answer:
        """Send one request.

        :raises UnexpectedError: the answer has another status
        """
        try:
            answer = self._client.send(*request, body, **headers)
        except (OSError, HTTPException) as error:
            self._client.hang_up()
            raise UnexpectedError(f"{kind}: {type(error).__name__}") from error
        if answer.status not in wanted:
            told = json.loads(answer.body)["error"]["code"] if answer.body else ""
            raise UnexpectedError(f"{kind}: {answer.status} {told}")
        self._note(kind, answer.took_ms)
        return answer

    def submit(self, kind: str, path: str, body: object, **headers: str) -> dict[str, Any]:
        """Have a job accepted and return it as it is then."""
        wanted = (200, 202)
        job: dict[str, Any] = json.loads(
            self.ask(kind, ("POST", path), body, wanted=wanted, **headers).body
        )
        self.jobs[job["id"]] = kind
        return job

    def poll(self, job_id: str) -> dict[str, Any]:
        """Long-poll until the job is final, and return it."""
        gives_up_at = time.monotonic() + _LONGEST_S
        while time.monotonic() < gives_up_at:
            path = f"{JOBS}/{job_id}?wait={_WAIT_S}"
            job: dict[str, Any] = json.loads(self.ask("wait (long poll)", ("GET", path)).body)
            if job["status"] in FINAL:
                return job
        raise UnexpectedError("wait (long poll): never final")

    def read_stream(self, job_id: str, began_s: float) -> dict[str, Any]:
        """Read a job's events to the last one, and return the job that it shows."""
        seen: list[str] = []
        data = ""
        try:
            for event in self._client.events(job_id):
                _require(event.number == len(seen) + 1, "stream: a gap")
                if event.name in _FIRSTS and event.name not in seen:
                    self._note(_FIRSTS[event.name], (event.at_s - began_s) * 1000)
                seen.append(event.name)
                data = event.data
        except (OSError, HTTPException) as error:
            self._client.hang_up()
            raise UnexpectedError(f"stream: {type(error).__name__}") from error
        finals = [name for name in seen if name.removeprefix("job.") in FINAL]
        _require(finals == seen[-1:], f"stream: {len(finals)} final events, or not the last")
        self._note(TO_THE_END, (time.monotonic() - began_s) * 1000)
        job: dict[str, Any] = json.loads(data)["job"]
        return job


def require_end(job: dict[str, Any], *expected: str) -> None:
    """Judge a final job; what succeeded must hold just what the model proposed.

    :raises UnexpectedError: it ended in another way, or holds something else
    """
    code = (job["error"] or {}).get("code", "")
    _require(job["status"] in expected, f"job {job['kind']}: {job['status']} {code}".rstrip())
    if job["status"] == "succeeded" and job["kind"] == "suggestion":
        _require(texts.is_right_result(job["result"]), "job: a wrong result")
    elif job["status"] == "succeeded":
        _require(job["result"]["message"]["content"] == texts.ANSWER, "chat: a wrong answer")


def _require(holds: bool, told: str) -> None:
    if not holds:
        raise UnexpectedError(told)
