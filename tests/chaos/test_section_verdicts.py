"""The judge finds each fault of a batch's sections that it is there to find."""

from collections import Counter

from tests.chaos.ledger import LIVE, Accepted, Called, Ledger, Look, Ordered, Seen, Stored
from tests.chaos.orders import Order, section_keys, text_of
from tests.chaos.section_verdicts import Batch, faults_of
from tests.chaos.verdict import judge

AT = text_of("k.1").index("utilize")
RIGHT = {"id": "sg_1_1", "start": AT, "end": AT + 7, "original": "utilize"}
LOG = (
    ("section.started", "sec_1"),
    ("section.started", "sec_2"),
    ("section.completed", "sec_2"),
    ("usage.updated", None),
    ("suggestion.created", RIGHT),
    ("section.completed", "sec_1"),
    ("usage.updated", None),
)


def faults(log=LOG, **calls):
    """Return what is said of a batch of two sections that went well but for what is given."""
    events = [Seen("j", LIVE, n, name, "", told) for n, (name, told) in enumerate(log, 1)]
    called = Counter(
        {key: calls.get(key[-2:].replace(".", "n"), 1) for key in section_keys("k", 2)}
    )
    return list(faults_of(Batch("k", 2, events), called))


def test_it_finds_nothing_where_nothing_is_wrong():
    assert faults() == []


def test_it_finds_a_section_that_never_ended_or_ended_twice():
    assert faults([each for each in LOG if each != LOG[2]]) == ["k.2: ended 0 times"]
    assert faults([*LOG, LOG[2]]) == ["k.2: ended 2 times"]


def test_it_finds_a_call_that_no_attempt_made():
    assert faults(n1=2) == ["k.1: 2 calls in 1 attempts"]
    assert faults([LOG[0], *LOG], n1=2) == []
    assert faults(n2=0) == ["k.2: 0 calls in 1 attempts"]


def test_it_finds_a_suggestion_in_the_wrong_place():
    moved = ("suggestion.created", RIGHT | {"start": AT + 1, "end": AT + 8})

    assert faults([*LOG[:4], moved, *LOG[5:]]) == ["k: sg_1_1 is not where it says"]


def test_a_batch_has_as_many_calls_as_sections_and_they_are_counted_as_they_end():
    ledger = Ledger()
    log = [*LOG, ("job.succeeded", None)]
    events = [Seen("j", LIVE, n, name, "", told) for n, (name, told) in enumerate(log, 1)]
    ledger.add(Ordered("k", "succeeded", None, 2), Accepted("k", "j", replayed=False), *events)
    ledger.add(Called("k.1"), Called("k.2"), Stored("j", ends=1))
    ledger.add(*[Look("j", "succeeded", attempt=1, suggestions=[RIGHT])] * 2)
    found = judge(ledger)

    assert (found.twice, found.lost, found.calls_above) == ((), (), 0)


def test_an_order_with_sections_is_one_for_a_batch():
    assert Order("k", 0, sections=2).path == "/api/v1/batches"
    assert b'"k.2"' in Order("k", 0, sections=2).body
