import pytest

from shared.errors import StoreUnavailableError
from web.http.sse import event_stream, unnumbered
from web.services.jobs import NumberedEvent

EVENT = NumberedEvent(7, "job.progress", '{"done":1,"total":1}')
TOLD = 'id: 7\nevent: job.progress\ndata: {"done":1,"total":1}\n\n'


def told(events, **more):
    return event_stream(events, **more).get_data(as_text=True)


class TestEventStream:
    def test_an_event_has_its_number_its_name_and_its_data(self):
        assert told([EVENT]).endswith(TOLD)

    def test_something_comes_at_once(self):
        assert told([]).startswith(":")

    def test_silence_is_a_comment(self):
        *_, comment, event = told([None, EVENT]).split("\n\n")[:-1]

        assert comment.startswith(":")
        assert event + "\n\n" == TOLD

    def test_a_head_comes_first_and_has_no_number(self):
        head = unnumbered("job.snapshot", "{}")

        assert told([EVENT], head=head) == "event: job.snapshot\ndata: {}\n\n" + TOLD

    def test_a_store_that_goes_away_ends_it_between_two_events(self):
        def events():
            yield EVENT
            raise StoreUnavailableError("away")

        assert told(events()).endswith(TOLD)

    @pytest.mark.parametrize(
        ("name", "value"), [("Cache-Control", "no-store"), ("X-Accel-Buffering", "no")]
    )
    def test_nobody_on_the_way_keeps_or_gathers_it(self, name, value):
        assert event_stream([]).headers[name] == value
