"""Planning a batch and writing its sections, over a true Redis."""

from dataclasses import replace

import pytest

from devserver.stores import EmbeddedRedis
from shared.data.redis import batches
from shared.data.redis.batches import BatchStore
from shared.data.redis.client import connect
from shared.domain.batches import SentSection
from shared.domain.text import OffsetEncoding
from shared.jobs.states import Outcome, Status
from tests.functional.batch_workshop import DiedError, Workshop, about, reply
from tests.stack_client import slices
from workers.ai.provider import RefusalDelta
from workers.services.interrupts import HandedBackError, StoppedError

EACH_UNIT = pytest.mark.parametrize("unit", OffsetEncoding)


def paragraph(n, words="plan was long in the making, and so it was good"):
    """Return some two hundred tokens, with one `big` in them."""
    said = f"The 🙂 big {words}, as the {n}th of all naïve tellers had told. "
    return said + "Much more was said of it by everybody who was there at the time. " * 11


def document(count, **other):
    """Return so many sections under headings; `s3="…"` is what stands in the third."""
    texts = [other.get(f"s{n}") or paragraph(n) for n in range(1, count + 1)]
    return "".join(f"## Part {n}\n\n{text}\n\n" for n, text in enumerate(texts, start=1))


def dying_after(times, does=None):
    """Return what does the same so many times, and then dies."""
    left = [does] * times

    def step(*args, **named):
        if not left:
            raise DiedError
        return left.pop()(*args, **named)

    return step


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with EmbeddedRedis(tmp_path_factory.mktemp("workshop")) as store:
        yield store


@pytest.fixture
def shop(store):
    """Return a workshop in which nobody has worked."""
    redis = connect(store.uri, timeout_s=10)
    for key in redis.scan_iter():
        redis.unlink(key)
    yield Workshop(redis)
    redis.close()


class TestABatch:
    @EACH_UNIT
    def test_every_suggestion_stands_in_the_whole_document(self, shop, unit):
        text = document(12)
        shop.run(about(text, offset_encoding=unit))
        found = shop.suggestions()

        assert len(found) == 12
        assert [slices(text, one, unit) for one in found] == ["big"] * 12
        assert [one["start"] for one in found] == sorted({one["start"] for one in found})

    @EACH_UNIT
    def test_the_sections_are_all_of_the_document(self, shop, unit):
        text = document(12)
        shop.run(about(text, offset_encoding=unit))
        spots = [record.spot for record in shop.records()]
        pieces = [slices(text, {"start": s.start, "end": s.end}, unit) for s in spots]

        assert len(spots) > 8
        assert "".join(pieces) == text
        assert [spot.n for spot in spots] == list(range(1, len(spots) + 1))

    def test_all_calls_begin_alike_and_one_knows_its_neighbours(self, shop):
        shop.run(about(document(6), title="Of plans", brief="For children."))
        first, *others = shop.model.users
        lead = first[: first.index("BEGIN AFTER")]

        assert "Of plans" in lead
        assert "For children." in lead
        assert all(user.startswith(lead) for user in others)
        assert len({call.messages[0].content for call in shop.model.calls}) == 1
        assert "END BEFORE" in others[0]

    def test_sections_that_were_sent_are_taken_as_they_are(self, shop):
        texts = {"a": "A 🙂 big plan.", "b": " \n", "c": "Ok."}
        sent = tuple(SentSection(*one) for one in texts.items())
        shop.run(replace(about(""), sections=sent))
        spots = [record.spot for record in shop.records()]

        assert [(s.custom_id, s.start, s.end) for s in spots] == [
            ("a", 0, 14),
            ("b", 0, 2),
            ("c", 0, 3),
        ]
        assert [slices(texts["a"], one) for one in shop.suggestions()] == ["big"]
        assert len(shop.model.calls) == 2

    def test_nobody_is_asked_about_what_holds_no_words(self, shop):
        code = "```\nbig = 1\n```\n" * 60
        record = shop.run(about(f"{paragraph(1)}\n\n{code}\n{paragraph(2)}"))

        assert not any("big = 1\n```\nEND" in user for user in shop.model.users)
        assert record.cached == 0
        assert shop.find(shop.batch).outcome is Outcome.COMPLETE


