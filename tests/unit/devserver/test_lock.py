import os

import pytest

from devserver import lock as module
from devserver.errors import StartError
from devserver.lock import lock


class TestLock:
    def test_it_names_the_run_that_has_the_folder(self, tmp_path, monkeypatch):
        monkeypatch.setattr(module, "WAIT_S", 0.0)

        with (
            lock(tmp_path / "data"),
            pytest.raises(StartError, match=f"process {os.getpid()}.*set DATA_DIR"),
            lock(tmp_path / "data"),
        ):
            pass

    def test_it_gives_the_folder_to_the_next(self, tmp_path):
        with lock(tmp_path):
            pass
        with lock(tmp_path):
            pass

    def test_whoever_inherits_it_holds_it(self, tmp_path, monkeypatch):
        monkeypatch.setattr(module, "WAIT_S", 0.0)
        with lock(tmp_path) as held:
            inherited = os.dup(held)

        with pytest.raises(StartError), lock(tmp_path):
            pass
        os.close(inherited)
        with lock(tmp_path):
            pass
