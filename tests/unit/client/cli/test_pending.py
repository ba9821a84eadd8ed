import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from copydesk.cli.pending import KEPT_S, PendingRuns, mark_of

MARK = mark_of("http://localhost", "someone", "/notes.txt", "digest", {"template": "clearer"})


@pytest.fixture
def runs(tmp_path):
    return PendingRuns(tmp_path / "runs")


class TestPendingRuns:
    def test_a_run_begun_again_has_the_same_key(self, runs, tmp_path):
        first = runs.begin(MARK)

        assert PendingRuns(tmp_path / "runs").begin(MARK) == first
        assert not first.is_resumed

    def test_the_key_is_written_before_it_is_given(self, runs, tmp_path):
        first = runs.begin(MARK)

        assert first.key in (tmp_path / "runs" / f"{MARK}.json").read_text()

    def test_many_that_begin_at_once_have_one_key(self, runs):
        with ThreadPoolExecutor(8) as pool:
            begun = set(pool.map(runs.begin, [MARK] * 40))

        assert len(begun) == 1

    def test_it_remembers_the_batch(self, runs):
        runs.note(MARK, replace(runs.begin(MARK), batch_id="job_1"))

        assert runs.begin(MARK).batch_id == "job_1"
        assert runs.begin(MARK).is_resumed

    def test_a_run_that_is_over_is_forgotten(self, runs):
        first = runs.begin(MARK)
        runs.drop(MARK)
        runs.drop(MARK)

        assert runs.find(MARK) is None
        assert runs.begin(MARK).key != first.key

    def test_what_was_cut_in_the_middle_is_written_anew(self, runs, tmp_path):
        runs.begin(MARK)
        (tmp_path / "runs" / f"{MARK}.json").write_text('{"key": "ha')

        assert runs.begin(MARK) == runs.begin(MARK)

    def test_an_old_run_is_forgotten(self, runs, tmp_path):
        first = runs.begin(MARK)
        path = tmp_path / "runs" / f"{MARK}.json"
        long_ago = path.stat().st_mtime - KEPT_S - 1
        os.utime(path, (long_ago, long_ago))

        assert runs.begin(MARK).key != first.key

    def test_only_its_owner_may_read_it(self, runs, tmp_path):
        runs.begin(MARK)

        assert stat.S_IMODE((tmp_path / "runs").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "runs" / f"{MARK}.json").stat().st_mode) == 0o600


class TestMarkOf:
    def test_it_tells_options_apart_and_not_their_order(self):
        assert mark_of("a", {"x": 1, "y": 2}) == mark_of("a", {"y": 2, "x": 1})
        assert mark_of("a", {"x": 1}) != mark_of("a", {"x": 2})
        assert mark_of("ab", "c") != mark_of("a", "bc")
