"""What documents said long ago, in S3-compatible storage: an object for each version."""

import zlib

import structlog

from shared.data.s3.client import Bucket, NoSuchObjectError, unavailable_when_away
from shared.domain.archives import ArchivedText, digest
from shared.errors import ProcessingError, StoreUnavailableError
from shared.settings import Settings

_ROOM = "documents"
_PAGE = 1000  # what one request lists, and deletes

log = structlog.get_logger(__name__)


class VersionArchive:
    """Puts texts away and fetches them; StoreUnavailableError when the storage is away.

    A key names document, revision and digest: what lies there never changes, and may be put there
    any number of times.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def put(self, document_id: str, revision: int, content: str) -> ArchivedText:
        """Put a text away and read it again; only then is it there.

        :raises StoreUnavailableError: it is not, or nobody can say
        """
        raw = content.encode()
        text = ArchivedText(f"{_folder(document_id)}{revision}-{digest(raw)}.zz", digest(raw))
        with unavailable_when_away():
            self._bucket.client.put_object(
                Bucket=self._bucket.name,
                Key=text.key,
                Body=zlib.compress(raw),
                ContentType="application/zlib",
            )
        self.fetch(text)
        return text

    def fetch(self, text: ArchivedText) -> str:
        """Return the text as it was put away.

        :raises ProcessingError: it is gone, or is another one: never a wrong text
        """
        try:
            with unavailable_when_away():
                found = self._bucket.client.get_object(Bucket=self._bucket.name, Key=text.key)
                raw = zlib.decompress(found["Body"].read())
            if text.is_of(raw):
                return raw.decode()
            why = "digest"
        except NoSuchObjectError:
            why = "missing"
        except zlib.error:
            why = "damaged"
        log.error("archived_version_lost", key=text.key, why=why)
        raise ProcessingError("This version is damaged in the archive; the fault is logged")

    def delete(self, text: ArchivedText) -> None:
        """Delete one text."""
        with unavailable_when_away():
            self._bucket.client.delete_object(Bucket=self._bucket.name, Key=text.key)

    def delete_document(self, document_id: str) -> None:
        """Delete all that was ever put away of a document, whoever knows of it or not."""
        after = ""  # each is asked for once, also of storage that still lists what it has deleted
        with unavailable_when_away():
            while keys := self._keys(document_id, after):
                after = keys[-1]
                answer = self._bucket.client.delete_objects(
                    Bucket=self._bucket.name,
                    Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
                )
                if answer.get("Errors"):
                    raise StoreUnavailableError("The archive of versions keeps what is to go")

    def _keys(self, document_id: str, after: str) -> list[str]:
        listed = self._bucket.client.list_objects_v2(
            Bucket=self._bucket.name, Prefix=_folder(document_id), MaxKeys=_PAGE, StartAfter=after
        )
        return [found["Key"] for found in listed.get("Contents", [])]


def in_bucket_of(settings: Settings) -> VersionArchive:
    """Return the archive in the bucket that the settings name."""
    return VersionArchive(Bucket(settings))


def _folder(document_id: str) -> str:
    return f"{_ROOM}/{document_id}/"
