import pytest

from shared.data.archive import open_archive
from shared.data.mongo import client as mongo
from shared.data.mongo.document_upkeep import DocumentUpkeep
from shared.data.mongo.document_versions import VersionRepository
from shared.jobs.names import TaskName
from tests.document_client import create, fault, path, read, save
from tests.file_client import export
from tests.s3 import S3Server
from tests.stack_client import Writer
from workers.app import create_worker
from workers.services.archivist import Archivist
from workers.upkeep import build_archivist


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="module")
def archive_stack(new_stack, redis_server, server):
    with new_stack("archive", redis_server, **server.settings) as stack:
        yield stack.start("web").wait_until_ready()


@pytest.fixture
def archived(archive_stack):
    """Return a writer, and a document of theirs whose first version is in the archive."""
    with Writer(archive_stack.url) as writer:
        made = create(writer, "Words of long ago.")
        save(writer, made, "Words of today.")
        _archive(archive_stack.settings)
        yield writer, made


def test_whoever_reads_does_not_notice(archived, server):
    writer, made = archived
    diff = read(writer, made, "/diff", **{"from": 1, "to": 2})

    assert any(made["id"] in key for key in server.keys)
    assert read(writer, made, "/versions/1")["content"] == "Words of long ago."
    assert [change["removed"] for change in diff["changes"]] == ["long ago"]
    assert writer.http.get(path(made, "/export?revision=1")).content == b"Words of long ago."
    restored = writer.http.post(path(made, "/versions/1/restore"))
    assert (restored.status_code, restored.json()["content"]) == (200, "Words of long ago.")


@pytest.mark.deep
def test_an_archive_that_is_away_costs_what_is_in_it_alone(archived, server):
    writer, made = archived
    server.process.freeze()
    try:
        away = writer.http.get(path(made, "/versions/1"))

        assert fault(away) == (503, "OVERLOADED")
        assert away.headers["Retry-After"] == "5"
        assert read(writer, made)["content"] == "Words of today."
        assert len(read(writer, made, "/versions")["versions"]) == 2
        assert export(writer, made).content == b"Words of today."
        assert writer.http.delete(path(made)).status_code == 204
    finally:
        server.process.thaw()


def test_a_deleted_document_leaves_nothing_in_the_archive(archived, server, archive_stack):
    writer, made = archived
    writer.http.delete(path(made))
    _archive(archive_stack.settings)

    assert not any(made["id"] in key for key in server.keys)


def test_it_is_begun_by_beat_where_there_is_a_bucket(archive_stack):
    settings = archive_stack.settings
    without = settings.model_copy(update={"s3_bucket": None})

    assert TaskName.ARCHIVE in create_worker(settings).conf.beat_schedule
    assert TaskName.ARCHIVE not in create_worker(without).conf.beat_schedule
    assert build_archivist(without) is None


def _archive(settings):
    with mongo.open_database(settings).client as client:
        database = client.get_default_database()
        upkeep, versions = DocumentUpkeep(database), VersionRepository(database)
        Archivist(versions, upkeep, open_archive(settings), after_days=0).work()
