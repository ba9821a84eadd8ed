"""Writes suggestions: the worker's half of the story that `web.services.suggestions` begins."""

import secrets
import time
from dataclasses import dataclass, field, replace

import orjson

from shared.data.redis.answers import AnswerCache, CachedAnswer, Rendering
from shared.data.redis.leases import Ending
from shared.domain.placements import SuggestionSheet
from shared.domain.prices import cost_usd
from shared.domain.prompts import REPLY_SCHEMA, write_prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.suggestions import Edit
from shared.domain.time_limits import time_limits
from shared.jobs.records import Event, Usage
from shared.jobs.states import EventName, Outcome, Status
from shared.jobs.suggestion_events import DONE, event_of, events_around
from workers.ai.provider import EditTask, Message, ModelCall, Provider, ReplyPart, TokenUsage
from workers.ai.replies import ReplyReader
from workers.services.claims import Claim

_OUTPUT_TOKENS_AT_LEAST = 2048
_OUTPUT_TOKENS_AT_MOST = 16_384  # what gpt-4o-mini gives in one reply
_CHARACTERS_PER_TOKEN = 3
_NONCE_BYTES = 9


@dataclass
class _Reply:
    """What came from the model: its edits, and what was told of them."""

    edits: list[Edit] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    outcome: Outcome = Outcome.COMPLETE


@dataclass(frozen=True)
class SuggestionWriter:
    """Fills the orders that the web tier took."""

    provider: Provider
    engine: str
    answers: AnswerCache

    def write(self, claim: Claim) -> None:
        """Ask the model, place each edit as it comes, and end the job.

        :raises AppError: what the job ends with; the claim records it
        """
        started = time.monotonic()
        order = orjson.loads(claim.lease.input)
        request = SuggestionRequest.from_stored(order["request"])
        sheet = SuggestionSheet(request, epoch=claim.lease.epoch)

        reply = self._ask(claim, request, sheet)

        if request.keep_answer and reply.outcome is Outcome.COMPLETE:
            self._keep(request, sheet, reply, owner=order["owner"])
        claim.finish(self._success(claim, sheet, reply.outcome, time.monotonic() - started))

    def _ask(self, claim: Claim, request: SuggestionRequest, sheet: SuggestionSheet) -> _Reply:
        reader, reply = ReplyReader(), _Reply()

        def take(edit: Edit | None) -> None:
            event = event_of(sheet.add(edit))
            reply.events.append(event)
            if edit and not edit.fault:
                reply.edits.append(edit)
            claim.emit(event)

        for part in self.provider.stream(_model_call(request, claim.lease.trace), claim.interrupt):
            self._count(claim, part)
            for edit in reader.feed(part):
                take(edit)
        for edit in reader.close():
            take(edit)
        reply.outcome = Outcome.PARTIAL if reader.is_partial else Outcome.COMPLETE
        return reply

    def _keep(
        self, request: SuggestionRequest, sheet: SuggestionSheet, reply: _Reply, *, owner: str
    ) -> None:
        model = self.provider.model
        answer = CachedAnswer(tuple(reply.edits), model, _now_ms())
        shown = Rendering(
            request.rendering,
            orjson.dumps(sheet.cached_result(model=model)).decode(),
            events_around(reply.events),
        )
        self.answers.keep(
            request.answer_mark(engine=self.engine, owner=owner), answer, shown, owner=owner
        )

    def _count(self, claim: Claim, part: ReplyPart) -> None:
        if isinstance(part, TokenUsage):
            counted = Usage(part.input_tokens, part.cached_tokens, part.output_tokens)
            priced = replace(counted, cost_usd=_cost(self.provider.model, part))
            claim.usage = claim.lease.spent + priced

    def _success(
        self, claim: Claim, sheet: SuggestionSheet, outcome: Outcome, process_time_s: float
    ) -> Ending:
        result = sheet.result(
            model=self.provider.model,
            process_time_s=process_time_s,
            token_count=claim.usage.input_tokens + claim.usage.output_tokens,
        )
        usage = Event(EventName.USAGE, orjson.dumps({"usage": claim.usage}).decode())
        progress = Event(EventName.PROGRESS, DONE)
        return Ending(
            Status.SUCCEEDED,
            outcome,
            result=orjson.dumps(result).decode(),
            usage=claim.usage,
            last_events=(usage, progress),
        )


def _model_call(request: SuggestionRequest, trace: str) -> ModelCall:
    nonce = secrets.token_hex(_NONCE_BYTES)
    prompt = write_prompt(request.prompt, request.content, request.within, nonce)
    size = request.within.end - request.within.start
    return ModelCall(
        messages=(Message("system", prompt.system), Message("user", prompt.user)),
        reply_schema=REPLY_SCHEMA,
        task=EditTask(request.content, request.within, request.prompt.template_id),
        limits=time_limits(len(request.content)),
        max_output_tokens=min(
            _OUTPUT_TOKENS_AT_MOST, _OUTPUT_TOKENS_AT_LEAST + size // _CHARACTERS_PER_TOKEN
        ),
        trace=trace,
    )


def _cost(model: str, used: TokenUsage) -> float | None:
    return cost_usd(
        model,
        input_tokens=used.input_tokens,
        cached_tokens=used.cached_tokens,
        output_tokens=used.output_tokens,
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
