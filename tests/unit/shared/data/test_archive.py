import zlib
from types import SimpleNamespace

import pytest

from shared.data.mongo import document_upkeep
from shared.data.mongo.document_upkeep import DocumentUpkeep
from shared.data.mongo.document_versions import VersionRepository
from shared.data.mongo.documents import DocumentRepository
from shared.data.mongo.indexes import Indexes
from shared.data.s3.client import Bucket
from shared.data.s3.version_archive import VersionArchive
from shared.errors import ProcessingError, StoreUnavailableError
from shared.settings import Settings
from tests.s3 import BUCKET, S3Server
from tests.unit.shared.data.document_texts import ME, save, words
from workers.services.archivist import Archivist

TEXTS = ["Erster Text: שלום 😄\r\n", "Second", "Third"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def archive(server):
    for key in server.keys:
        server.client.delete_object(Bucket=BUCKET, Key=key)
    return VersionArchive(Bucket(settings(server)))


@pytest.fixture
def house(database, archive):
    """Return a document of three revisions, the archivist and what it works with."""
    Indexes(database).make()
    documents, upkeep = DocumentRepository(database), DocumentUpkeep(database)
    versions = VersionRepository(database, archive.fetch)
    found = documents.add("doc_1", words(TEXTS[0]), owner=ME, why="")
    for text in TEXTS[1:]:
        found = save(documents, found, text)
    return SimpleNamespace(
        documents=documents,
        upkeep=upkeep,
        versions=versions,
        records=database["document_versions"],
        archivist=Archivist(versions, upkeep, archive, after_days=0),
    )


def settings(server, **more):
    named = {name.lower(): value for name, value in server.settings.items()} | more
    return Settings(
        _env_file=None, redis_uri="redis://127.0.0.1", mongo_uri="mongodb://127.0.0.1", **named
    )


def told(house):
    return [house.versions.find("doc_1", number).wording.content for number in (1, 2)]


class TestMove:
    def test_old_texts_go_and_are_read_as_ever(self, house, server):
        before = [house.versions.find("doc_1", number) for number in (1, 2)]
        house.archivist.work()
        after = [house.versions.find("doc_1", number) for number in (1, 2)]

        assert after == before
        assert told(house) == TEXTS[:2]
        assert house.records.count_documents({"content": {"$exists": True}}) == 0
        assert len(server.keys) == 2

    def test_what_is_young_stays(self, house, server):
        Archivist(house.versions, house.upkeep, house.archivist.archive, after_days=1).work()

        assert house.records.count_documents({"content": {"$exists": True}}) == 2
        assert server.keys == []

    def test_one_who_dies_before_mongodb_knows_leaves_it_to_the_next(
        self, house, server, monkeypatch
    ):
        monkeypatch.setattr(house.versions, "archive", _die)
        with pytest.raises(KeyboardInterrupt):
            house.archivist.work()
        monkeypatch.undo()

        assert (told(house), len(server.keys)) == (TEXTS[:2], 1)
        house.archivist.work()
        assert (told(house), len(server.keys)) == (TEXTS[:2], 2)

    def test_nothing_is_let_go_that_cannot_be_read_again(self, house, archive, monkeypatch):
        kept = archive._bucket.client.put_object
        spoil = lambda **call: kept(**call | {"Body": zlib.compress(b"Other")})  # noqa: E731
        monkeypatch.setattr(archive._bucket.client, "put_object", spoil)
        house.archivist.work()

        assert house.records.count_documents({"content": {"$exists": True}}) == 2
        assert told(house) == TEXTS[:2]

    def test_a_restored_version_comes_from_the_archive(self, house):
        house.archivist.work()
        found = house.documents.find("doc_1", who=ME)
        save(house.documents, found, house.versions.find("doc_1", 1).wording.content)

        assert house.documents.find("doc_1", who=ME).wording.content == TEXTS[0]
        assert told(house) == TEXTS[:2]


class TestDelete:
    def test_the_objects_go_with_the_document(self, house, server, monkeypatch):
        house.archivist.work()
        house.archivist.archive.put("doc_10", 1, "Of another document")
        house.documents.bury("doc_1", owner=ME, revision=None)
        house.upkeep.purge("doc_1")
        house.archivist.work()

        assert [key.split("/")[1] for key in server.keys] == ["doc_10"]

    def test_a_late_object_goes_too_and_then_no_more_is_asked(self, house, server, monkeypatch):
        house.documents.bury("doc_1", owner=ME, revision=None)
        house.archivist.work()
        house.archivist.archive.put("doc_1", 1, "By one who was slow")
        monkeypatch.setattr(document_upkeep, "_LATE", document_upkeep.timedelta(minutes=-1))
        house.archivist.work()

        assert server.keys == []
        assert house.upkeep.with_objects_left(after="", limit=9) == []

    def test_of_a_version_that_goes_meanwhile_nothing_is_left(self, house, server, monkeypatch):
        (first, _) = house.versions.old_ones(2**42, limit=9)
        house.versions.purge(["doc_1"])
        house.archivist._put_away(first)

        assert server.keys == []


class TestFaults:
    @pytest.mark.parametrize(
        "body", [zlib.compress(b"Another text"), b"no zlib", zlib.compress(TEXTS[0].encode())[:-9]]
    )
    def test_a_damaged_object_is_no_text(self, house, server, body):
        house.archivist.work()
        for key in server.keys:
            server.client.put_object(Bucket=BUCKET, Key=key, Body=body)

        with pytest.raises(ProcessingError):
            house.versions.find("doc_1", 1)

    def test_a_lost_object_is_no_text(self, house, server):
        house.archivist.work()
        for key in server.keys:
            server.client.delete_object(Bucket=BUCKET, Key=key)

        with pytest.raises(ProcessingError):
            house.versions.find("doc_1", 1)

    @pytest.mark.deep
    def test_a_frozen_server_is_away(self, house, server):
        house.archivist.work()
        server.process.freeze()
        try:
            with pytest.raises(StoreUnavailableError):
                house.versions.find("doc_1", 1)
        finally:
            server.process.thaw()

        assert told(house) == TEXTS[:2]

    def test_whom_the_server_does_not_know_it_is_away(self, house, server):
        server.demand_rights(demanded=True)
        try:
            house.archivist.work()
            with pytest.raises(StoreUnavailableError):
                house.archivist.archive.put("doc_1", 1, "Text")
        finally:
            server.demand_rights(demanded=False)

        assert house.records.count_documents({"content": {"$exists": True}}) == 2
        assert told(house) == TEXTS[:2]

    def test_a_server_that_dies_midway_costs_nothing(self, database, house, tmp_path):
        with S3Server(tmp_path / "mortal") as mortal:
            archive = VersionArchive(Bucket(settings(mortal)))
            versions = VersionRepository(database, archive.fetch)
            first = versions.old_ones(2**42, limit=1)[0]
            versions.archive(first, archive.put("doc_1", 1, TEXTS[0]))
            mortal.process.kill()
            Archivist(versions, house.upkeep, archive, after_days=0).work()

        assert versions.find("doc_1", 2).wording.content == TEXTS[1]
        with pytest.raises(StoreUnavailableError):
            versions.find("doc_1", 1)


def _die(*_):
    raise KeyboardInterrupt
