"""The judge itself can say no."""

import pytest

from tests.model.invariants import check_events, check_suggestions
from tests.stack_client import SeenEvent

TEXT = "A 👩‍👩‍👧‍👦 did it, or so."
JOB = {"status": "succeeded", "result": {"suggestions": [{"id": "sg_1"}]}}


def suggestion(original="did", suggested="does", start=14, end=17):
    return {"original": original, "suggested": suggested, "start": start, "end": end}


def event(number, name, **data):
    return SeenEvent(number, name, data)


def story(*names):
    """Return a succeeded job's events under these names, with the numbers they should have."""
    data = {"suggestion.created": {"suggestion": {"id": "sg_1"}}}
    return [event(number, name, **data.get(name, {})) for number, name in enumerate(names, 1)]


class TestCheckSuggestions:
    def test_it_takes_what_is_right(self):
        check_suggestions(TEXT, [suggestion()], TEXT, "utf-16")
        check_suggestions(TEXT, [suggestion(start=10, end=13)], "did it", "codepoint")

    @pytest.mark.parametrize(
        "wrong",
        [
            [suggestion(start=13, end=16)],
            [suggestion(suggested="did")],
            [suggestion(original="or", start=22, end=24)],
            [suggestion(original="👩", start=2, end=4)],
            [suggestion(), suggestion(original="did it", start=14, end=20)],
            [suggestion(original="", start=14, end=14)],
        ],
        ids=["elsewhere", "no change", "not selected", "torn", "overlap", "empty"],
    )
    def test_it_refuses_what_is_wrong(self, wrong):
        selected = "did it" if wrong[0]["original"] == "or" else TEXT

        with pytest.raises(AssertionError):
            check_suggestions(TEXT, wrong, selected, "utf-16")


class TestCheckEvents:
    def test_it_takes_what_is_right(self):
        check_events(story("job.queued", "suggestion.created", "job.succeeded"), JOB)

    @pytest.mark.parametrize(
        "wrong",
        [
            story("job.queued", "suggestion.created"),
            story("suggestion.created", "job.failed"),
            story("suggestion.created", "output.reset", "job.succeeded"),
            story("suggestion.created", "output.reset", "suggestion.created", "job.succeeded"),
            story("suggestion.created", "job.succeeded", "job.progress"),
            story("job.queued", "suggestion.created", "job.succeeded")[1:],
        ],
        ids=["no end", "another end", "withdrawn", "an id twice", "not the last", "a gap"],
    )
    def test_it_refuses_what_is_wrong(self, wrong):
        with pytest.raises(AssertionError):
            check_events(wrong, JOB)
