import itertools

import pytest

from tests.batch_client import (
    BATCHES,
    begin_batch,
    ended_batch,
    events_of,
    finish_batch,
    pages_of,
    sections_of,
    sent,
    show,
)
from tests.document_client import fault
from tests.model_server_scripts import known_words, refuse
from tests.stack_client import TEMPLATE, UNITS, Writer, slices, some_text
from web.schemas.batches import SectionView

CHAPTERS = 8
SENTENCES = 20
SMILE = "\U0001f600"


def long_document():
    """Return a text of several sections, with signs of every width in each."""
    return "\n".join(
        f"# Chapter {n} {SMILE}\n\n{' '.join(sentences(n))}\n\n- one\n- two\n"
        for n in range(1, CHAPTERS + 1)
    )


def sentences(n):
    """Yield sentences that differ near each word that is to be changed."""
    for k in range(1, SENTENCES + 1):
        yield some_text(f"Caf\u00e9 {SMILE} {n}/{k} has a big {k}/{n} plan")


def about(text, **more):
    document = {"content": text, "format": "markdown"}
    return {"document": document, "prompt": TEMPLATE, "max_suggestions": 100} | more


@pytest.fixture(scope="module")
def seven(stack, model_server):
    """Return somebody with a batch of seven sections, of which two have failed."""
    model_server.reset()
    model_server.plan(lambda call: refuse() if "refuse" in call.text else known_words(call))
    texts = [some_text("refuse big" if n in (2, 5) else "big") for n in range(1, 8)]
    with Writer(stack.url) as writer:
        yield writer, finish_batch(writer, sent(*texts))["id"]
    model_server.reset()


class TestOfADocument:
    @pytest.mark.parametrize("encoding", UNITS)
    def test_places_are_in_the_whole_document(self, writer, encoding):
        text = long_document()
        batch = finish_batch(writer, about(text, offset_encoding=encoding))
        sections = sections_of(writer, batch["id"])
        found = [one for section in sections for one in section["suggestions"]]

        assert batch["counts"]["total"] == len(sections) > 1
        assert len(found) == CHAPTERS * SENTENCES
        for one in found:
            assert slices(text, one, encoding) == one["original"]
        for section in sections:
            assert all(_lies_in(one, section) for one in section["suggestions"])

    def test_they_stand_in_the_order_of_the_document_and_do_not_overlap(self, writer):
        text = long_document()
        sections = sections_of(writer, finish_batch(writer, about(text))["id"])
        places = [(section["start"], section["end"]) for section in sections]

        assert [section["id"] for section in sections] == _ids(len(sections))
        assert {section["custom_id"] for section in sections} == {None}
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(places))
        assert all(start < end for start, end in places)

    def test_only_what_is_selected_is_worked_on(self, writer):
        text = long_document()
        half = text.index("# Chapter 5")
        end = len(text[:half].encode("utf-16-le")) // 2
        document = {"content": text, "format": "markdown", "selection": {"start": 0, "end": end}}
        batch = finish_batch(writer, about(text) | {"document": document})

        assert all(one["end"] <= end for one in batch["result"]["suggestions"])
        assert len(batch["result"]["suggestions"]) == 4 * SENTENCES


