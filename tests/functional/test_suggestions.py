import pytest

from tests.model_server_scripts import edit, hang, known_words, propose
from tests.stack_client import TEMPLATE, UNITS, order, slices, some_text
from web.schemas.jobs import JobView
from web.schemas.suggestions import SuggestionResult

EMOJI = "\U0001f600 A big \U0001f468\u200d\U0001f469\u200d\U0001f467 plan \u2013 caf\u00e9, so big!"


class TestSubmit:
    def test_it_answers_with_a_job_to_follow(self, writer):
        answer = writer.submit(order(some_text()))
        job = answer.json()

        assert answer.status_code == 202
        assert answer.headers["Location"] == f"/api/v1/jobs/{job['id']}" == job["urls"]["self"]
        assert int(answer.headers["Retry-After"]) >= 1
        assert (job["status"], job["kind"], job["result"]) == ("queued", "suggestion", None)
        JobView.model_validate(job)

    def test_the_job_ends_with_edits_that_stand_where_it_says(self, writer, model):
        text = some_text("A big, big plan")
        job = writer.finish(order(text))

        JobView.model_validate(job)
        assert (job["status"], job["outcome"], job["error"]) == ("succeeded", "complete", None)
        assert [slices(text, one) for one in job["result"]["suggestions"]] == ["big", "big"]
        assert {one["suggested"] for one in job["result"]["suggestions"]} == {"significant"}
        assert len(model.calls_about(text)) == 1

    def test_the_job_tells_what_it_took(self, writer, stack):
        job = writer.finish(order(some_text()))
        usage, metadata = job["usage"], job["result"]["metadata"]

        assert metadata["tokenCount"] == usage["input_tokens"] + usage["output_tokens"] > 0
        assert usage["cost_usd"] > 0
        assert job["model"] == metadata["model"] == stack.settings.openai_model
        assert (job["attempt"], job["progress"]) == (1, {"done": 1, "total": 1})
        assert job["template"] == {"id": "more-professional", "version": 1}
        assert job["created_at"] <= job["started_at"] <= job["finished_at"] < job["expires_at"]

    def test_the_result_is_given_bare(self, writer):
        job = writer.finish(order(some_text()))
        answer = writer.http.get(job["urls"]["result"])

        assert answer.status_code == 200
        assert answer.json() == job["result"]
        SuggestionResult.model_validate(answer.json())

    def test_the_model_gets_the_text_as_data_and_the_schema_of_the_reply(self, writer, model):
        text = some_text()
        writer.finish(order(text))
        (call,) = model.calls_about(text)

        assert [message["role"] for message in call.messages] == ["system", "user"]
        assert text not in call.messages[0]["content"]
        assert call.text == text
        assert call.body["response_format"]["json_schema"]["strict"]
        assert call.body["stream_options"] == {"include_usage": True}


class TestSelection:
    def test_only_the_selection_is_edited(self, writer):
        text = some_text("A big start and a big end")
        start = text.rindex("big")
        job = writer.finish(order(text, selection=(start, start + 3)))

        assert [(s["start"], s["end"]) for s in job["result"]["suggestions"]] == [
            (start, start + 3)
        ]

    def test_an_edit_outside_of_it_is_dropped_with_its_reason(self, writer, model):
        text = some_text("A big start and an end")
        model.plan(propose(edit("start", "beginning"), edit("big", "large")))
        job = writer.finish(order(text, selection=(2, 5)))

        assert [s["original"] for s in job["result"]["suggestions"]] == ["big"]
        assert job["result"]["metadata"]["dropped"] == {"OUTSIDE_SELECTION": 1}


