"""Holds what the writers were told against what the API says when all is over."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bench.client import Client
from bench.editors.desk import FINAL, JOBS

Ledger = dict[str, tuple[Client, dict[str, str]]]  # by session: a client, the jobs and why
_PATIENCE_S = 90.0


def settle(ledger: Ledger, *, patience_s: float = _PATIENCE_S) -> tuple[Counter[str], list[str]]:
    """Return how the accepted jobs ended, and what is wrong with any: lost, stuck or unasked."""
    gives_up_at = time.monotonic() + patience_s
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    for writer, accepted in ledger.values():
        client = writer.beside()  # the other one may have been left in the middle of a request
        found = _jobs(client)
        while any(each not in FINAL for each in found.values()) and time.monotonic() < gives_up_at:
            time.sleep(0.2)
            found = _jobs(client)
        ends.update(found[job_id] for job_id in accepted if job_id in found)
        wrong += _faults(accepted, found)
    return ends, wrong


def _faults(accepted: Mapping[str, str], found: Mapping[str, str]) -> Iterator[str]:
    for job_id, why in accepted.items():
        if job_id not in found:
            yield f"{job_id} ({why}) is lost"
    for job_id, status in found.items():
        if status not in FINAL:
            yield f"{job_id} is still {status}"
        if job_id not in accepted:
            yield f"{job_id} is {status}, and nobody was told of it"


def _jobs(client: Client) -> dict[str, str]:
    """Return the status of all jobs of this session."""
    found: dict[str, str] = {}
    cursor: str | None = ""
    while cursor is not None:
        path = f"{JOBS}?limit=200" + (f"&cursor={cursor}" if cursor else "")
        page: dict[str, Any] = json.loads(client.send("GET", path).body)
        found |= {job["id"]: job["status"] for job in page["jobs"]}
        cursor = page["next_cursor"]
    return found
