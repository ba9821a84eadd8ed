import itertools

from copydesk.protocol.sse import EventStreamParser, Message
from hypothesis import given
from hypothesis import strategies as st

STREAM = (
    "\ufeff: open\n\n"
    "id: 1\r\nevent: job.queued\r\ndata: {}\r\n\r\n"
    "id: 2\revent: output.delta\rdata: häß ☃ 🎉\rdata: zwei\r\r"
    "data\n\n"
    ": still here\n\n"
    "event: lost, for there is no data\n\n"
    "id: 3\nretry: 10\nunknown: x\ndata:no space\ndata:  two\n\n"
    "data: never dispatched"
)
MESSAGES = [
    Message("job.queued", "{}", "1"),
    Message("output.delta", "häß ☃ 🎉\nzwei", "2"),
    Message("message", "", "2"),
    Message("message", "no space\n two", "3"),
]


def parsed(*pieces):
    parser = EventStreamParser()
    return [message for piece in pieces for message in parser.feed(piece)]


class TestEventStreamParser:
    def test_it_reads_what_the_standard_says(self):
        assert parsed(STREAM.encode()) == MESSAGES

    def test_it_reads_the_same_byte_by_byte(self):
        assert parsed(*(bytes([byte]) for byte in STREAM.encode())) == MESSAGES

    @given(st.lists(st.integers(0, len(STREAM.encode())), max_size=20))
    def test_it_reads_the_same_wherever_it_is_cut(self, cuts):
        stream, places = STREAM.encode(), [0, *sorted(cuts), None]

        assert parsed(*(stream[a:b] for a, b in itertools.pairwise(places))) == MESSAGES

    def test_an_id_with_a_nul_is_none(self):
        assert parsed(b"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n")[-1] == Message("message", "b", "1")

    def test_an_id_may_be_taken_back(self):
        assert parsed(b"id: 1\ndata: a\n\nid\ndata: b\n\n")[-1] == Message("message", "b", "")

    def test_only_one_byte_order_mark_is_left_out(self):
        assert parsed("\ufeff\ufeffdata: a\n\ndata: b\n\n".encode()) == [
            Message("message", "b", "")
        ]

    def test_bytes_that_are_no_utf_8_do_not_end_it(self):
        assert [each.data for each in parsed(b"data: a\xff\n\ndata: b\n\n")] == ["a\ufffd", "b"]
