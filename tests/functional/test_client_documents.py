"""Documents, templates and conversations through the client, over the real stack."""

from dataclasses import replace

import pytest
from copydesk import Desk
from copydesk.errors import (
    ForbiddenError,
    NotFoundError,
    PreconditionRequiredError,
    RevisionConflictError,
)

from tests.account_client import PASSWORD, some_email
from tests.model_server_scripts import edit, talk
from tests.stack_client import some_text

PATIENCE_S = 60.0


@pytest.fixture
def desk(stack, model):
    with Desk(stack.url) as desk:
        yield desk


class TestDocuments:
    def test_one_is_kept_read_and_listed(self, desk):
        made = desk.documents.create("The plan 🎉", title="Plan", format="markdown", tags=["a"])

        assert desk.documents.get(made.id) == made
        assert (made.title, made.content, made.tags, made.revision) == (
            "Plan",
            "The plan 🎉",
            ("a",),
            1,
        )
        assert [each.id for each in desk.documents.list(q="pla", tag="a")] == [made.id]

    def test_it_is_saved_over_what_was_read(self, desk):
        made = desk.documents.create("One")
        saved = desk.documents.save(made, "Two", why="Better")
        with pytest.raises(RevisionConflictError) as refused:
            desk.documents.save(made, "Three")
        with pytest.raises(PreconditionRequiredError):
            desk.documents.save(made.id, "Three")
        in_any_case = desk.documents.save(made.id, "Four", revision="*")

        assert (saved.content, saved.revision, refused.value.revision) == ("Two", 2, 2)
        assert (in_any_case.content, in_any_case.revision) == ("Four", 3)

    def test_its_versions_are_compared_and_brought_back(self, desk):
        made = desk.documents.create("The big plan")
        desk.documents.save(made, "The vast plan", why="Bolder")
        diff = desk.documents.diff(made, 1, 2)
        back = desk.documents.restore(made, 1)

        assert [(each.removed, each.inserted) for each in diff.changes] == [("big", "vast")]
        assert (diff.old, diff.new) == (1, 2)
        assert (back.content, back.revision) == ("The big plan", 3)
        assert [each.revision for each in desk.documents.versions(made)] == [1, 2, 3]
        assert desk.documents.version(made, 2).why == "Bolder"

    def test_a_draft_is_kept_apart(self, desk):
        made = desk.documents.create("One")
        draft = desk.documents.save_draft(made, "One and", title="T")
        again = desk.documents.save_draft(made, "One and two", over=draft)

        assert desk.documents.draft(made) == again
        assert (again.content, again.conflict) == ("One and two", False)
        with pytest.raises(RevisionConflictError):
            desk.documents.save_draft(made, "Lost", over=draft)
        desk.documents.delete_draft(made)
        with pytest.raises(NotFoundError):
            desk.documents.draft(made)

    def test_archived_ones_are_out_of_the_usual_list(self, desk):
        made = desk.documents.create("One")
        assert desk.documents.archive(made).archived

        assert list(desk.documents.list()) == []
        assert [each.id for each in desk.documents.list(archived=True)] == [made.id]
        assert not desk.documents.unarchive(made).archived
        desk.documents.delete(made)
        assert list(desk.documents.list(archived=None)) == []

    def test_lists_of_many_pages_are_whole(self, desk):
        made = [desk.documents.create(f"Number {n}").id for n in range(53)]

        assert [each.id for each in desk.documents.list()] == made[::-1]


class TestSharing:
    def test_whoever_is_let_in_may_do_as_much(self, desk, stack):
        email = some_email()
        desk.register(some_email(), PASSWORD)
        made = desk.documents.create("One")
        with Desk(stack.url) as other:
            other.register(email, PASSWORD)
            with pytest.raises(NotFoundError):
                other.documents.get(made)
            shared = desk.documents.share(made, {email: "read"}, public=False)
            seen = other.documents.get(made)
            with pytest.raises(ForbiddenError):
                other.documents.save(seen, "Two")
            listed = [each.id for each in other.documents.list(shared=True)]

        assert [(each.email, each.access) for each in shared.shared_with] == [(email, "read")]
        assert (seen.access, listed) == ("read", [made.id])
        assert desk.documents.share(made, {}).shared_with == ()


