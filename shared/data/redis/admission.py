"""The one step that accepts a job."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.answers import flat
from shared.data.redis.durability import wait_until_written
from shared.data.redis.job_refusals import refusal
from shared.data.redis.keys import KeySpace, digest, new_job_id
from shared.data.redis.limits import SESSION_TTL_MS, gate_args, gate_keys, judge, kind_of
from shared.data.redis.purses import nusd, payers
from shared.domain.budgets import NUSD
from shared.domain.identity import Caller
from shared.domain.limits import Allowance, Rate
from shared.errors import IdempotencyMismatchError
from shared.jobs.policy import IDEMPOTENCY_TTL_MS, PUBLISH_AGAIN_MS, JobPolicy
from shared.jobs.records import Admitted, AnswerUsed, Idempotency, JobOrder, KnownAnswer
from shared.jobs.states import Status


class Admission:
    """Decides on a request in one Lua script: who, how often, done before, in flight, or new."""

    def __init__(
        self, redis: Redis, keys: KeySpace, policy: JobPolicy, *, cache_is_here: bool
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._policy = policy
        self._cache_is_here = cache_is_here
        self._admit = scripts.load(redis, "admit")
        self._cancel = scripts.load(redis, "cancel")
        self._replay = scripts.load(redis, "replay")

    def admit(
        self, caller: Caller, order: JobOrder, rate: Rate, known: KnownAnswer | None = None
    ) -> Admitted:
        """Record the caller's job: new, answered, or following the same work in flight.

        :raises UnauthenticatedError, RateLimitedError, OverloadedError: nothing was consumed
        :raises BudgetExceededError: nor then; it may cost more than is left of the day's budget
        :raises IdempotencyMismatchError: the key named another body before
        :raises StoreUnavailableError: Redis is away; with an Idempotency-Key it is safe to repeat
        """
        job_id = new_job_id(self._keys.of_owner(caller.owner))
        verdict, now_ms, counted, admitted_id, *more = self._admit(
            keys=self._script_keys(caller, order, rate, job_id),
            args=self._script_args(caller, order, rate, job_id, known),
        )
        if verdict in ("overloaded", "broke"):
            raise refusal(verdict, *more)
        admitted = Admitted(verdict, admitted_id, now_ms, _allowance(verdict, rate, counted))
        if verdict in ("accepted", "joined", "answered"):
            self._supersede(more.pop(0), caller.owner)
        if verdict == "answered":
            return replace(admitted, answer=AnswerUsed(*more))
        if verdict in ("accepted", "joined"):
            place, to_wake, is_postponed = more
            if is_postponed:
                wait_until_written(self._redis)
            return replace(admitted, position=place or None, to_wake=tuple(to_wake))
        return admitted

    def _supersede(self, job_id: str, owner: str) -> None:
        """End an older job of another partition, once the new one stands.

        There is one only where a session has become a user. Whoever dies before this leaves a job
        that ends as itself.
        """
        keys = self._keys.of_job(job_id)
        if keys is not None:
            terms = [job_id, owner, keys.base, self._policy.retention_ms, Status.SUPERSEDED.value]
            self._cancel(keys=[keys.job(job_id)], args=terms)

    def replay(self, caller: Caller, idempotency: Idempotency, rate: Rate) -> Admitted | None:
        """Return what the same request came to before, or None: it never came, nothing is taken.

        It asks for nothing new, so it is answered even if what the request names is gone by now.

        :raises UnauthenticatedError, RateLimitedError: nothing was consumed
        :raises IdempotencyMismatchError: the key named another body before
        :raises StoreUnavailableError: Redis is away
        """
        key = self._keys.of_owner(caller.owner).idempotency(
            caller.owner, _idempotency_name(idempotency)
        )
        verdict, now_ms, counted, job_id = self._replay(
            keys=[*gate_keys(self._keys, caller, rate), key],
            args=[*gate_args(caller, rate), idempotency.body_digest],
        )
        if verdict == "unknown":
            return None
        return Admitted(verdict, job_id, now_ms, _allowance(verdict, rate, counted))

    def _script_keys(self, caller: Caller, order: JobOrder, rate: Rate, job_id: str) -> list[str]:
        keys = self._keys.of_owner(caller.owner)
        return [
            *gate_keys(self._keys, caller, rate),
            keys.idempotency(caller.owner, _idempotency_name(order.idempotency)),
            keys.in_flight(order.mark or ""),
            keys.job(job_id),
            keys.work(job_id),
            keys.input(job_id),
            keys.result(job_id),
            keys.log(job_id),
            keys.members(job_id),
            keys.jobs_of(caller.owner),
            keys.answer(order.answer_mark or ""),
            keys.superseded(caller.owner, digest(order.supersede_key or "")),
            keys.starts,
        ]

    def _script_args(
        self, caller: Caller, order: JobOrder, rate: Rate, job_id: str, known: KnownAnswer | None
    ) -> list[Any]:
        terms = {
            "id": job_id,
            "base": self._keys.of_owner(caller.owner).base,
            "owner": caller.owner,
            "who": kind_of(caller),
            "login": caller.login_id or "",
            "issued_ms": caller.issued_ms,
            "session_ttl_ms": SESSION_TTL_MS,
            "per_ms": rate.per_ms,
            "capacity": rate.limit,
            "idempotency_ttl_ms": IDEMPOTENCY_TTL_MS,
            "kind": order.kind,
            "lane": order.lane,
            "about": orjson.dumps(order.about).decode(),
            "request_id": order.request_id,
            "trace": order.trace,
            "budget_ms": order.budget_ms,
            "deepest": self._policy.queue_depth,
            "window": self._policy.bulk_window,
            "publish_again_ms": PUBLISH_AGAIN_MS,
            "retention_ms": self._policy.retention_ms,
        }
        if order.idempotency:
            terms["idempotent_body"] = order.idempotency.body_digest
            terms["idempotent_name"] = _idempotency_name(order.idempotency)
        terms |= _bounds(order, caller)
        if order.queue:
            terms["queue"] = order.queue
        if order.mark:
            terms["mark"] = order.mark
        if order.supersede_key:
            terms["supersedes"] = digest(order.supersede_key)
        if order.expires_in_ms is not None:
            terms["expires_in_ms"] = order.expires_in_ms
        if not known:
            if order.answer_mark and self._cache_is_here:
                terms["rendering"] = order.rendering
            return [orjson.dumps(terms), order.input, ""]
        terms["cache_age_ms"] = known.age_ms
        return [orjson.dumps(terms), order.input, known.result, *flat(known.events)]


def _bounds(order: JobOrder, caller: Caller) -> dict[str, Any]:
    """Return who pays, and what bounds that and how much runs at once."""
    bounds = {
        "limit_nusd": None if order.limit_usd is None else int(order.limit_usd * NUSD),
        "worst_nusd": None if order.worst_usd is None else nusd(order.worst_usd),
        "most_running": order.most_running,
    }
    named = {name: bound for name, bound in bounds.items() if bound is not None}
    return named | {"payers": " ".join(payers(caller))}


def _idempotency_name(idempotency: Idempotency | None) -> str:
    return digest(idempotency.route, idempotency.key) if idempotency else ""


def _allowance(verdict: str, rate: Rate, counted: Sequence[Any]) -> Allowance:
    allowance = judge(verdict, rate, counted)
    if verdict == "mismatch":
        raise IdempotencyMismatchError("This Idempotency-Key came before with another body")
    return allowance