class TestPrompts:
    def test_a_custom_prompt_reaches_the_model(self, writer, model):
        text, wish = some_text(), "Make it sound like a pirate wrote it."
        job = writer.finish(order(text, prompt={"type": "custom", "text": wish}))
        (call,) = model.calls_about(text)

        assert wish in call.messages[0]["content"]
        assert (job["status"], job["template"]) == ("succeeded", None)

    def test_a_template_reaches_the_model(self, writer, model):
        text = some_text()
        templates = {t["id"]: t for t in writer.http.get("/api/v1/templates").json()["templates"]}
        writer.finish(order(text, prompt={"type": "template", "id": "clearer"}))
        (call,) = model.calls_about(text)

        assert templates["clearer"]["instruction"] in call.messages[0]["content"]

    def test_another_value_of_a_parameter_is_another_question(self, writer, model):
        text, shorter = some_text(), {"type": "template", "id": "shorter"}
        for percent in (50, 60, 50):
            writer.finish(order(text, prompt=shorter | {"parameters": {"target_percent": percent}}))
        asked = [call.messages[0]["content"] for call in model.calls_about(text)]

        assert len(asked) == 2
        assert "Aim at 50 percent" in asked[0]
        assert "Aim at 60 percent" in asked[1]

    def test_the_eight_system_templates_are_listed(self, writer):
        listed = writer.http.get("/api/v1/templates").json()

        assert {template["id"] for template in listed["templates"]} >= {
            *("clearer", "more-professional", "shorter", "friendlier"),
            *("fix-grammar", "academic", "active-voice", "simpler-words"),
        }
        assert listed["next_cursor"] is None


class TestOffsets:
    @pytest.mark.parametrize("encoding", UNITS)
    def test_the_slice_is_the_original_in_the_unit_that_was_asked_for(self, writer, encoding):
        job = writer.finish(order(EMOJI, offset_encoding=encoding))
        found = job["result"]["suggestions"]

        assert [slices(EMOJI, one, encoding) for one in found] == ["big", "big"]
        assert job["result"]["metadata"]["offset_encoding"] == encoding

    @pytest.mark.parametrize("encoding", UNITS)
    def test_a_selection_is_read_in_that_unit(self, writer, encoding):
        codec, width = UNITS[encoding]
        head = EMOJI[: EMOJI.rindex("big")]
        start = len(head.encode(codec)) // width
        job = writer.finish(order(EMOJI, selection=(start, start + 3), offset_encoding=encoding))

        (found,) = job["result"]["suggestions"]
        assert (found["start"], found["end"]) == (start, start + 3)

    def test_what_the_model_says_about_white_space_is_not_believed(self, writer, model):
        text = some_text("A  big\n\tidea")
        model.plan(propose(edit("big idea", "large thought")))
        job = writer.finish(order(text))

        (found,) = job["result"]["suggestions"]
        assert found["original"] == "big\n\tidea" == slices(text, found)
        assert found["suggested"] == "large\n\tthought"

    def test_no_more_come_than_were_asked_for(self, writer):
        job = writer.finish(order(some_text("big big1 big, big; big"), max_suggestions=2))

        assert len(job["result"]["suggestions"]) == 2
        assert job["result"]["metadata"]["dropped"]["LIMIT"] >= 1


class TestOrders:
    def test_a_newer_one_supersedes_the_older(self, writer, model):
        text = some_text()
        model.plan(lambda call: hang() if call.text == text else known_words(call))
        older = writer.begin(order(text, supersede_key="paragraph-1"))
        newer = writer.begin(order(some_text(), supersede_key="paragraph-1"))

        assert writer.ended(older)["status"] == "superseded"
        assert writer.ended(newer)["status"] == "succeeded"
        assert writer.events(older)[-1].name == "job.superseded"

    def test_one_that_begins_in_time_is_done(self, writer):
        assert writer.finish(order(some_text(), expires_in=3600))["status"] == "succeeded"


def test_the_routes_without_a_version_are_the_newest_ones(writer):
    job_id = writer.begin(order(some_text(), prompt=TEMPLATE))

    assert writer.http.get(f"/api/jobs/{job_id}").json()["id"] == job_id
    assert writer.http.get("/api/templates").status_code == 200