class TestFiles:
    @pytest.mark.parametrize("kind", ["markdown", "docx", "html", "text"])
    def test_what_is_exported_can_be_imported(self, desk, kind):
        made = desk.documents.create("# Plan\n\nThe *big* plan 🎉", format="markdown")
        names = {"markdown": "plän.md", "docx": "plan.docx", "html": "plan.html", "text": "p.txt"}
        file = desk.documents.export(made, kind)
        taken = desk.documents.import_file(names[kind], file, title="Taken", tags=["a", "b"])

        assert (taken.title, taken.tags) == ("Taken", ("a", "b"))
        assert "big" in taken.content
        assert "🎉" in taken.content
        if kind in ("markdown", "docx"):
            assert taken.format == "markdown"

    def test_a_file_names_its_document(self, desk):
        assert desk.documents.import_file("My plan.txt", b"Words").title == "My plan"

    def test_a_job_about_a_stored_document(self, desk):
        made = desk.documents.create(some_text())
        job = desk.suggest(document_id=made.id, template="clearer")

        assert job.result(PATIENCE_S).suggestions
        assert [each.id for each in desk.jobs(document_id=made.id)] == [job.id]


class TestTemplates:
    def test_the_systems_are_there(self, desk):
        assert {"clearer", "shorter"} <= {each.id for each in desk.templates.list(owner="system")}
        assert desk.templates.get("clearer").system

    def test_one_of_ones_own_has_versions(self, desk):
        made = desk.templates.create("Rhyme", "Make it rhyme.", category="fun")
        newer = desk.templates.save(replace(made, instruction="Make it rhyme well."))
        with pytest.raises(RevisionConflictError):
            desk.templates.save(replace(made, instruction="Too late."))

        assert [each.version for each in desk.templates.versions(made)] == [1, 2]
        assert desk.templates.get(made, version=1) == made
        assert newer.instruction == "Make it rhyme well."
        assert [each.decided for each in desk.templates.performance(made)] == [0, 0]
        desk.templates.delete(newer)
        assert list(desk.templates.list(owner="me")) == []

    def test_one_of_the_systems_can_be_copied(self, desk):
        copy = desk.templates.fork("clearer", name="Clearer still")

        assert (copy.name, copy.system, copy.forked_from.id) == ("Clearer still", False, "clearer")


class TestConversations:
    def test_they_go_on_and_are_answered_anew(self, desk):
        first = desk.chat("Hello there").result(PATIENCE_S)
        second = desk.chat("And now?", conversation_id=first.conversation_id).result(PATIENCE_S)
        anew = desk.conversations.regenerate(first.conversation_id, second.message.id)
        answer = anew.result(PATIENCE_S)
        held = desk.conversations.get(first.conversation_id)

        assert [each.role for each in held.messages] == ["user", "assistant"] * 2
        assert held.messages[-1].id == answer.message.id
        assert [each.id for each in desk.conversations.list()] == [first.conversation_id]

    def test_one_about_a_text_has_suggestions(self, desk, model):
        text = some_text()
        model.plan(lambda call: talk(call, "Like this:", edit("big", "vast")))
        answer = desk.chat("Improve this", document=text).result(PATIENCE_S)

        assert answer.message.content.startswith("Like this:")
        assert [text[each.start : each.end] for each in answer.suggestions] == ["big"]

    def test_one_can_be_deleted(self, desk):
        made = desk.chat("Hello there").result(PATIENCE_S).conversation_id
        desk.conversations.delete(made)
        with pytest.raises(NotFoundError):
            desk.conversations.get(made)
