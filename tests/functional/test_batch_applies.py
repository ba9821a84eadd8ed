import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.batch_client import BATCHES, begin_batch, ended_batch, finish_batch, post, sent, show
from tests.document_client import create, fault, path, put, read, save
from tests.functional.test_sharing import share
from tests.model_server_scripts import known_words, refuse
from tests.stack import until
from tests.stack_client import TEMPLATE, some_text
from web.schemas.batch_applies import BatchApplyResult

FINAL = {"sg_1_1", "sg_2_1", "sg_2_2", "sg_3_1"}


def some_document(writer, **more):
    """Keep a document of three sections, with words in each that the model changes."""
    first, second, third = (some_text(f"In part {n} the big plan stands") for n in range(3))
    content = f"# One\n\n{first}\n\n# Two\n\n{second} We utilize it.\n\n# Three\n\n{third}\n"
    return create(writer, content, format="markdown", **more)


def about(document):
    return {"document": {"id": document["id"]}, "prompt": TEMPLATE}


def apply(writer, batch, match='"1"', **body):
    headers = {"If-Match": match} if match else {}
    return writer.http.post(f"{BATCHES}/{batch['id']}/apply", json=body, headers=headers)


def ids(batch):
    return [one["id"] for one in batch["result"]["suggestions"]]


def improved(content):
    return content.replace("big", "significant").replace("utilize", "use")


@pytest.fixture
def document(writer):
    return some_document(writer)


@pytest.fixture
def batch(writer, document):
    found = finish_batch(writer, about(document))
    assert set(ids(found)) == FINAL
    return found


class TestAll:
    def test_all_make_one_revision(self, writer, document, batch):
        answer = apply(writer, batch)

        BatchApplyResult.model_validate(answer.json())
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        assert answer.json()["applied"] == ids(batch)
        assert answer.json()["conflicts"] == []
        assert answer.json()["document"] == read(writer, document)
        assert read(writer, document)["content"] == improved(document["content"])
        told = read(writer, document, "/versions")["versions"]
        assert [one["why"] for one in told] == ["", "4 suggestions of a batch applied"]

    def test_what_was_applied_counts_as_accepted(self, writer, batch):
        apply(writer, batch)

        states = {one["state"] for one in show(writer, batch["id"])["result"]["suggestions"]}
        assert states == {"accepted"}

    def test_a_body_may_be_left_out(self, writer, document, batch):
        answer = post(writer, batch["id"], "apply", If_Match='"1"')

        assert (answer.status_code, len(answer.json()["applied"])) == (200, 4)

    @pytest.mark.parametrize("form", ["text", "markdown", "html", "docx"])
    def test_the_document_is_exported_with_them(self, writer, document, batch, form):
        apply(writer, batch)
        answer = writer.http.get(path(document, "/export"), params={"format": form})

        assert answer.status_code == 200
        assert form == "docx" or "significant plan" in answer.text


class TestAChoice:
    def test_what_was_rejected_is_left_out(self, writer, document, batch):
        writer.http.post(f"/api/v1/jobs/{batch['id']}/suggestions/sg_2_1/reject")
        answer = apply(writer, batch)

        assert answer.json()["applied"] == ["sg_1_1", "sg_2_2", "sg_3_1"]
        assert answer.json()["document"]["content"].count("big") == 1

    def test_suggestions_and_sections_are_chosen_by_id(self, writer, batch):
        writer.http.post(f"/api/v1/jobs/{batch['id']}/suggestions/sg_2_1/reject")
        answer = apply(writer, batch, suggestions=["sg_1_1"], sections=["sec_2"])

        assert answer.json()["applied"] == ["sg_1_1", "sg_2_2"]

    def test_a_rejected_one_that_is_named_is_meant(self, writer, batch):
        writer.http.post(f"/api/v1/jobs/{batch['id']}/suggestions/sg_2_1/reject")
        answer = apply(writer, batch, suggestions=["sg_2_1"])
        states = {
            one["id"]: one["state"] for one in show(writer, batch["id"])["result"]["suggestions"]
        }

        assert answer.json()["applied"] == ["sg_2_1"]
        assert states == {one: "accepted" if one == "sg_2_1" else "pending" for one in FINAL}

    @pytest.mark.parametrize("chosen", [{"suggestions": []}, {"sections": []}])
    def test_nothing_chosen_makes_no_revision(self, writer, document, batch, chosen):
        answer = apply(writer, batch, **chosen)

        assert (answer.status_code, answer.json()["applied"]) == (200, [])
        assert answer.json()["document"]["revision"] == 1

    def test_what_the_batch_does_not_have_is_named(self, writer, batch):
        answer = apply(writer, batch, suggestions=["sg_1_1", "sg_9_9"], sections=["sec_4"])

        assert fault(answer) == (400, "VALIDATION_ERROR")
        fields = [one["field"] for one in answer.json()["error"]["details"]]
        assert fields == ["suggestions.1", "sections.0"]


