"""The engine that needs no key: rules in place of a model, and no more than rules can do."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from shared.domain.text import Span
from shared.errors import ModelRequiredError
from workers.ai.offline.findings import Finding, settle
from workers.ai.offline.passages import passages
from workers.ai.offline.phrase_book import PhraseBook
from workers.ai.offline.phrase_data import load_crafts
from workers.ai.offline.proofreader import Proofreader
from workers.ai.offline.quoting import as_edit
from workers.ai.offline.shields import Shields
from workers.ai.provider import (
    EditTask,
    Finished,
    ModelCall,
    ReplyPart,
    StopSignal,
    TextDelta,
    TokenUsage,
)


class _Skill:
    """What the rules do for one template."""

    def __init__(self, book: PhraseBook, proofreader: Proofreader, lints: frozenset[str]) -> None:
        self._book = book
        self._proofreader = proofreader
        self._lints = lints

    def find(self, content: str, area: Span) -> Iterator[Finding]:
        """Yield what the passage needs; the table was made by hand, so it comes first."""
        yield from self._book.find(content, area)
        yield from self._proofreader.find(content, area, self._lints)


class OfflineEditor:
    """Answers like a model: a JSON reply, streamed, of the edits that its rules find.

    What rules cannot do it declines, so that nobody takes a poor imitation for a model's work.
    """

    def __init__(self) -> None:
        proofreader = Proofreader()
        self._skills = {
            template_id: _Skill(PhraseBook(craft.phrases), proofreader, craft.lints)
            for template_id, craft in load_crafts().items()
        }

    @property
    def model(self) -> str:
        return "offline-rules-1"

    def stream(self, call: ModelCall, stop: StopSignal) -> Iterator[ReplyPart]:
        """Yield the reply, one piece for each edit.

        :raises ModelRequiredError: before anything else, when no rules exist for what is asked
        """
        task = call.task
        skill = self._skills.get(task.template_id or "") if task else None
        if task is None or skill is None:
            raise ModelRequiredError(
                "Rules cannot do this, a language model can: set OPENAI_API_KEY or OPENAI_BASE_URL"
            )
        yield TokenUsage()  # nothing, however early it is stopped
        yield TextDelta('{"suggestions": [')
        joint = ""
        for piece in _edits(task, skill, stop):
            yield TextDelta(joint + piece)
            joint = ", "
        yield TextDelta("]}")
        yield Finished("stop")


def _edits(task: EditTask, skill: _Skill, stop: StopSignal) -> Iterator[str]:
    """Yield each edit as JSON, passage by passage."""
    shields = Shields(task.content)
    for area in passages(task.content, task.within):
        stop.check()
        for finding in settle(_allowed(task, shields, skill.find(task.content, area))):
            stop.check()
            yield json.dumps(asdict(as_edit(task.content, finding)), ensure_ascii=False)


def _allowed(task: EditTask, shields: Shields, findings: Iterator[Finding]) -> Iterator[Finding]:
    for finding in findings:
        if task.within.contains(finding.span) and not shields.cover(finding.span):
            yield finding
