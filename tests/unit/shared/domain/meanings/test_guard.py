import sys
import time
import tomllib
from itertools import cycle, islice
from pathlib import Path

import pytest

from shared.domain.meanings.guard import Kind, MeaningGuard, changed_meaning
from shared.domain.text import Span

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "cases.toml").read_text("utf-8"))["case"]
HELD_OUT = tomllib.loads((HERE / "held_out.toml").read_text("utf-8"))["case"]
PLAIN = "The crew worked in order to finish, and the work went on for a while. "


def span_of(text, part):
    at = text.index(part)
    return Span(at, at + len(part))


def changed(text, original, suggested):
    return {str(kind) for kind in changed_meaning(text, span_of(text, original), suggested)}


def judged(case):
    return changed(case["text"], case["original"], case["suggested"])


def rates(cases):
    """Return the share of changes that were missed, and of harmless edits that were not let by."""
    harmful = [bool(judged(case)) for case in cases if case["kinds"]]
    harmless = [bool(judged(case)) for case in cases if not case["kinds"]]
    return harmful.count(False) / len(harmful), harmless.count(True) / len(harmless)


@pytest.fixture
def report(capsys):
    def write(line):
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return write


class TestTheErrorRates:
    @pytest.mark.parametrize(
        ("name", "cases", "most_missed", "most_false"),
        [("cases", CASES, 0.03, 0.05), ("held-out cases", HELD_OUT, 0.10, 0.05)],
    )
    def test_it_keeps_within_its_bounds(self, name, cases, most_missed, most_false, report):
        missed, false = rates(cases)
        report(f"meaning guard, {len(cases)} {name}: {missed:.1%} missed, {false:.1%} false alarms")

        assert missed <= most_missed
        assert false <= most_false

    def test_at_least_half_of_the_cases_must_pass(self):
        assert len(CASES) >= 240
        assert sum(not case["kinds"] for case in CASES) * 2 >= len(CASES)

    @pytest.mark.parametrize("case", CASES + HELD_OUT, ids=lambda case: case["text"])
    def test_every_case_can_be_read(self, case):
        assert case["text"].count(case["original"]) == 1
        assert set(case["kinds"]) <= set(Kind)

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
    def test_it_judges_each_case_right_from_which_it_was_built(self, case):
        assert bool(judged(case)) == bool(case["kinds"])

    def test_it_names_the_kinds(self):
        told = [(set(case["kinds"]), judged(case)) for case in CASES if case["kinds"]]

        assert sum(expected <= found for expected, found in told) >= 0.97 * len(told)


class TestWhatItReads:
    def test_it_finds_no_change_in_what_stays_the_same(self):
        for case in CASES:
            assert changed(case["text"], case["original"], case["original"]) == set()

    def test_it_reads_the_words_that_a_span_cuts(self):
        assert changed("It is unusual here.", "un", "") == {"negation"}
        assert changed("It cost 1250 or so.", "2", "3") == {"number"}

    def test_it_reads_a_quotation_of_several_sentences_and_paragraphs_apart(self):
        text = "“One is here. Two is big. Three is there.”\n\nOne is big."

        assert changed(text, "Two is big", "Two is large") == {"quotation"}
        assert changed(text, "One is big", "One is large") == set()

    def test_it_knows_a_name_at_a_sentence_start_from_the_rest_of_the_text(self):
        assert changed("Wug left.", "Wug", "Someone") == set()
        assert changed("Wug left. We miss the old Wug.", "Wug left", "Someone left") == {"name"}
        assert changed("Plan left. The Plan is a plan .", "Plan left", "It left") == set()

    def test_it_looks_no_farther_than_the_sentence(self):
        assert changed("It was 5. It is odd.", "is odd", "is 5") == {"number"}

    def test_it_takes_a_deletion_and_an_insertion(self):
        guard = MeaningGuard("Tom paid $5 today.")

        assert guard.changed(Span(8, 11), "") == {Kind.NUMBER}
        assert guard.changed(Span(17, 17), " in Rome") == {Kind.NAME}
        assert guard.changed(Span(11, 11), " gladly") == set()


class TestItsSpeed:
    def test_it_tells_how_long_200_edits_of_25_000_words_take(self, report):
        pieces = list(islice((c["text"] + " " + PLAIN * 3 + "\n" for c in cycle(CASES)), 530))
        text = "".join(pieces)
        starts = [sum(map(len, pieces[:at])) for at in range(200)]
        sure = [(Span(a + s.start, a + s.end), c["suggested"]) for a, c, s in located(starts[:50])]
        plain = [(span_after(text, at, "in order to finish"), "to finish") for at in starts[50:]]
        took_ms = min(timed(text, sure + plain) for _ in range(5))
        report(f"meaning guard: 200 edits of {len(text.split())} words in {took_ms:.0f} ms")

        assert len(text.split()) >= 25_000

    @pytest.mark.usefixtures("not_quadratic")
    @pytest.mark.parametrize("piece", ["'x ", '"', "\n", "1 ", "a@", "Aa ", "1:", "/a", "not "])
    def test_it_does_not_choke_on_a_hostile_text(self, piece):
        guard = MeaningGuard(piece * 100_000)

        assert guard.changed(Span(50_000, 50_010), piece * 100 + "12 not Anna")


def located(starts):
    for start, case in zip(starts, CASES, strict=False):
        yield start, case, span_of(case["text"], case["original"])


def span_after(text, at, part):
    start = text.index(part, at)
    return Span(start, start + len(part))


def timed(text, edits):
    began = time.process_time()
    guard = MeaningGuard(text)
    for span, suggested in edits:
        guard.changed(span, suggested)
    return (time.process_time() - began) * 1000
