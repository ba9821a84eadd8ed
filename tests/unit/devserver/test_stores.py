import pytest

from devserver import stores
from devserver.errors import StartError
from devserver.stores import EmbeddedMongo, find_redis_server


class TestFindRedisServer:
    def test_it_finds_the_wheels_own(self):
        """The function that tells where is private: this says when it has moved."""
        assert stores.get_binary_path is not None
        assert find_redis_server() == str(stores.get_binary_path())

    def test_it_takes_the_machines_own_where_no_wheel_is(self, monkeypatch, tmp_path):
        monkeypatch.setattr(stores, "get_binary_path", None)
        program = tmp_path / "redis-server"
        program.touch(mode=0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

        assert find_redis_server() == str(program)

    def test_it_names_the_setting_where_there_is_none(self, monkeypatch, tmp_path):
        monkeypatch.setattr(stores, "get_binary_path", None)
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(StartError, match="set REDIS_URI"):
            find_redis_server()


class TestEmbeddedMongo:
    def test_it_refuses_the_folder_of_another_version(self, tmp_path, monkeypatch):
        monkeypatch.setattr(stores.metadata, "version", lambda _: "0.6.0")
        EmbeddedMongo(tmp_path / "mongo").prepare()
        monkeypatch.undo()

        with pytest.raises(StartError, match=r"made by secantusdb 0\.6\.0.*set MONGO_URI"):
            EmbeddedMongo(tmp_path / "mongo").prepare()

    def test_it_refuses_a_folder_that_it_does_not_know(self, tmp_path):
        (tmp_path / "WiredTiger").touch()

        with pytest.raises(StartError, match="made by an unknown version"):
            EmbeddedMongo(tmp_path).prepare()

    def test_it_names_the_setting_where_no_server_is_installed(self, tmp_path, monkeypatch):
        monkeypatch.setattr(stores, "MONGO_SERVER", "no-such-package")

        with pytest.raises(StartError, match="set MONGO_URI"):
            EmbeddedMongo(tmp_path).prepare()