class TestANewerText:
    def test_what_moved_is_applied_and_what_conflicts_is_told(self, writer, document, batch):
        content = document["content"].replace("In part 1 the big plan", "In part 1 the grand plan")
        newer = save(writer, document, f"At first something else.\n\n{content}")
        answer = apply(writer, batch, match='"2"')

        assert answer.json()["applied"] == ["sg_1_1", "sg_2_2", "sg_3_1"]
        assert [one["id"] for one in answer.json()["conflicts"]] == ["sg_2_1"]
        assert answer.json()["document"]["content"] == improved(newer["content"])
        assert answer.headers["ETag"] == '"3"'

    def test_who_does_not_know_it_is_refused_with_its_revision(self, writer, document, batch):
        save(writer, document, "Other words.")
        answer = apply(writer, batch)

        assert fault(answer) == (412, "REVISION_CONFLICT")
        assert "2" in answer.json()["error"]["details"][0]["error"]
        assert read(writer, document)["content"] == "Other words."

    def test_any_revision_will_do_for_who_says_so(self, writer, document, batch):
        save(writer, document, f"{document['content']}\nMore words at the end.\n")

        assert apply(writer, batch, match="*").json()["document"]["revision"] == 3

    def test_without_a_revision_nothing_is_done(self, writer, batch):
        assert fault(apply(writer, batch, match=None)) == (428, "PRECONDITION_REQUIRED")

    def test_where_nothing_stands_any_more_there_is_no_revision(self, writer, document, batch):
        save(writer, document, "Other words.")
        answer = apply(writer, batch, match='"2"')

        assert (answer.status_code, answer.json()["applied"]) == (200, [])
        assert {one["id"] for one in answer.json()["conflicts"]} == FINAL
        assert answer.json()["document"]["revision"] == 2


class TestAgain:
    @pytest.mark.parametrize("match", ['"1"', '"2"', "*"])
    def test_who_missed_the_answer_gets_it_once_more(self, writer, batch, match):
        first = apply(writer, batch)
        again = apply(writer, batch, match=match)

        assert (again.status_code, again.json()) == (200, first.json())

    def test_what_stands_already_is_not_made_twice(self, writer, document, batch):
        once = apply(writer, batch).json()["document"]
        newer = save(writer, once, f"{once['content']}\nMore words at the end.\n")
        again = apply(writer, batch, match="*")

        assert again.json()["document"]["content"] == newer["content"]
        assert {one["id"] for one in again.json()["conflicts"]} == FINAL

    def test_many_at_once_make_one_revision(self, writer, document, batch):
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: apply(writer, batch, match="*"), range(4)))

        assert {one.status_code for one in answers} == {200}
        assert read(writer, document)["revision"] == 2

    def test_no_save_beside_it_is_lost(self, writer, document, batch):
        typed = f"{document['content']}\nTyped meanwhile.\n"
        with ThreadPoolExecutor(2) as pool:
            applied = pool.submit(apply, writer, batch)
            saved = pool.submit(put, writer, document, typed)
            statuses = [applied.result().status_code, saved.result().status_code]

        assert sorted(statuses) == [200, 412]
        stands = read(writer, document)["content"]
        assert stands == (improved(document["content"]) if statuses[0] == 200 else typed)


class TestWhatABatchHasDone:
    def test_a_cancelled_one(self, writer, document, model):
        hold = threading.Event()
        model.plan(
            lambda call: known_words(call, **({"hold": hold} if "part 2" in call.pieces[1] else {}))
        )
        batch_id = begin_batch(writer, about(document))
        until(
            lambda: show(writer, batch_id)["counts"]["succeeded"] == 2, lambda: "not two are done"
        )
        post(writer, batch_id, "cancel")
        hold.set()
        answer = apply(writer, ended_batch(writer, batch_id))

        assert answer.json()["applied"] == ["sg_1_1", "sg_2_1", "sg_2_2"]

    def test_a_failed_one_has_nothing_to_apply(self, writer, document, model):
        model.plan(lambda call: refuse())
        answer = apply(writer, finish_batch(writer, about(document)))

        assert (answer.status_code, answer.json()["applied"]) == (200, [])


class TestWho:
    def test_a_batch_about_what_was_sent_has_no_document(self, writer):
        batch = finish_batch(writer, sent(some_text()))

        assert fault(apply(writer, batch)) == (409, "CONFLICT")

    def test_only_its_owner(self, other_writer, batch):
        assert fault(apply(other_writer, batch, match="*")) == (404, "NOT_FOUND")

    def test_only_who_may_write(self, new_person):
        owner, guest = new_person().register(), new_person().register()
        document = some_document(owner)
        share(owner, document, (guest.email, "suggest"))
        batch = finish_batch(guest, about(document))
        refused = apply(guest, batch)
        share(owner, document, (guest.email, "write"))

        assert fault(refused) == (403, "FORBIDDEN")
        assert apply(guest, batch).json()["document"]["revision"] == 2


@pytest.mark.parametrize("form", ["html", "markdown", "diff", "docx", "text"])
def test_the_changes_of_a_batch_are_shown_as_those_of_a_job(writer, batch, form):
    answer = writer.http.get(batch["urls"]["result"], params={"format": form})

    assert answer.status_code == 200
    assert form == "docx" or "significant" in answer.text
