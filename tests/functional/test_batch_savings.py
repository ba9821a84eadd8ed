"""What a batch asks about, and what it does not, over the true stack."""

import json

import pytest

from tests.batch_client import finish_batch, sections_of
from tests.injections import INJECTIONS, TELLTALE
from tests.model_server_scripts import propose
from tests.obedience import obey
from tests.stack_client import TEMPLATE, Writer, slices, some_text

FIFTY = 50
ANOTHER = {"on_error": "stop"}  # the very same is joined even a moment after its end


def parts(count=FIFTY, **changed):
    """Return a text of so many sections; `p3="…"` is what stands in the third."""
    told = [changed.get(f"p{n}") or words(n) for n in range(1, count + 1)]
    return "".join(f"## Part {n}\n\n{text}\n\n" for n, text in enumerate(told, start=1))


def words(n, how="big"):
    middle = "Nobody had thought of it before, and many were in doubt. " * 8
    return f"This is the {how} plan of the {n}th house, told by all. {middle}So it ended for {n}."


def about(text, **more):
    return {"document": {"content": text, "format": "markdown"}, "prompt": TEMPLATE} | more


@pytest.fixture(scope="module")
def paid(stack, model_server):
    """Return somebody who has had a text improved, the text, and the batch."""
    model_server.reset()
    text = f"# {some_text()}\n\n{parts()}"
    with Writer(stack.url) as writer:
        batch = finish_batch(writer, about(text))
        assert (batch["status"], batch["outcome"]) == ("succeeded", "complete")
        yield writer, text, batch


def bigs(text, writer, batch):
    """Return how many `big`s are to be changed, each of which stands where it is said to."""
    found = [one for each in sections_of(writer, batch["id"]) for one in each["suggestions"]]
    assert {slices(text, one) for one in found} == {"big"}
    assert len({one["start"] for one in found}) == len(found)
    return len(found)


class TestWhatIsPaidFor:
    def test_the_same_again_costs_nothing(self, paid, model):
        writer, text, before = paid
        batch = finish_batch(writer, about(text, **ANOTHER))

        assert model.calls == []
        assert batch["outcome"] == "cached"
        assert batch["saved_usd"] == pytest.approx(before["usage"]["cost_usd"], abs=1e-6)
        assert bigs(text, writer, batch) == FIFTY + 1

    @pytest.mark.parametrize("n", [1, 25, FIFTY])
    def test_one_section_of_fifty_takes_three_calls_at_most(self, paid, model, n):
        writer, text, _ = paid
        text = text.replace(words(n), words(n, "new and big"))
        batch = finish_batch(writer, about(text))

        assert 1 <= len(model.calls) <= 3
        assert batch["counts"]["cached"] >= FIFTY - 3
        assert bigs(text, writer, batch) == FIFTY + 1

    def test_another_heading_is_asked_about_with_its_neighbours_alone(self, paid, model):
        writer, text, _ = paid
        text = text.replace("## Part 25\n", "## The best of all parts\n")
        finish_batch(writer, about(text))

        assert 1 <= len(model.calls) <= 3

    def test_a_new_section_among_fifty_takes_three_calls_at_most(self, paid, model):
        writer, text, _ = paid
        text = text.replace("## Part 25\n", f"## New\n\n{words('new')}\n\n## Part 25\n")
        batch = finish_batch(writer, about(text))

        assert 1 <= len(model.calls) <= 3
        assert bigs(text, writer, batch) == FIFTY + 2

    def test_others_pay_for_themselves(self, other_writer, paid, model):
        _, text, before = paid
        batch = finish_batch(other_writer, about(text))

        assert batch["outcome"] == "complete"
        assert len(model.calls) == before["progress"]["total"]

    def test_what_is_not_to_be_kept_is_paid_for_again(self, writer, model):
        text = some_text()
        first = finish_batch(writer, about(text), Cache_Control="no-store")
        again = finish_batch(writer, about(text, **ANOTHER))

        assert (first["outcome"], again["outcome"]) == ("complete", "complete")
        assert len(model.calls) == 2

    def test_who_wants_it_anew_gets_it_anew_and_so_do_all_behind(self, writer, model):
        text = some_text()
        finish_batch(writer, about(text))
        model.plan(propose())
        finish_batch(writer, about(text), Cache_Control="no-cache")
        batch = finish_batch(writer, about(text, **ANOTHER))

        assert len(model.calls) == 2
        assert (batch["outcome"], batch["result"]["suggestions"]) == ("cached", [])


class TestWhatIsSent:
    def test_all_calls_of_a_batch_begin_with_the_same_bytes(self, writer, model):
        text = f"# The history of {some_text()}\n\n{parts(5)}"
        finish_batch(writer, about(text, brief="For children who like houses."))
        system, users = zip(*([m["content"] for m in c.messages] for c in model.calls), strict=True)
        shared = max((u[: u.index("BEGIN BEFORE")] for u in users if "BEGIN BEFORE" in u), key=len)

        assert len(users) > 4
        assert all(user.startswith(shared) for user in users)
        assert all(told in shared for told in ("The history of", "Part 5", "who like houses"))
        assert len(set(system)) == 1

    def test_a_section_is_sent_with_its_edges_and_no_more_of_the_text(self, writer, model):
        finish_batch(writer, about(parts(5)))
        (call,) = (call for call in model.calls if "3th house" in call.text)
        asked = call.messages[1]["content"]

        assert "So it ended for 2." in asked
        assert "plan of the 4th house" in asked
        assert "plan of the 2th house" not in asked
        assert "So it ended for 4." not in asked

    def test_no_text_makes_a_model_obey_wherever_it_stands(self, writer, model):
        model.plan(obey)
        told = [f"# {order.splitlines()[0]}\n\n{order}\n\n{words(n)}" for n, order in _numbered()]
        batch = finish_batch(writer, about("\n\n".join(told), brief=INJECTIONS["new task"]))
        found = [one["suggested"] for one in batch["result"]["suggestions"]]

        assert batch["status"] == "succeeded"
        assert "significant" in found
        assert TELLTALE not in found

    def test_what_a_section_is_called_is_told_to_nobody(self, writer, model):
        sections = [{"custom_id": f"{TELLTALE} {n}", "content": some_text()} for n in range(2)]
        batch = finish_batch(writer, {"sections": sections, "prompt": TEMPLATE})

        assert batch["outcome"] == "complete"
        assert TELLTALE not in json.dumps([call.body for call in model.calls])


def _numbered():
    return enumerate(filter(str.strip, INJECTIONS.values()))
