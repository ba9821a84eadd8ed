"""Asks an installation for one job and judges all that comes back: `python smoke_test.py URL`.

The standard library alone: blue-green.sh gives this file to a pod's own Python.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable

TEXT = "In order to make a decision, we need to utilize the the results."
WAIT_S = 60  # for the answer: a lane may be busy when this asks
FINAL = "job.succeeded"


class SmokeError(Exception):
    """The installation does not do what it must."""


class Installation:
    """The API under one address, asked as one anonymous writer."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: dict[str, str] = {}

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict]:
        """Return the status and the JSON of the answer."""
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **self._session, **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S + 15) as answer:  # noqa: S310
                return self._read(answer)
        except urllib.error.HTTPError as refusal:
            return self._read(refusal)
        except OSError as error:
            raise SmokeError(f"{method} {path}: no answer: {error}") from error

    def _read(self, answer) -> tuple[int, dict]:
        if session := answer.headers.get("X-Session-Id"):
            self._session = {"X-Session-Id": session}
        text = answer.read()
        return answer.status, json.loads(text) if text else {}


def smoke(installation: Installation, environment: str | None) -> str:
    """Return one line about what was seen.

    :raises SmokeError: what is wrong
    """
    status, health = installation.ask("GET", "/api/health/readiness")
    require(status == 200, f"readiness is {status}: {health}")
    if environment:
        found = health["environment"]
        require(found == environment, f"this is {found}, and not {environment}")
    job = run_job(installation)
    check_events(installation, job["id"])
    status, _ = installation.ask("DELETE", f"/api/v1/jobs/{job['id']}")
    require(status in (200, 202, 204), f"the job could not be deleted: {status}")
    took = job["result"]["metadata"]["processTime"]
    return f"{health['environment']} {health['version']}: {job['model']} answered in {took} s"


def run_job(installation: Installation) -> dict:
    """Return a job that succeeded, with each suggestion where it says that it is."""
    body = {"document": {"content": TEXT}, "prompt": {"type": "template", "id": "clearer"}}
    status, job = installation.ask(
        "POST",
        "/api/v1/suggestions",
        body,
        **{"Prefer": f"wait={WAIT_S}", "Cache-Control": "no-store"},
    )
    require(status == 200, f"the job is not done: {status}: {_brief(job)}")
    require(job["status"] == "succeeded", f"the job ended badly: {_brief(job)}")
    for each in job["result"]["suggestions"]:
        there = TEXT[each["start"] : each["end"]]
        require(there == each["original"], f"{each['original']!r} is not at {each['start']}")
    return job


def check_events(installation: Installation, job_id: str) -> None:
    """See to it that the job's events are all there, numbered without a gap."""
    path = f"/api/v1/jobs/{job_id}/events?after=0&limit=200"
    status, page = installation.ask("GET", path, Accept="application/json")
    require(status == 200, f"events are {status}: {_brief(page)}")
    numbers = [int(event["id"]) for event in page["events"]]
    require(is_dense(numbers), f"events have gaps: {numbers}")
    require(page["events"][-1]["event"] == FINAL, f"the last event is no {FINAL}")


def is_dense(numbers: Iterable[int]) -> bool:
    """Tell whether these are 1, 2, 3, …, at least one of them."""
    found = list(numbers)
    return bool(found) and found == list(range(1, len(found) + 1))


def require(holds: bool, otherwise: str) -> None:
    """Go on only if it holds."""
    if not holds:
        raise SmokeError(otherwise)


def _brief(answer: dict) -> object:
    return answer.get("error") or answer.get("status")


def main() -> int:
    """Say what was seen; return the exit status."""
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5000"
    try:
        told = smoke(Installation(url), os.environ.get("EXPECTED_ENVIRONMENT"))
    except SmokeError as error:
        sys.stderr.write(f"smoke test failed: {error}\n")
        return 1
    sys.stdout.write(f"smoke test passed: {told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
