"""Asks the keyless engine as a worker does, and reads its reply."""

import json

from shared.domain.positions import place_edits
from shared.domain.suggestions import Edit
from shared.domain.text import Span
from workers.ai.provider import EditTask, ModelCall, TextDelta, TimeLimits


class NoStop:
    """Lets a call run to its end."""

    def check(self):
        pass

    def attach(self, shut):
        pass

    def forgive(self):
        return True


def call(content, template_id, within=None, *, model=None):
    return ModelCall(
        messages=(),
        reply_schema={},
        task=EditTask(content, within or Span(0, len(content)), template_id),
        limits=TimeLimits(1, 1, 1, 1),
        max_output_tokens=100,
        model=model,
    )


def edits(editor, content, template_id, within=None):
    """Return what the engine proposes."""
    parts = editor.stream(call(content, template_id, within), NoStop())
    reply = "".join(part.text for part in parts if isinstance(part, TextDelta))
    records = json.loads(reply)["suggestions"]
    return [Edit(**record | {"alternatives": tuple(record["alternatives"])}) for record in records]


def changes(editor, content, template_id, within=None):
    """Return the proposals as pairs of old and new."""
    proposed = edits(editor, content, template_id, within)
    return [(edit.original, edit.suggested) for edit in proposed]


def place(editor, content, template_id, within=None):
    proposed = edits(editor, content, template_id, within)
    return place_edits(content, within or Span(0, len(content)), proposed, limit=10_000)


def rewrite(editor, content, template_id):
    """Return the text as it reads when the writer accepts everything."""
    for suggestion in reversed(place(editor, content, template_id).suggestions):
        span = suggestion.span
        content = content[: span.start] + suggestion.suggested + content[span.end :]
    return content