class TestWhatChanged:
    def test_the_same_again_takes_no_call(self, shop):
        text = document(10)
        shop.run(about(text))
        first, calls = shop.suggestions(), len(shop.model.calls)
        again = shop.run(about(text))

        assert len(shop.model.calls) == calls
        assert shop.suggestions() == first
        assert (again.cached, shop.find(shop.batch).outcome) == (again.total, Outcome.CACHED)
        assert again.saved_usd == pytest.approx(calls * 0.00021)

    def test_one_section_of_fifty_takes_three_calls_at_most(self, shop):
        shop.run(about(document(50), title="Of plans"))
        shop.model.calls.clear()
        text = document(50, s25=paragraph(25, "idea was short, and so it was bad"))
        shop.run(about(text, title="Of ideas"))

        assert 1 <= len(shop.model.calls) <= 3
        assert [slices(text, one) for one in shop.suggestions()] == ["big"] * 50

    @EACH_UNIT
    def test_what_is_known_is_counted_as_the_caller_does(self, shop, unit):
        text = document(8)
        shop.run(about(text, offset_encoding=OffsetEncoding.UTF16))
        shop.model.calls.clear()
        shop.run(about(text, offset_encoding=unit))

        assert shop.model.calls == []
        assert [slices(text, one, unit) for one in shop.suggestions()] == ["big"] * 8

    def test_what_is_known_is_shown_up_to_the_callers_limit(self, shop):
        text = document(2, s1=paragraph(1).replace("more", "big"))
        shop.run(about(text))
        shop.model.calls.clear()
        shop.run(about(text, max_suggestions=1))

        assert shop.model.calls == []
        assert max(len(record.result.suggestions) for record in shop.records()) == 1

    def test_another_wish_is_another_task(self, shop):
        shop.run(about(document(4), brief="For children."))
        calls = len(shop.model.calls)
        shop.run(about(document(4), brief="For adults."))

        assert len(shop.model.calls) == 2 * calls

    def test_nobody_is_served_with_what_others_paid_for(self, shop):
        shop.run(about(document(4)))
        calls = len(shop.model.calls)
        shop.run(about(document(4)), caller=shop.enter())

        assert len(shop.model.calls) == 2 * calls

    def test_who_wants_it_fresh_gets_it_fresh_and_it_is_kept(self, shop):
        shop.run(about(document(4)))
        calls = len(shop.model.calls)
        shop.model.says = lambda call: reply()
        shop.run(about(document(4), is_fresh=True))
        shop.run(about(document(4)))

        assert len(shop.model.calls) == 2 * calls
        assert shop.suggestions() == []

    def test_what_is_not_to_be_kept_is_not(self, shop):
        shop.run(about(document(4), keep_answers=False))
        calls = len(shop.model.calls)
        shop.run(about(document(4)))

        assert len(shop.model.calls) == 2 * calls

    def test_what_another_batch_had_asked_meanwhile_is_not_asked_again(self, shop):
        other = shop.admit(about(document(4), max_cost_usd=1.0))  # joins nobody in flight
        lease = shop.claim(other)
        shop.write(shop.planner, lease)
        shop.run(about(document(4)))

        assert len(shop.model.calls) == len(shop.records())
        assert shop.find(other).status is Status.SUCCEEDED


class TestBadReplies:
    def test_half_a_reply_counts_and_is_not_kept(self, shop):
        shop.model.says = lambda call: reply({"original": "x", "suggested": "y"}, end="length")
        shop.run(about(document(1)))
        calls = len(shop.model.calls)
        job = shop.find(shop.batch)
        shop.run(about(document(1)))

        assert (job.status, job.outcome) == (Status.SUCCEEDED, Outcome.PARTIAL)
        assert len(shop.model.calls) == 2 * calls

    def test_one_that_is_refused_fails_alone(self, shop):
        def says(call):
            return [RefusalDelta(), *reply()] if "2th of" in call.task.content else None

        shop.model.says = says
        shop.run(about(document(3)))
        ended = {record.status for record in shop.records()}
        (failed,) = (record for record in shop.records() if record.status is Status.FAILED)

        assert ended == {Status.SUCCEEDED, Status.FAILED}
        assert failed.error["code"] == "CONTENT_REFUSED"
        assert shop.find(shop.batch).outcome is Outcome.PARTIAL

    def test_a_link_named_elsewhere_keeps_its_name(self, shop):
        def says(call):
            return reply({"original": "the plan][ref]", "suggested": "the plan][reference]"})

        shop.model.says = says
        text = document(3, s1=paragraph(1, "was [the plan][ref]")) + "[ref]: http://x.example/y\n"
        shop.run(about(text))

        assert shop.suggestions() == []


