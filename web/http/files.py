"""Files in requests and answers: multipart or bare in, an attachment out."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from shared.errors import RequestInvalidError, UnsupportedMediaTypeError
from web.services.files import Download, Upload

MOST_BYTES = 20 * 1024 * 1024
_MOST_IN_MEMORY = 512 * 1024  # of each; Werkzeug does the same with the parts of a form
_MULTIPART = "multipart/form-data"
_LISTS = ("tags",)


@dataclass(frozen=True)
class SentFile:
    """A file, and the fields that came with it, yet to be validated."""

    upload: Upload
    fields: dict[str, Any]


def read_file() -> SentFile:
    """Return the file of a form, or the body itself with its fields in the query.

    While it comes, and waits, a large one is on the disk: any number may be sent at once.

    :raises RequestInvalidError: there is no file, or more than one
    :raises UnsupportedMediaTypeError: the body does not say what it is
    :raises RequestEntityTooLarge: it is larger than a file may be
    """
    if request.mimetype == _MULTIPART:
        return SentFile(_part(), _fields(request.form))
    if request.mimetype:
        return SentFile(_bare(), _fields(request.args))
    raise UnsupportedMediaTypeError(
        f"Send {_MULTIPART} with a file, or a file with its Content-Type"
    )


def file_response(download: Download) -> Response:
    """Return the file as one to be saved, and never to be shown by this site."""
    response = Response(download.content, content_type=download.format.media_type)
    response.headers["Content-Disposition"] = _disposition(download.name)
    return response


def _part() -> Upload:
    sent = request.files
    wrong = sorted(name for name in sent if name != "file")
    if wrong:
        raise _invalid((name, "There is no such file here") for name in wrong[:10])
    found = sent.getlist("file")
    if len(found) != 1:
        raise _invalid([("file", "Send one file, as a part of this name with a filename")])
    part = found[0]
    charset = str(part.mimetype_params.get("charset", ""))
    return Upload(part.stream, part.mimetype, charset, part.filename or "")


def _bare() -> Upload:
    file = SpooledTemporaryFile(max_size=_MOST_IN_MEMORY)  # noqa: SIM115 - read by the desk
    shutil.copyfileobj(request.stream, file)
    # Werkzeug cuts a body that comes without its length at the limit, and says nothing.
    if request.content_length is None and file.tell() == MOST_BYTES:
        raise RequestEntityTooLarge
    file.seek(0)
    return Upload(file, request.mimetype, request.mimetype_params.get("charset", ""))


def _fields(sent: MultiDict[str, str]) -> dict[str, Any]:
    """Return each field as it was said; one that is said twice is a list, and so mostly wrong."""
    every = {name: sent.getlist(name) for name in sent}
    return {
        name: values if name in _LISTS or len(values) > 1 else values[0]
        for name, values in every.items()
    }


def _disposition(name: str) -> str:
    """Return it with the name twice (RFC 6266): in ASCII, and as it is."""
    plain = "".join(sign if " " <= sign <= "~" and sign not in '"\\%' else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _invalid(faults: Iterable[tuple[str, str]]) -> RequestInvalidError:
    details = [{"field": field, "error": what} for field, what in faults]
    return RequestInvalidError("Invalid request parameters", details=details)
