import threading

import pytest

from tests.stack import until
from tests.unit.shared.data.redis_house import CREATED


class TestRead:
    def test_it_gives_what_stands_behind_the_cursor(self, house):
        admitted, lease = house.begin()
        house.append(lease, [CREATED])
        entries = house.entries(admitted)

        behind = house.events.read({admitted.job_id: entries[1].cursor})[admitted.job_id]

        assert [(entry.seq, entry.name) for entry in behind] == [(3, "suggestion.created")]

    def test_it_reads_many_logs_at_once(self, house):
        ids = [house.submit().job_id for _ in range(3)]
        found = house.events.read(dict.fromkeys(ids, "0-0"))

        assert [len(found[work_id]) for work_id in ids] == [1, 1, 1]

    def test_a_log_that_is_gone_is_empty(self, house):
        unknown = f"job_{0:032}p0"

        assert house.events.read({unknown: "0-0"}) == {unknown: []}

    def test_a_note_stands_between_two_numbers(self, house):
        leader, lease = house.begin(mark="m1")
        follower = house.submit(mark="m1")
        house.cancel(follower)
        house.append(lease, [CREATED])
        numbers = [(entry.seq, entry.note) for entry in house.entries(leader)]

        assert numbers == [(1, 0), (2, 0), (2, 1), (3, 0)]


class TestListen:
    @pytest.mark.parametrize("idle_s", [0.05])
    def test_it_names_the_logs_that_have_grown(self, house, idle_s):
        admitted, lease = house.begin()
        news = house.events.listen(idle_s=idle_s)
        assert next(news) == set()
        growing = threading.Thread(target=house.append, args=(lease, [CREATED]))
        growing.start()
        heard = until(lambda: next(news), lambda: "nothing has grown")
        news.close()
        growing.join()

        assert heard == {admitted.job_id}
