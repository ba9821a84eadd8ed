from types import SimpleNamespace

from shared.data.s3.version_archive import VersionArchive


class Stubborn:
    """Storage that says it has deleted, and goes on listing."""

    def __init__(self, keys):
        self.keys = keys
        self.asked_for = []

    def list_objects_v2(self, *, StartAfter, MaxKeys, **_):  # noqa: N803  as Amazon names them
        behind = [{"Key": key} for key in self.keys if key > StartAfter]
        return {"Contents": behind[: min(MaxKeys, 2)]}

    def delete_objects(self, *, Delete, **_):  # noqa: N803
        self.asked_for += [found["Key"] for found in Delete["Objects"]]
        return {}


def test_storage_that_lists_what_it_has_deleted_is_asked_once_for_each():
    client = Stubborn(["versions/doc_1/1", "versions/doc_1/2", "versions/doc_1/3"])
    VersionArchive(SimpleNamespace(client=client, name="b")).delete_document("doc_1")

    assert client.asked_for == client.keys
