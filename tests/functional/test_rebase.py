import pytest

from tests.stack_client import UNITS, order, some_text

REBASE = "/api/v1/suggestions/rebase"
OLD = "We met at noon. A big plan was made, and we will utilize it at once. Nobody said a word."


def rebased(writer, **body):
    answer = writer.http.post(REBASE, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["suggestions"]


def quote(text, words, **more):
    start = text.index(words)
    return {"id": "sg_1", "original": words, "start": start, "end": start + len(words)} | more


class TestRebase:
    def test_a_jobs_suggestions_are_found_in_the_newer_text(self, writer):
        text = some_text(OLD)
        job = writer.finish(order(text))
        new = "🙂 " + text.replace("utilize it at once", "do it")
        first, second = rebased(writer, job_id=job["id"], new=new)

        assert (first["state"], first["start"]) == ("moved", text.index("big") + 3)
        assert (second["state"], second["start"], second["end"]) in [
            ("gone", None, None),
            ("conflicted", None, None),
        ]

    @pytest.mark.parametrize("encoding", UNITS)
    def test_it_counts_as_was_asked(self, writer, encoding):
        codec, width = UNITS[encoding]
        old, new = f"é🙂 {OLD}", f"A word first. é🙂 {OLD}"
        units = [len(old[: old.index(w)].encode(codec)) // width for w in ("big", " plan was")]
        one = {"id": "x", "original": "big", "start": units[0], "end": units[1]}
        (found,) = rebased(writer, suggestions=[one], old=old, new=new, offset_encoding=encoding)
        raw = new.encode(codec)[found["start"] * width : found["end"] * width]

        assert (found["state"], raw.decode(codec)) == ("moved", "big")

    def test_an_unchanged_text_keeps_every_place(self, writer):
        one = quote(OLD, "big", explanation="more than is asked for")

        assert rebased(writer, suggestions=[one], old=OLD, new=OLD) == [
            {"id": "sg_1", "state": "unchanged", "start": one["start"], "end": one["end"]}
        ]

    def test_words_that_were_never_there_have_no_place(self, writer):
        one = quote(OLD, "big", original="small")

        assert rebased(writer, suggestions=[one], old=OLD, new=OLD)[0]["state"] == "conflicted"


class TestBadInput:
    @pytest.mark.parametrize(
        "body",
        [
            {"new": "x"},
            {"new": "x", "suggestions": []},
            {"new": "x", "old": "y", "suggestions": [], "job_id": "job_1"},
            {"new": "x", "old": "y", "suggestions": [{"id": "a", "original": "y", "start": 0}]},
            {"new": "x", "old": "y", "suggestions": [quote("yz", "yz")]},
            {"new": "x", "old": "🙂", "suggestions": [quote("🙂", "🙂") | {"end": 1}]},
        ],
    )
    def test_it_is_refused(self, writer, body):
        answer = writer.http.post(REBASE, json=body)

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
        assert answer.json()["error"]["details"]

    def test_another_old_text_than_the_jobs_is_told_as_such(self, writer):
        job = writer.finish(order(some_text(OLD)))
        answer = writer.http.post(REBASE, json={"job_id": job["id"], "old": "x", "new": "y"})

        assert answer.status_code == 400
        assert {fault["field"] for fault in answer.json()["error"]["details"]} == {"old"}

    def test_somebody_elses_job_is_none(self, writer, other_writer):
        job = writer.finish(order(some_text()))
        answer = other_writer.http.post(REBASE, json={"job_id": job["id"], "new": "x"})

        assert answer.status_code == 404