class TestThatWereSent:
    def test_places_are_in_each_and_it_keeps_its_name(self, writer):
        texts = [f"{SMILE} {some_text()}" for _ in range(3)]
        batch = finish_batch(writer, sent(*texts))
        sections = sections_of(writer, batch["id"])

        assert [section["custom_id"] for section in sections] == ["s1", "s2", "s3"]
        for section, text in zip(sections, texts, strict=True):
            SectionView.model_validate(section)
            (one,) = section["suggestions"]
            assert slices(text, one) == one["original"] == "big"
            assert (section["start"], section["end"]) == (0, len(text.encode("utf-16-le")) // 2)

    def test_a_name_may_be_anything(self, writer):
        names = ['"', "\\", "\n\t", "\u202e\ufeff", SMILE * 100, '{"$gt": ""}', "%s %1 %%", "sec_1"]
        texts = [{"custom_id": name, "content": some_text()} for name in names]
        batch = finish_batch(writer, {"sections": texts, "prompt": TEMPLATE})
        events = events_of(writer, batch["id"])
        ended = [e.data["custom_id"] for e in events if e.name == "section.completed"]

        assert [one["custom_id"] for one in sections_of(writer, batch["id"])] == names
        assert sorted(ended) == sorted(names)

    def test_each_has_as_many_suggestions_as_were_asked_for(self, writer):
        texts = [some_text("A big plan, a big idea, a big house") for _ in range(2)]
        batch = finish_batch(writer, sent(*texts, max_suggestions=2))

        counts = [len(section["suggestions"]) for section in sections_of(writer, batch["id"])]
        assert counts == [2, 2]
        assert batch["result"]["metadata"]["dropped"]["LIMIT"] == 2


class TestPages:
    @pytest.mark.parametrize("limit", [1, 3, 7, 200])
    def test_each_section_stands_on_one(self, seven, limit):
        writer, batch_id = seven
        pages = list(pages_of(writer, batch_id, limit=limit))

        assert [one["id"] for page in pages for one in page] == _ids(7)
        assert all(len(page) == limit for page in pages[:-1])
        assert pages[-1]

    @pytest.mark.parametrize(
        ("status", "names"),
        [
            ("failed", ["s2", "s5"]),
            ("succeeded", ["s1", "s3", "s4", "s6", "s7"]),
            ("queued", []),
        ],
    )
    def test_they_can_be_narrowed_to_a_state(self, seven, status, names):
        writer, batch_id = seven
        found = sections_of(writer, batch_id, status=status, limit=2)

        assert [one["custom_id"] for one in found] == names
        assert {one["status"] for one in found} <= {status}

    def test_only_those_that_failed_have_an_error(self, seven):
        writer, batch_id = seven
        errors = [section["error"] for section in sections_of(writer, batch_id)]

        assert [n for n, error in enumerate(errors, start=1) if error] == [2, 5]
        assert {error["code"] for error in errors if error} == {"CONTENT_REFUSED"}

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            *(({"cursor": "x"}, "cursor"), ({"limit": 201}, "limit"), ({"limit": 0}, "limit")),
            *(({"status": "done"}, "status"), ({"page": 2}, "page")),
        ],
    )
    def test_what_is_asked_wrong_is_told(self, seven, query, field):
        writer, batch_id = seven
        answer = writer.http.get(f"{BATCHES}/{batch_id}/sections", params=query)

        assert fault(answer) == (400, "VALIDATION_ERROR")
        assert [one["field"] for one in answer.json()["error"]["details"]] == [field]


class TestDecisions:
    def test_they_stand_with_the_suggestion_wherever_it_is_shown(self, writer):
        batch = finish_batch(writer, sent(some_text(), some_text()))
        decided = writer.http.post(f"{batch['urls']['self']}/suggestions/sg_2_1/accept")
        states = [
            one["state"]
            for section in sections_of(writer, batch["id"])
            for one in section["suggestions"]
        ]
        result = show(writer, batch["id"])["result"]["suggestions"]

        assert (decided.status_code, decided.json()["state"]) == (200, "accepted")
        assert states == [one["state"] for one in result] == ["pending", "accepted"]

    def test_one_may_be_made_before_the_batch_has_ended(self, writer, model):
        model.plan(lambda call: refuse() if "refuse" in call.text else known_words(call))
        batch_id = begin_batch(writer, sent(some_text(), some_text("refuse")))
        ended_batch(writer, batch_id)
        writer.http.post(f"/api/v1/jobs/{batch_id}/suggestions/sg_1_1/reject")
        (one,) = sections_of(writer, batch_id, status="succeeded")[0]["suggestions"]

        assert one["state"] == "rejected"


def _lies_in(suggestion, section):
    return section["start"] <= suggestion["start"] <= suggestion["end"] <= section["end"]


def _ids(count):
    return [f"sec_{n}" for n in range(1, count + 1)]
