from itertools import chain

import pytest

from shared.data.redis.job_lists import JobLists
from shared.jobs.names import JobKind
from shared.jobs.records import JobFilter
from tests.unit.shared.data.redis_house import SUCCESS

ALL = JobFilter()


@pytest.fixture
def lists(house):
    return JobLists(house.redis, house.keys)


def pages(house, lists, only=ALL, *, limit):
    """Return the ids on each page, to the last one."""
    shown, cursor = [], None
    while True:
        found, cursor = lists.page(house.caller.owner, only, limit=limit, cursor=cursor)
        shown.append([job.id for job in found])
        if cursor is None:
            return shown


def in_one_moment(house, admitted):
    jobs_of = house.partition.jobs_of(house.caller.owner)
    house.redis.zadd(jobs_of, dict.fromkeys([one.job_id for one in admitted], 1_700_000_000_000))


class TestPages:
    @pytest.mark.parametrize("limit", [1, 3, 100, 200])
    def test_they_hold_each_job_once_even_if_all_came_in_one_moment(self, house, lists, limit):
        made = [house.submit() for _ in range(205)]
        in_one_moment(house, made)
        shown = pages(house, lists, limit=limit)

        assert list(chain(*shown)) == sorted((one.job_id for one in made), reverse=True)
        assert all(len(page) == limit for page in shown[:-1])

    def test_they_reach_what_is_rare(self, house, lists, monkeypatch):
        monkeypatch.setattr("shared.data.redis.job_lists._MOST_IN_ONE_STEP", 10)
        rare = house.submit(kind=JobKind.CHAT)
        for _ in range(150):
            house.submit()

        assert list(chain(*pages(house, lists, JobFilter(kind="chat"), limit=5))) == [rare.job_id]

    def test_they_follow_the_state_of_each_job(self, house, lists):
        leader, follower = house.submit(mark="m"), house.submit(mark="m")
        house.cancel(follower)
        house.finish(house.claim(leader), SUCCESS)

        assert pages(house, lists, JobFilter(status="succeeded"), limit=5) == [[leader.job_id]]
        assert pages(house, lists, JobFilter(status="cancelled"), limit=5) == [[follower.job_id]]

    def test_they_know_the_document(self, house, lists):
        house.submit()
        about = {"model": "m", "template": None, "document_id": "d1"}
        one = house.submit(about=about)

        assert pages(house, lists, JobFilter(document_id="d1"), limit=5) == [[one.job_id]]

    def test_they_leave_out_what_is_not_kept_any_more(self, house, lists):
        admitted, lease = house.begin()
        house.finish(lease, SUCCESS)
        house.redis.hset(house.partition.work(admitted.job_id), "expires", 1)

        assert pages(house, lists, limit=5) == [[]]

    @pytest.mark.parametrize("cursor", ["x", "1-x", "-job_1", "1-job_" + "0" * 32 + "p0 "])
    def test_a_cursor_that_is_none_is_refused(self, lists, cursor):
        with pytest.raises(ValueError, match="cursor"):
            lists.page("s1", ALL, limit=5, cursor=cursor)
