import pytest
import regex

from shared.domain.text import (
    GraphemeBoundaries,
    OffsetEncoding,
    OffsetError,
    OffsetMap,
    Span,
    count_words,
    to_span,
)

CODECS = {
    OffsetEncoding.UTF16: ("utf-16-le", 2),
    OffsetEncoding.CODEPOINT: ("utf-32-le", 4),
    OffsetEncoding.UTF8: ("utf-8", 1),
}
MIXED = "a\u00e9\u20ac\U0001f600 \r\n" * 500


def units(text, encoding):
    codec, width = CODECS[encoding]
    return len(text.encode(codec)) // width


class TestSpan:
    def test_it_does_not_overlap_what_it_only_touches(self):
        assert not Span(0, 3).overlaps(Span(3, 5))
        assert Span(0, 4).overlaps(Span(3, 5))

    def test_it_contains_itself(self):
        assert Span(2, 4).contains(Span(2, 4))
        assert not Span(2, 4).contains(Span(1, 4))


class TestToSpan:
    @pytest.mark.parametrize(
        ("encoding", "start", "end"),
        [
            (OffsetEncoding.UTF16, 4, 7),
            (OffsetEncoding.CODEPOINT, 3, 6),
            (OffsetEncoding.UTF8, 7, 10),
        ],
    )
    def test_it_reads_the_units_of_the_client(self, encoding, start, end):
        text = "\u00e9\U0001f600 big"

        assert to_span(text, start, end, encoding).of(text) == "big"

    def test_it_takes_an_empty_stretch(self):
        assert to_span("", 0, 0, OffsetEncoding.UTF16) == Span(0, 0)

    @pytest.mark.parametrize("encoding", OffsetEncoding)
    @pytest.mark.parametrize(("start", "end"), [(-1, 0), (0, 9000), (2, 1)])
    @pytest.mark.parametrize("text", ["secret", "s\u00e9cret"])
    def test_it_refuses_what_is_no_stretch_of_the_text(self, text, start, end, encoding):
        with pytest.raises(OffsetError) as refusal:
            to_span(text, start, end, encoding)

        assert text not in str(refusal.value)

    @pytest.mark.parametrize(
        ("encoding", "inside"),
        [
            (OffsetEncoding.UTF16, 2),
            (OffsetEncoding.UTF8, 2),
            (OffsetEncoding.UTF8, 3),
            (OffsetEncoding.UTF8, 4),
        ],
    )
    def test_it_refuses_the_middle_of_a_code_point(self, encoding, inside):
        with pytest.raises(OffsetError, match="middle of a character"):
            to_span("a\U0001f600", inside, inside, encoding)


class TestOffsetMap:
    @pytest.mark.parametrize("encoding", OffsetEncoding)
    def test_it_counts_as_the_client_does(self, encoding):
        offsets = OffsetMap(MIXED, encoding)

        for offset in (*range(1000, 1100), len(MIXED) - 1, len(MIXED)):
            assert offsets.encode(offset) == units(MIXED[:offset], encoding)

    @pytest.mark.parametrize("encoding", OffsetEncoding)
    @pytest.mark.parametrize("length", [0, 1, 1023, 1024, 1025, 2048])
    def test_it_finds_the_way_back(self, encoding, length):
        offsets = OffsetMap(MIXED[:length], encoding)

        for offset in {0, length // 2, max(length - 1, 0), length}:
            assert offsets.decode(offsets.encode(offset)) == offset

    @pytest.mark.parametrize("text", ["plain", "\u00e9"])
    def test_it_refuses_an_offset_of_another_text(self, text):
        with pytest.raises(OffsetError):
            OffsetMap(text, OffsetEncoding.UTF16).encode(6)


class TestCountWords:
    @pytest.mark.parametrize(
        ("text", "count"), [("", 0), (" \n", 0), ("one", 1), (" to-day,\u00a0is\r\n\tfine ", 3)]
    )
    def test_it_counts_runs_of_non_space(self, text, count):
        assert count_words(text) == count


class TestGraphemeBoundaries:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "plain\r\n\ntext\r",
            "e\u0301a\u0300\u0301",
            "\u0301 begins with a mark",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 and \u2764\ufe0f",
            "\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea\U0001f1fa",
            "\u0600\U0001f1eb\U0001f1f7\u0301\U0001f1e9\U0001f1ea",
            "\u0915\u094d\u0937\u093f \u0e01\u0e33",
            "\u1100\u1161\u11a8\uac00\u11a8\uac00",
            "\u0600x\u0301\u0600\n",
            "a\u1cf5\u0937a",
        ],
    )
    def test_it_agrees_with_the_rules_of_unicode(self, text):
        boundaries = GraphemeBoundaries(text)
        ends = {0, *(grapheme.end() for grapheme in regex.finditer(r"\X", text))}

        assert {at for at in range(-2, len(text) + 3) if at in boundaries} == ends

    def test_it_finds_the_boundary_in_front(self):
        boundaries = GraphemeBoundaries("ae\u0301\u0302b")

        assert [boundaries.before(offset) for offset in range(6)] == [0, 0, 1, 1, 1, 4]

    def test_it_reads_half_a_million_flags_without_counting_back(self):
        flags = "\U0001f1eb\U0001f1f7" * 500_000

        assert len(flags) - 2 in GraphemeBoundaries(flags)
