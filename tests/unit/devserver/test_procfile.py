from pathlib import Path

import pytest

from devserver.errors import StartError
from devserver.procfile import read_procfile


@pytest.fixture
def procfile(tmp_path):
    return tmp_path / "Procfile"


class TestReadProcfile:
    def test_it_keeps_the_order_and_the_whole_command(self, procfile):
        procfile.write_text("web: serve --url=http://x:1\n\n# not yet\nwork-er: python -m w\n")

        assert list(read_procfile(procfile).items()) == [
            ("web", "serve --url=http://x:1"),
            ("work-er", "python -m w"),
        ]

    def test_it_names_the_line_that_is_none(self, procfile):
        procfile.write_text("web: serve\njust words\n")

        with pytest.raises(StartError, match="Procfile, line 2: write `name: command`"):
            read_procfile(procfile)

    def test_it_refuses_a_name_that_stands_twice(self, procfile):
        procfile.write_text("web: one\nweb: two\n")

        with pytest.raises(StartError, match="line 2: web stands there twice"):
            read_procfile(procfile)

    def test_it_says_that_there_is_no_file(self, procfile):
        with pytest.raises(StartError, match="Procfile cannot be read: No such file"):
            read_procfile(procfile)


def test_the_projects_own_procfile_has_every_process_of_the_contract():
    processes = read_procfile(Path(__file__).parents[3] / "Procfile")

    assert {"web", "interactive", "sweeper", "beat", "flower"} <= set(processes)


def test_every_celery_worker_of_the_procfile_is_named_after_its_process():
    """`make run` asks the worker by that name."""
    processes = read_procfile(Path(__file__).parents[3] / "Procfile")
    workers = {name: line for name, line in processes.items() if " worker " in line}

    assert workers
    assert all(f"--hostname {name}@%h" in line for name, line in workers.items())
