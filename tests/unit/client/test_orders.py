import pytest
from copydesk import Desk, SentSection
from copydesk.models.documents import Document
from copydesk.models.jobs import Section

from tests.unit.client.server import URL, body_of, job, told

CLEARER = {"type": "template", "id": "clearer"}
BATCH = job(kind="batch", document_id="d", revision=3)
APPLIED = {"document": {"id": "d", "revision": 4}, "applied": ["sg_1_1"], "conflicts": []}


@pytest.fixture
def desk(server):
    for path in ("/suggestions", "/chat"):
        server.on(path, told(job(), 202))
    server.on("/batches", told(BATCH, 202))
    with server.desk() as desk:
        yield desk


class TestSuggest:
    def test_it_says_all_that_it_is_told(self, server, desk):
        more = {"format": "markdown", "selection": (1, 3), "max_suggestions": 5, "lane": "bulk"}
        desk.suggest("Text", template="clearer", version=2, parameters={"a": 1}, wait=7, **more)
        (sent,) = server.seen

        assert body_of(sent) == {
            "document": {
                "content": "Text",
                "format": "markdown",
                "selection": {"start": 1, "end": 3},
            },
            "prompt": CLEARER | {"version": 2, "parameters": {"a": 1}},
            "max_suggestions": 5,
            "lane": "bulk",
        }
        assert sent.headers["Prefer"] == "wait=7"

    def test_a_stored_document_and_words_of_ones_own(self, server, desk):
        desk.suggest(document_id="d", revision=3, prompt="Make it rhyme")

        assert body_of(server.seen[0]) == {
            "document": {"id": "d", "revision": 3},
            "prompt": {"type": "custom", "text": "Make it rhyme"},
        }

    @pytest.mark.parametrize(
        "terms", [{}, {"template": "a", "prompt": "b"}], ids=["neither", "both"]
    )
    def test_what_makes_no_sense_is_not_sent(self, server, desk, terms):
        with pytest.raises(ValueError, match="template"):
            desk.suggest("Text", **terms)
        with pytest.raises(ValueError, match="text"):
            desk.suggest(template="clearer")

        assert server.seen == []


def test_a_message_names_its_conversation_and_its_text(server, desk):
    desk.chat("Hello", conversation_id="c", document="Text", format="html")

    assert body_of(server.seen[0]) == {
        "message": "Hello",
        "conversation_id": "c",
        "document": {"content": "Text", "format": "html"},
    }


class TestImprove:
    def test_a_whole_document(self, server, desk):
        desk.improve("# Text", format="markdown", template="clearer", brief="b", max_cost_usd=0.5)

        assert body_of(server.seen[0]) == {
            "document": {"content": "# Text", "format": "markdown"},
            "prompt": CLEARER,
            "brief": "b",
            "max_cost_usd": 0.5,
        }

    def test_sections_that_the_caller_cut(self, server, desk):
        cut = [SentSection("a", "One"), SentSection("b", "Two")]
        desk.improve(sections=cut, format="markdown", template="clearer", on_error="stop")

        assert body_of(server.seen[0]) == {
            "sections": [
                {"custom_id": "a", "content": "One"},
                {"custom_id": "b", "content": "Two"},
            ],
            "format": "markdown",
            "prompt": CLEARER,
            "on_error": "stop",
        }

    def test_both_or_neither_make_no_sense(self, desk):
        for text, sections in ((None, None), ("Text", [])):
            with pytest.raises(ValueError, match="either"):
                desk.improve(text, sections=sections, template="clearer")


class TestBatch:
    def test_it_is_applied_over_the_revision_that_it_is_about(self, server, desk):
        server.on("/batches/job_1/apply", told(APPLIED))
        applied = desk.improve(document_id="d", template="clearer").apply()

        assert (applied.document.revision, applied.applied) == (4, ("sg_1_1",))
        assert server.seen[-1].headers["If-Match"] == '"3"'
        assert body_of(server.seen[-1]) == {}

    def test_chosen_ones_over_a_revision_that_was_seen(self, server, desk):
        server.on("/batches/job_1/apply", told(APPLIED))
        batch = desk.improve(document_id="d", template="clearer")
        batch.apply(suggestions=["sg_1_1"], sections=[Section("s1"), "s2"], revision=9)

        assert server.seen[-1].headers["If-Match"] == '"9"'
        assert body_of(server.seen[-1]) == {"suggestions": ["sg_1_1"], "sections": ["s1", "s2"]}

    def test_its_sections_come_page_by_page(self, server, desk):
        page = {"sections": [{"id": "1", "custom_id": None}], "next_cursor": "n"}
        last = {"sections": [{"id": "2"}], "next_cursor": None}
        server.on("/batches/job_1/sections", told(page), told(last))
        batch = desk.improve("Text", template="clearer")

        assert [each.id for each in batch.sections(status="failed")] == ["1", "2"]
        asked = server.asked("/batches/job_1/sections")
        assert [dict(each.url.params) for each in asked] == [
            {"status": "failed"},
            {"status": "failed", "cursor": "n"},
        ]


class TestIds:
    @pytest.mark.parametrize("name", ["", ".", ".."])
    def test_an_id_that_is_none_is_not_sent(self, name):
        with Desk(URL) as desk, pytest.raises(ValueError, match="id"):
            desk.documents.delete(name)

    def test_what_is_in_an_id_stays_in_it(self, server, desk):
        server.on("/jobs/a/b?c", told(job()))
        desk.job("a/b?c")

        assert server.seen[0].url.raw_path == b"/api/v1/jobs/a%2Fb%3Fc"

    def test_a_document_in_hand_names_its_revision(self, server, desk):
        server.on("/documents/d", told({"id": "d"}))
        desk.documents.save(Document(id="d", revision=5), "Text", tags=("a",))
        desk.documents.save("d", "Text", revision="*")
        desk.documents.save("d", "Text")

        assert [each.headers.get("If-Match") for each in server.seen] == ['"5"', "*", None]
        assert body_of(server.seen[0]) == {"content": "Text", "tags": ["a"]}
