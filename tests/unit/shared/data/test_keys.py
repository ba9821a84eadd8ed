import pytest

from shared.data.redis.keys import KeySpace, digest, new_job_id


class TestKeySpace:
    def test_a_job_id_leads_to_its_partition(self):
        space = KeySpace(8)
        keys = space.of_owner("somebody")

        assert space.of_job(new_job_id(keys)) == keys

    def test_all_keys_of_a_job_lie_in_one_slot(self):
        keys = KeySpace(3).of_owner("somebody")

        made = (keys.job("x"), keys.work("x"), keys.log("x"), keys.ready("lane"), keys.news)
        assert all(f"{{p{keys.partition}}}" in key for key in made)

    @pytest.mark.parametrize("job_id", ["", "job_1", "job_" + "0" * 32 + "p9", "x" * 40])
    def test_it_knows_what_is_no_id_of_ours(self, job_id):
        assert KeySpace(2).of_job(job_id) is None

    def test_no_key_shows_an_idempotency_key(self):
        assert "secret" not in KeySpace(1).of_owner("o").idempotency("o", digest("route", "secret"))
