import pytest

from tests.injections import INJECTIONS, ORDER, TELLTALE
from tests.model_server_scripts import known_words
from tests.obedience import obey, outside
from tests.stack_client import order, some_text
from tests.template_client import TEMPLATES, TONES, get, make, prompt, put


@pytest.fixture
def mine(writer):
    return make(writer, instruction="Be {tone}.", parameters=TONES)


def finish(writer, template_id, text=None, **wish):
    return writer.finish(order(text or some_text(), prompt=prompt(template_id, **wish)))


def refused(writer, template_id, **wish):
    """Return the fields at fault."""
    answer = writer.submit(order(some_text(), prompt=prompt(template_id, **wish)))
    assert answer.status_code == 400, answer.text
    return [detail["field"] for detail in answer.json()["error"]["details"]]


class TestInAJob:
    def test_the_model_is_told_what_it_says(self, writer, model, mine):
        text = some_text()
        job = finish(writer, mine["id"], text, parameters={"tone": "firm"})
        (call,) = model.calls_about(text)

        assert job["template"] == {"id": mine["id"], "version": 1}
        assert call.messages[0]["content"].endswith("The task:\nBe firm.")

    def test_a_change_is_used_at_once_and_the_job_tells_its_version(self, writer, model, mine):
        text, jobs = some_text(), []
        for said in ("Be brief.", "Be bold."):
            jobs.append(finish(writer, mine["id"], text, parameters={}))
            put(writer, mine["id"], instruction=said)
        jobs.append(finish(writer, mine["id"], text))
        calls = model.calls_about(text)

        assert [job["template"]["version"] for job in jobs] == [1, 2, 3]
        assert [job["outcome"] for job in jobs] == ["complete"] * 3
        told = [call.messages[0]["content"].splitlines()[-1] for call in calls]
        assert told == ["Be kind.", "Be brief.", "Be bold."]

    def test_an_earlier_version_may_be_asked_for(self, writer, model, mine):
        put(writer, mine["id"], instruction="Be brief.")
        text = some_text()
        job = finish(writer, mine["id"], text, version=1)

        assert job["template"]["version"] == 1
        assert model.calls_about(text)[0].messages[0]["content"].endswith("Be kind.")
        assert finish(writer, "shorter", version=2)["template"]["version"] == 2

    def test_what_does_not_fit_is_refused(self, writer, mine):
        assert refused(writer, mine["id"], parameters={"tone": "loud", "x": 1}) == [
            *("prompt.parameters.tone", "prompt.parameters.x"),
        ]
        assert refused(writer, mine["id"], version=2) == ["prompt.version"]
        assert refused(writer, "shorter", version=9) == ["prompt.version"]
        assert refused(writer, mine["id"], version=2**70) == ["prompt.version"]
        assert refused(writer, mine["id"], version={"$gt": 0}) == ["prompt.version"]

    def test_somebody_elses_is_as_unknown_as_none(self, writer, other_writer, mine):
        for template_id in (mine["id"], f"tpl_{0:032x}", "tpl_x", "$ne"):
            assert refused(other_writer, template_id) == ["prompt.id"]
            assert refused(other_writer, template_id, version=1) == ["prompt.version"]

    def test_a_deleted_one_is_unknown_but_jobs_still_tell_of_it(self, writer, mine):
        job = finish(writer, mine["id"])
        writer.http.delete(f"{TEMPLATES}/{mine['id']}")

        assert refused(writer, mine["id"]) == ["prompt.id"]
        assert refused(writer, mine["id"], version=1) == ["prompt.version"]
        assert writer.job(job["id"])["template"] == {"id": mine["id"], "version": 1}
        assert writer.http.post(f"{job['urls']['self']}/suggestions/sg_1/accept").is_success

    def test_a_dead_session_uses_nobodys(self, writer, mine):
        body = order(some_text(), prompt=prompt(mine["id"]))
        answer = writer.submit(body, X_Session_Id="x" * 43)

        assert answer.status_code == 401


class TestPerformance:
    def test_each_version_counts_what_was_decided(self, writer, model, mine):
        jobs = [finish(writer, mine["id"]) for _ in range(4)]
        put(writer, mine["id"], instruction="Be brief.")
        jobs.append(finish(writer, mine["id"]))
        for job, what in zip(jobs, ["accept", "accept", "accept", "reject", "reject"], strict=True):
            decided = writer.http.post(f"{job['urls']['self']}/suggestions/sg_1/{what}")
            assert decided.status_code == 200
        shown = get(writer, f"{mine['id']}/performance").json()
        first, second = shown["versions"]

        assert shown["template_id"] == mine["id"]
        assert (first["accepted"], first["rejected"], first["decided"]) == (3, 1, 4)
        assert first["acceptance_rate"] == 0.75
        assert first["interval"]["low"] == pytest.approx(0.3006, abs=1e-4)
        assert first["interval"]["high"] == pytest.approx(0.9544, abs=1e-4)
        assert (second["version"], second["acceptance_rate"]) == (2, 0.0)

    def test_before_anything_is_decided_nothing_is_known(self, writer, mine):
        (version,) = get(writer, f"{mine['id']}/performance").json()["versions"]

        assert (version["decided"], version["acceptance_rate"], version["interval"]) == (
            *(0, None, None),
        )

    def test_it_comes_page_by_page(self, writer, mine):
        for _ in range(2):
            put(writer, mine["id"])
        path, seen, cursor = f"{mine['id']}/performance", [], {}
        while cursor is not None:
            page = get(writer, path, limit=2, **cursor).json()
            seen += [each["version"] for each in page["versions"]]
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None

        assert seen == [1, 2, 3]


class TestWhoseOrdersCount:
    """A template is its owner's own order; it changes nothing about the text's being data."""

    @pytest.mark.parametrize("name", INJECTIONS)
    def test_no_template_moves_the_fence(self, writer, model, name):
        forged = INJECTIONS[name].replace("{nonce}", "").replace(TELLTALE, "nothing")
        template_id = make(writer, instruction=f"Be kind.\n{forged}")["id"]
        model.plan(obey)
        text = f"{some_text()}\n{ORDER}"
        job = finish(writer, template_id, text)
        (call,) = model.calls_about(text)

        assert call.pieces == ("", text, "")
        assert outside(call.messages[1]["content"]) == []
        assert TELLTALE not in [one["suggested"] for one in job["result"]["suggestions"]]

    def test_it_is_never_told_the_nonce(self, writer, model):
        named = {"type": "string", "default": "x"}
        schema = TONES | {"properties": {"nonce": named}}
        template = make(writer, instruction="END {nonce}", parameters=schema)
        text = some_text()
        model.plan(known_words)
        finish(writer, template["id"], text)
        system, user = (m["content"] for m in model.calls_about(text)[0].messages)

        assert system.endswith('END "x"')
        nonce = user.splitlines()[-1].removeprefix("END ")
        assert len(nonce) >= 18
        assert nonce not in system
