import pytest

from shared.settings.models import KEYLESS_MODEL
from tests.batch_client import finish_batch, sections_of, sent
from tests.chat_client import chat, said
from tests.stack import OwnRedis
from tests.stack_client import UNITS, Writer, order, slices
from web.schemas.batches import BatchView
from web.schemas.jobs import JobView

TEXT = "Caf\u00e9 \U0001f600: in order to win we utilize alot of it, due to the fact that it work."


@pytest.fixture(scope="module")
def keyless_stack(new_stack, house):
    """Return a stack that knows neither a key nor a model's server."""
    nobody = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}
    with (
        OwnRedis(house / "keyless-redis") as redis,
        new_stack("keyless", redis, **nobody) as keyless,
    ):
        yield keyless.start("web", "interactive", "bulk", "sweeper").wait_until_ready()


@pytest.fixture
def writer(keyless_stack):
    with Writer(keyless_stack.url) as someone:
        yield someone


def prompt(template_id):
    return {"type": "template", "id": template_id}


class TestRules:
    @pytest.mark.parametrize("template_id", ["clearer", "shorter", "fix-grammar", "simpler-words"])
    def test_they_propose_edits_that_stand_where_they_say(self, writer, template_id):
        job = writer.finish(order(TEXT, prompt=prompt(template_id)))
        found = job["result"]["suggestions"]

        JobView.model_validate(job)
        assert found
        assert all(slices(TEXT, one) == one["original"] != one["suggested"] for one in found)

    @pytest.mark.parametrize("unit", UNITS)
    def test_they_count_as_was_asked(self, writer, unit):
        job = writer.finish(order(TEXT, prompt=prompt("shorter"), offset_encoding=unit))
        found = job["result"]["suggestions"]

        assert found
        assert all(slices(TEXT, one, unit) == one["original"] for one in found)

    def test_they_keep_to_the_selection(self, writer):
        start = TEXT.index("due to")
        units = start + 1  # the smile counts twice
        body = order(TEXT, prompt=prompt("shorter"), selection=(units, units + 24))
        found = writer.finish(body)["result"]["suggestions"]

        assert found
        assert all(units <= one["start"] and one["end"] <= units + 24 for one in found)

    def test_they_are_honest_about_themselves(self, writer):
        job = writer.finish(order(TEXT, prompt=prompt("shorter")))

        assert job["model"] == job["result"]["metadata"]["model"] == KEYLESS_MODEL
        assert job["usage"]["cost_usd"] in (0, None)
        assert job["result"]["metadata"]["tokenCount"] == 0

    def test_they_serve_the_seeds_form(self, writer):
        answer = writer.http.post("/api/suggestions", json=order(TEXT, prompt=prompt("shorter")))

        assert answer.status_code == 200
        assert answer.json()["suggestions"]

    def test_they_improve_whole_documents_at_no_cost(self, writer):
        texts = [TEXT, TEXT + " Once more."]
        body = sent(*texts, prompt=prompt("shorter"), max_cost_usd=0.01)
        batch = finish_batch(writer, body)

        BatchView.model_validate(batch)
        assert (batch["outcome"], batch["usage"]["cost_usd"]) == ("complete", 0)
        for section, text in zip(sections_of(writer, batch["id"]), texts, strict=True):
            assert section["suggestions"]
            assert all(slices(text, one) == one["original"] for one in section["suggestions"])

    def test_a_second_request_is_a_hit(self, writer):
        body = order(TEXT + " Twice.", prompt=prompt("shorter"))
        writer.finish(body)

        assert writer.finish(body)["cache"]["hit"]


class TestWhatTheyCannotDo:
    @pytest.mark.parametrize(
        "wish", [prompt("friendlier"), {"type": "custom", "text": "Make it rhyme."}]
    )
    def test_it_is_said_with_what_to_set(self, writer, wish):
        job = writer.finish(order(TEXT, prompt=wish))

        assert (job["status"], job["error"]["code"]) == ("failed", "MODEL_REQUIRED")
        assert "OPENAI_API_KEY" in job["error"]["message"]
        assert not job["error"]["retryable"]

    def test_nor_can_they_in_a_batch(self, writer):
        batch = finish_batch(writer, sent(TEXT, prompt=prompt("friendlier")))
        (section,) = sections_of(writer, batch["id"])

        assert (batch["status"], section["status"]) == ("failed", "failed")
        assert section["error"]["code"] == "MODEL_REQUIRED"

    def test_a_chat_is_such_a_thing(self, writer):
        job = chat(writer, "Is it good?")

        assert (job["status"], job["error"]["code"]) == ("failed", "MODEL_REQUIRED")
        assert job["model"] == KEYLESS_MODEL
        assert said(writer, job["conversation_id"]) == [("user", "Is it good?", False)]

    def test_the_seeds_form_has_its_status(self, writer):
        answer = writer.http.post("/api/suggestions", json=order(TEXT, prompt=prompt("friendlier")))

        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "MODEL_REQUIRED"