class TestDeaths:
    @pytest.mark.parametrize("woken", [0, 1, 1000])
    def test_a_planner_that_died_is_followed_by_one_that_plans_the_same(
        self, shop, monkeypatch, woken
    ):
        monkeypatch.setattr(batches, "_AT_ONCE", 2)
        shop.batch = shop.admit(about(document(6)))
        with monkeypatch.context() as patch:
            patch.setattr(shop, "wake", dying_after(woken, shop.wake))
            patch.setattr(BatchStore, "set_out", dying_after(0))
            shop.die(shop.planner, shop.claim(shop.batch))
        before = shop.children()
        shop.write(shop.planner, shop.claim(shop.batch))

        assert before.items() <= shop.children().items()
        shop.do_sections()
        assert len(shop.suggestions()) == len(shop.model.calls) == 6
        assert shop.find(shop.batch).outcome is Outcome.COMPLETE

    def test_one_that_died_may_leave_behind_what_is_known_by_then(self, shop, monkeypatch):
        shop.batch = shop.admit(about(document(6)))
        with monkeypatch.context() as patch:
            patch.setattr(BatchStore, "set_out", dying_after(0))
            shop.die(shop.planner, shop.claim(shop.batch))
        shop.do_sections()
        calls = len(shop.model.calls)
        shop.write(shop.planner, shop.claim(shop.batch))

        assert shop.find(shop.batch).outcome is Outcome.COMPLETE
        assert len(shop.suggestions()) == 6
        assert len(shop.model.calls) == calls

    def test_a_section_whose_worker_died_is_done_once(self, shop, monkeypatch):
        shop.batch = shop.admit(about(document(3)))
        shop.write(shop.planner, shop.claim(shop.batch))
        monkeypatch.setattr(shop.model, "meanwhile", dying_after(0))
        shop.die(shop.writer, shop.take(shop.children()[2]))
        monkeypatch.undo()
        shop.write(shop.writer, shop.take(shop.children()[2]))
        shop.do_sections()

        told = [event for event in shop.told() if event == "section.completed"]
        assert len(told) == len(shop.records())
        assert "output.reset" not in shop.told()
        assert len(shop.suggestions()) == 3

    def test_a_worker_that_leaves_hands_its_section_on(self, shop):
        def leave(claim):
            shop.model.meanwhile = lambda _: claim.interrupt.stop(HandedBackError())

        shop.batch = shop.admit(about(document(1)))
        shop.write(shop.planner, shop.claim(shop.batch))
        shop.write(shop.writer, shop.take(shop.children()[1]), leave)
        shop.model.meanwhile = lambda _: None
        shop.write(shop.writer, shop.take(shop.children()[1]))

        assert [one["original"] for one in shop.suggestions()] == ["big"]
        assert shop.told().count("section.completed") == 1
        assert shop.find(shop.batch).outcome is Outcome.COMPLETE

    def test_one_that_hears_to_stop_plans_nothing(self, shop):
        shop.batch = shop.admit(about(document(6)))
        lease = shop.claim(shop.batch)
        shop.cancel(shop.batch)
        shop.write(shop.planner, lease, lambda claim: claim.interrupt.stop(StoppedError()))

        assert shop.find(shop.batch).status is Status.CANCELLED
        assert shop.records() == []

    def test_a_section_whose_batch_is_gone_asks_nobody(self, shop):
        shop.batch = shop.admit(about(document(1)))
        shop.write(shop.planner, shop.claim(shop.batch))
        section = next(iter(shop.children().values()))
        lease = shop.take(section)
        shop.redis.unlink(shop.partition.common(shop.batch.job_id))
        shop.write(shop.writer, lease)

        assert shop.model.calls == []
        assert shop.redis.zscore(shop.partition.leases, section) is None
